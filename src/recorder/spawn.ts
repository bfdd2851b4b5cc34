/**
 * Starting a recorder: one process a session, detached, small.
 *
 * Imported inside cells: nothing here may load a library.
 *
 * @module
 */
import { spawnProcess } from "../base/process.ts";
import { pathEnv } from "../base/env.ts";
import { messageOf } from "../base/errors.ts";
import type { Session } from "../journal/sessions.ts";
import { RecorderError } from "./errors.ts";
import { jsonLines, type ReadyLine } from "./protocol.ts";

/** The recorder streams, and must stay small beside the notebook: a small heap, and code compiled plainly at most. */
const V8_FLAGS =
  "--max-old-space-size=32,--max-semi-space-size=1,--no-opt,--no-maglev,--sparkplug";
/** One pool for all threads, from which what is large stays out: freed it goes back to the system at once. */
const MALLOC = {
  MALLOC_ARENA_MAX: "1",
  MALLOC_MMAP_THRESHOLD_: "65536",
  MALLOC_TOP_PAD_: "0",
  MALLOC_TRIM_THRESHOLD_: "65536",
};
/** Variables that act on a Deno process and are meant for the kernel alone. */
const KERNEL_ONLY = [
  "DENO_AUDIT_PERMISSIONS",
  "DENO_V8_FLAGS",
  "DENO_COVERAGE_DIR",
];

/** Where the configuration of `src/` lies, and its lock; only on this machine's disk can it be named to Deno. */
const FOLDER = import.meta.dirname;

/** How Deno runs a process of ours, whatever lies in the folder it starts in: with our lock, never the user's. */
export const RUN_ARGS: readonly string[] = [
  "run",
  "--allow-all",
  ...FOLDER === undefined
    ? ["--no-config", "--no-lock"]
    : [`--config=${FOLDER}/../deno.json`, "--frozen"],
  "--quiet",
];

/** How to start a recorder. */
export interface SpawnOptions {
  /** The kernel was started just now and does not listen yet. @default {false} */
  starting?: boolean;
}

/** The arguments that say when a new recorder joins its session. */
function whenOf(session: Session, { starting }: SpawnOptions): string[] {
  if (starting === true) {
    return ["starting", String(session.pid), session.process_started];
  }
  // Started by the kernel itself: the cell that did is already being executed.
  return session.pid === Deno.pid && session.kind === "kernel"
    ? ["in-cell"]
    : [];
}

/**
 * Starts a session's recorder.
 *
 * @returns its port and key; null when it gave up
 * @throws {RecorderError} when no process can be started
 */
export async function spawnRecorder(
  home: string,
  session: Session,
  options: SpawnOptions = {},
): Promise<ReadyLine | null> {
  const env = Deno.env.toObject();
  for (const name of KERNEL_ONLY) delete env[name];
  let child: Deno.ChildProcess;
  try {
    child = spawnProcess(Deno.execPath(), {
      args: [
        ...RUN_ARGS,
        "--no-code-cache",
        `--v8-flags=${V8_FLAGS}`,
        new URL("./main.ts", import.meta.url).href,
        session.session_id,
        home,
        session.connection_file ?? "",
        ...whenOf(session, options),
      ],
      cwd: home,
      clearEnv: true,
      env: { ...env, ...pathEnv(), ...MALLOC },
      stdout: "piped",
      detached: true,
    });
  } catch (cause) {
    throw new RecorderError(`Cannot start the recorder: ${messageOf(cause)}`, {
      cause,
    });
  }
  try {
    // One line, or the end of the stream when the process gave up.
    for await (const line of jsonLines(child.stdout)) return line as ReadyLine;
    return null;
  } finally {
    child.unref();
  }
}
