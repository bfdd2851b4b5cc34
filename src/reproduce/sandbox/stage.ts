/**
 * What is loaded first in the sandboxed process: Deno's own helpers for Jupyter with another way out, a console that is
 * listened to, and a journal in the sandbox's own folder. It runs with the sandbox's rights.
 *
 * What it uses later it takes before the first cell: cells share its realm and can change every prototype.
 *
 * @module
 */
import { kernelJson } from "./kernel_json.ts";
import { FRAME, openLine, type SendFrame } from "./line_out.ts";
import { dressConsole } from "./stage_console.ts";
import { setJournal } from "./stage_journal.ts";
import { STAGE_NAME } from "./stage_name.ts";
import { isShown, sayThrown } from "./thrown.ts";

interface Internals {
  Console: new (print: (text: string, level: number) => void) => Console;
  inspectArgs: (args: unknown[], options: { colors: boolean }) => string;
  core: { ops: Record<string, unknown> };
  enableJupyter: () => void;
  jupyter: {
    broadcastResult: (count: number, value: unknown) => Promise<void>;
  };
}

/** Above this a console text is level 2 or more: warnings and errors. */
const FIRST_ERROR_LEVEL = 2;
const { defineProperty, freeze } = Object;
const apply = Reflect.apply;
const OwnPromise = Promise;

const { os } = Deno.build;

/** The mask of modes that most systems start with. */
const USUAL_UMASK = 0o022;
/** What Deno's report gives as the version of the C library, on every Linux. */
const DENO_GLIBC = "2.38";

let begun = false;

/** Sets the stage. A cell that calls it again gets nothing. */
export function setStage(folder: string): void {
  if (begun) throw new Error("The stage is set.");
  begun = true;
  const send = openLine();
  const lastResult = getterOf("_");
  const lastError = getterOf("_error");
  const broadcastResult = ownJupyter(send);
  keepPromises();
  const define = (name: PropertyKey, value: unknown, open = true) =>
    defineProperty(globalThis, name, {
      value,
      writable: open,
      configurable: open,
      enumerable: false,
    });
  // Deno knows no right for it, and it changes nothing but modes of the sandbox's own files.
  defineProperty(globalThis.process, "umask", {
    value: () => USUAL_UMASK,
    writable: true,
    configurable: true,
  });
  // Packages with native parts look in it for the system's C library. In full it names the machine, which has no right.
  defineProperty(globalThis.process.report, "getReport", {
    value: () => ({
      header: os === "linux" ? { glibcVersionRuntime: DENO_GLIBC } : {},
      sharedObjects: [],
    }),
    writable: true,
    configurable: true,
    enumerable: true,
  });
  const sendMetrics = setJournal(folder, define, send);
  // The kernel keeps no last value; without these names cells cannot reach where Deno keeps it.
  define("_", undefined);
  define("_error", undefined);
  define(
    STAGE_NAME,
    controls(send, sendMetrics, lastResult, lastError, broadcastResult),
    false,
  );
}

/**
 * Keeps cells out of our `await`: it calls a promise's `then`, which cells can change, only where the promise's
 * `constructor` is not the built-in one. So that is fixed here.
 */
function keepPromises(): void {
  defineProperty(Promise.prototype, "constructor", {
    get: () => OwnPromise,
    set: () => {},
    configurable: false,
    enumerable: false,
  });
}

/**
 * What the parent calls between the cells. Deno keeps the last value, and the last error, where cells cannot reach them:
 * each call leaves an object there that nobody else has, so that the next call sees which of the two a cell replaced.
 */
