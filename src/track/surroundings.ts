/**
 * What the module runs in: in a notebook's kernel, in a script, or in `deno repl`.
 *
 * @module
 */
import { ENV, readEnv } from "../base/env.ts";
import type { NewSession } from "../journal/sessions.ts";
import { locateConnectionFile } from "../jupyter/locate.ts";
import { identify, thisMachine } from "../base/process_identity.ts";

/** The part of `Deno.jupyter` that is used here. */
export interface JupyterApi {
  broadcast(
    type: string,
    content: Record<string, unknown>,
    extra?: { metadata?: Record<string, unknown> },
  ): Promise<void>;
  display(bundle: unknown, options?: Record<string, unknown>): Promise<void>;
}

/** `Deno.jupyter`, or null outside a kernel: reading it throws there. */
export function jupyter(): JupyterApi | null {
  try {
    return (Deno as unknown as { jupyter: JupyterApi }).jupyter;
  } catch {
    return null; // that it throws is how one learns that this is no kernel
  }
}

/** What this process is as a session. */
export function surroundings(): NewSession {
  const cwd = Deno.cwd();
  const started = identify(Deno.pid)?.started ?? "";
  const main = mainModule();
  const machine = thisMachine();
  const base = { pid: Deno.pid, process_started: started, cwd, machine };
  if (jupyter() === null) {
    const repl = main === null || main.includes("$deno$repl");
    return {
      ...base,
      kind: repl ? "repl" : "script",
      connection_file: null,
      notebook: null,
      main_module: repl ? null : main,
    };
  }
  return {
    ...base,
    kind: "kernel",
    connection_file: locateConnectionFile(),
    notebook: readEnv(ENV.notebook) ?? notebookOfServer(),
    main_module: null,
  };
}

function mainModule(): string | null {
  try {
    return Deno.mainModule;
  } catch {
    return null; // `deno repl` of some versions has none
  }
}

/** The path Jupyter Server gives; some front ends append their own id to it. */
function notebookOfServer(): string | null {
  const path = readEnv(ENV.jupyterSession);
  return path !== undefined && path.endsWith(".ipynb") ? path : null;
}
