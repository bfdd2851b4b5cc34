/**
 * What is loaded first in the sandboxed process: a stand-in for `Deno.jupyter`, a console that is listened to, and a
 * journal in the sandbox's own folder. It runs with the sandbox's rights.
 *
 * @module
 */
import { TRACKING_STATE } from "../../base/names.ts";
import { Journal } from "../../journal/journal.ts";
import { standardRedaction } from "../../redaction/standard_redaction.ts";
import { collectRuns } from "./collect.ts";
import {
  bundleOf,
  displayOf,
  type Inspect,
  type MimeBundle,
} from "./display.ts";

interface Internals {
  Console: new (print: (text: string, level: number) => void) => Console;
  inspectArgs: (args: unknown[], options: { colors: boolean }) => string;
}

type Output = Record<string, unknown> & { output_type: string };

const host = Deno as unknown as Record<symbol, Internals> & {
  internal: symbol;
};
const internals = host[host.internal] as Internals;
const inspect: Inspect = (value) =>
  internals.inspectArgs(["%o", value], { colors: !Deno.noColor });
/** What the last evaluation gave, and what it threw: taken here, before a cell can give the names another meaning. */
const lastResult = getterOf("_");
const lastError = getterOf("_error");
const outputs: Output[] = [];
const displays = new Map<string, Output>();

/** Above this a console text is level 2 or more: warnings and errors. */
const FIRST_ERROR_LEVEL = 2;

function getterOf(name: string): () => unknown {
  return Object.getOwnPropertyDescriptor(globalThis, name)?.get ??
    (() => undefined);
}

function print(text: string, level: number): void {
  const name = level >= FIRST_ERROR_LEVEL ? "stderr" : "stdout";
  const last = outputs.at(-1);
  if (last?.output_type === "stream" && last["name"] === name) {
    last["text"] = `${last["text"]}${text}`;
  } else outputs.push({ output_type: "stream", name, text });
}

function show(
  data: MimeBundle,
  options: { display_id?: string; update?: boolean } = {},
): void {
  const known = options.display_id === undefined
    ? undefined
    : displays.get(options.display_id);
  if (options.update === true) {
    if (known !== undefined) known["data"] = data;
    return;
  }
  const output: Output = { output_type: "display_data", data, metadata: {} };
  outputs.push(output);
  if (options.display_id !== undefined) {
    displays.set(options.display_id, output);
  }
}

const jupyter = {
  ...displayOf(inspect),
  async display(
    value: unknown,
    options: { raw?: boolean; display_id?: string; update?: boolean } = {},
  ): Promise<void> {
    show(
      options.raw === true
        ? value as MimeBundle
        : await bundleOf(value, inspect),
      options,
    );
  },
  broadcast(type: string, content: Record<string, unknown>): Promise<void> {
    const data = content["data"] as MimeBundle;
    const transient = content["transient"] as
      | { display_id?: string }
      | undefined;
    if (type === "display_data" || type === "update_display_data") {
      show(data, { ...transient, update: type === "update_display_data" });
    } else if (type === "clear_output") outputs.length = 0;
    return Promise.resolve();
  },
};

/** Gives away what the last cell put out: its streams, displays, result or error. */
async function take(how: "ok" | "error"): Promise<string> {
  if (how === "error") outputs.push(errorOf(lastError()));
  else {
    const value = lastResult();
    if (value !== undefined && value !== null && isCarried(value)) {
      try {
        const data = await bundleOf(value, inspect);
        if (typeof data === "object") {
          outputs.push({ output_type: "execute_result", data, metadata: {} });
        }
      } catch (error) {
        outputs.push(errorOf(error));
      }
    }
  }
  return JSON.stringify(outputs.splice(0));
}

/** The kernel's inspector carries values as JSON: it shows none that JSON has not. */
function isCarried(value: unknown): boolean {
  return typeof value === "number"
    ? Number.isFinite(value) && !Object.is(value, -0)
    : typeof value !== "bigint";
}

function errorOf(thrown: unknown): Output {
  const [ename, evalue] = thrown instanceof Error
    ? [thrown.name, thrown.message]
    : ["Error", String(thrown)];
  return { output_type: "error", ename, evalue, traceback: [] };
}

/** Sets the stage; what it returns is called by its name between the cells. */
export function setStage(folder: string): void {
  const journal = Journal.open({
    gate: standardRedaction,
    home: `${folder}/home`,
  });
  const session = journal.sessions.open({
    kind: "script",
    pid: Deno.pid,
    process_started: "sandbox",
    connection_file: null,
    cwd: Deno.cwd(),
    notebook: null,
    main_module: null,
  });
  const stage: Record<PropertyKey, unknown> = {
    console: new internals.Console(print),
    // The namespace itself cannot be changed: cells get one that inherits from it.
    Deno: Object.create(Deno, {
      jupyter: { value: jupyter, enumerable: true },
    }),
    // The kernel keeps no last value.
    _: undefined,
    _error: undefined,
    confirm: () => false,
    prompt: () => null,
    [TRACKING_STATE]: {
      journal,
      session,
      problems: new Map(),
      link: Promise.resolve(null),
      open: new Set(),
      restarts: 0,
      turn: Promise.resolve(),
    },
    [Symbol.for("nbtrack.stage")]: {
      take,
      runs: () => JSON.stringify(collectRuns(journal, session.session_id)),
    },
  };
  for (const name of Reflect.ownKeys(stage)) {
    const value = stage[name];
    Object.defineProperty(globalThis, name, {
      value,
      configurable: true,
      writable: true,
    });
  }
}
