/**
 * nbtrack's command line in a cell: what a student would type in a terminal, and what it prints.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { ENV } from "../base/env.ts";
import { escapeHtml } from "../base/markup.ts";
import { LESSON_COMMAND } from "../base/media_types.ts";
import { runProcess } from "../base/process.ts";
import { TRACKING_STATE } from "../base/names.ts";
import { caughtUp } from "../track/run_location.ts";
import { recorderOf, type State } from "../track/state.ts";
import {
  BEHIND,
  completed,
  fingerprinted,
  RECORDED_MS,
} from "./evidence/waiting.ts";
import { startedServer } from "./server.ts";
import { Journal } from "../journal/journal.ts";

const MAIN = new URL("../cli/main.ts", import.meta.url).href;

/** What a command has printed. As a cell's last value it shows itself. */
export interface Printed {
  /** The command's words. */
  readonly command: readonly string[];
  /** 0 yes, 1 a finding, 2 wrong use. */
  readonly code: number;
  /** What it printed; with `--json` that is one JSON document. */
  readonly text: string;
}

/**
 * Runs a command of nbtrack, as a terminal would.
 *
 * @param command Its words.
 * @returns What it printed. A verdict compares nothing of how that is shown: it is what nbtrack says of the record.
 *
 * @example Usage
 * ```ts no-eval
 * import { nbtrack } from "@nbtrack/nbtrack/lessons";
 *
 * await nbtrack("show", "last", "--preview")
 * ```
 */
export async function nbtrack(...command: string[]): Promise<Printed> {
  command.forEach(lookAt);
  const behind = await recorded(command);
  if (behind !== null) console.error(`nbtrack: ${behind}`);
  const printed: Printed = { command, ...await printedBy(command) };
  const { code, text } = printed;
  const line = `$ nbtrack ${command.join(" ")}`;
  return Object.defineProperties(printed, {
    [Symbol.for("Jupyter.display")]: {
      enumerable: false,
      value: () => ({
        "text/html": `<pre style="margin:0">${escapeHtml(line)}\n${
          escapeHtml(text)
        }</pre>`,
        "text/plain": `${line}\n${text}`,
        [LESSON_COMMAND]: { command, code },
      }),
    },
  });
}

/**
 * Looks at a file that a command is given, such as a bundle: what another process reads is not seen in the kernel Deno
 * (nbtrack), and what a cell depends on must travel with its run.
 */
function lookAt(word: string): void {
  if (/\.\w+$/.test(word)) existsSync(word);
}

/** The commands that show a run's record. */
const SHOW_RECORDS: readonly string[] = ["compare", "show"];

/**
 * Waits until what a command shows of this kernel's runs is there: who types it in a terminal comes later, too.
 *
 * @returns What keeps it from being there; null when it is.
 */
async function recorded(
  [name = ""]: readonly string[],
): Promise<string | null> {
  const state = (globalThis as { [TRACKING_STATE]?: State })[TRACKING_STATE];
  if (!state?.journal || state.session === null) return null;
  const { session: { session_id } } = state;
  const journal = Journal.of(state.journal);
  await fingerprinted(journal, session_id);
  if (!SHOW_RECORDS.includes(name)) return null;
  if (!await caughtUp(() => recorderOf(state), RECORDED_MS)) {
    return state.problems.get("recorder") ?? BEHIND;
  }
  await completed(journal, session_id);
  return null;
}

/** What a command prints; where no program may be started, that it could not be. */
async function printedBy(
  command: readonly string[],
): Promise<{ code: number; text: string }> {
  try {
    const { code, stdout, stderr } = await runProcess(Deno.execPath(), {
      args: ["run", "-A", "--quiet", "--no-lock", MAIN, ...command],
      env: {
        ...ownEnvironment(),
        ...await practiceEnvironment(),
        NO_COLOR: "1",
        COLUMNS: "110",
      },
      clearEnv: true,
    });
    const out = new TextDecoder().decode(stdout);
    return { code, text: (out.trim() === "" ? stderr : out).trimEnd() };
  } catch (error) {
    if (!(error instanceof Deno.errors.NotCapable)) throw error;
    return { code: 2, text: "No program may be started in a sandbox." };
  }
}

/** The practice server of this kernel, where commands look for a server; empty where none was started. */
async function practiceEnvironment(): Promise<Record<string, string>> {
  const server = await startedServer();
  return server === null ? {} : {
    [ENV.trackingUri]: server.tracking_uri,
    [ENV.trackingToken]: server.token,
  };
}

/** The environment without what `nbtrack run` and a replay say to the kernel alone. */
function ownEnvironment(): Record<string, string> {
  const env = Deno.env.toObject();
  for (
    const name of [
      ENV.params,
      ENV.seed,
      ENV.notebook,
      ENV.reproduces,
      ENV.sweep,
    ]
  ) delete env[name];
  return env;
}