function controls(
  send: SendFrame,
  sendMetrics: () => void,
  lastResult: () => unknown,
  lastError: () => unknown,
  broadcastResult: (count: number, value: unknown) => Promise<void>,
): Readonly<Record<"begin" | "take" | "arm", unknown>> {
  let next = 0;
  let state: "armed" | "taking" | "taken" = "taken";
  let result: object = {};
  let error: object = {};
  const arm = (cell: number) => {
    if (state !== "taken" || cell !== next) throw new Error("not now");
    state = "armed";
    error = freeze({ __proto__: null });
    throw error;
  };
  const take = async (cell: number) => {
    if (state !== "armed" || cell !== next) throw new Error("not now");
    state = "taking";
    const [value, thrown] = [lastResult(), lastError()];
    const failed = thrown !== error;
    const ended = value !== result;
    if (failed) sendError(send, thrown);
    else if (ended && isCarried(value)) await broadcastResult(cell + 1, value);
    sendMetrics();
    send(
      FRAME.done,
      `${cell} ${
        failed && ended ? "both" : failed ? "error" : ended ? "ok" : "none"
      }`,
    );
    next = cell + 1;
    state = "taken";
    result = freeze({ __proto__: null });
    return result;
  };
  const begin = () => {
    result = freeze({ __proto__: null });
    return result;
  };
  return freeze({ __proto__: null, begin: once(begin), take, arm });
}

function once<T>(work: () => T): () => T {
  let done = false;
  return () => {
    if (done) throw new Error("not now");
    done = true;
    return work();
  };
}

/** `Deno.jupyter` as the kernel has it, with its messages sent to the parent. */
function ownJupyter(
  send: SendFrame,
): (count: number, value: unknown) => Promise<void> {
  const host = Deno as unknown as Record<symbol, Internals> & {
    internal: symbol;
  };
  const { internal } = host;
  const internals = host[internal] as Internals;
  const { inspectArgs, Console, enableJupyter, jupyter } = internals;
  const { ops } = internals.core;
  ops["op_jupyter_broadcast"] = (type: unknown, content: unknown) =>
    send(FRAME.message, `${kernelType(type)}\n${kernelJson(content)}`);
  ops["op_jupyter_input"] = () => null;
  const descriptors: PropertyDescriptorMap = {
    ...Object.getOwnPropertyDescriptors(Deno),
    jupyter: {
      value: null,
      writable: true,
      enumerable: true,
      configurable: true,
    },
    // Deno formats values by this; what else is there would let a cell change the way out.
    // The name that the kernel gives it.
    mainModule: {
      value: Deno.mainModule.replace(/\$repl\.mts$/, "$jupyter_repl.mts"),
      enumerable: true,
      configurable: true,
    },
    [internal]: { value: freeze({ __proto__: null, inspectArgs, Console }) },
  };
  defineProperty(globalThis, "Deno", {
    value: Object.create(Object.prototype, descriptors),
    writable: false,
    configurable: false,
  });
  enableJupyter();
  for (const name of ["confirm", "prompt", "alert"]) {
    // Read first: a getter that is turned into a value loses it.
    const value: unknown = Reflect.get(globalThis, name);
    defineProperty(globalThis, name, {
      value,
      writable: true,
      configurable: true,
    });
  }
  const print = (printed: string, level: number) =>
    send(
      FRAME.message,
      `stream\n{"name":"${
        level >= FIRST_ERROR_LEVEL ? "stderr" : "stdout"
      }","text":${kernelJson(printed)}}`,
    );
  defineProperty(globalThis, "console", {
    value: dressConsole(new Console(print), globalThis.console),
    writable: true,
    configurable: true,
    enumerable: false,
  });
  const { broadcastResult } = jupyter;
  return (count, value) => apply(broadcastResult, jupyter, [count, value]);
}

function kernelType(type: unknown): string {
  if (typeof type === "string" && !type.includes("\n")) return type;
  throw new TypeError("serde_v8 error: invalid type; expected: string");
}

/** An error as the kernel publishes it. */
function sendError(send: SendFrame, thrown: unknown): void {
  const { ename, evalue, stack } = sayThrown(thrown);
  send(
    FRAME.message,
    `error\n{"ename":${kernelJson(ename)},"evalue":${
      kernelJson(evalue)
    },"traceback":[${kernelJson(stack)}]}`,
  );
}

/** The kernel carries a cell's value as JSON where it is no object: it shows none that JSON has not. */
function isCarried(value: unknown): boolean {
  return value !== undefined && value !== null && isShown(value);
}

function getterOf(name: string): () => unknown {
  const get = Object.getOwnPropertyDescriptor(globalThis, name)?.get;
  if (get === undefined) throw new Error(`Deno keeps no ${name} here.`);
  return get;
}
