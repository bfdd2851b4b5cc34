/**
 * Runs a notebook without a front end, in a kernel of its own, recorded from its first cell.
 *
 * @module
 */
import { ENV, serverEnv } from "../base/env.ts";
import { isNbtrackError, messageOf, NbtrackError } from "../base/errors.ts";
import { newRunName } from "../base/names.ts";
import { standardGate } from "../capture/gate.ts";
import { Journal } from "../journal/journal.ts";
import type { Session } from "../journal/sessions.ts";
import {
  type ExecuteReply,
  type Kernel,
  startKernel,
} from "../jupyter/kernel.ts";
import {
  type CodeCell,
  formatNotebook,
  isDenoNotebook,
  kernelNameOf,
  type Notebook,
  parseNotebook,
  sourceOf,
} from "../jupyter/notebook.ts";
import { identify } from "../jupyter/process.ts";
import { linkRecorder, type RecorderLink } from "./link.ts";
import { parametersCell } from "./parameters.ts";

/** How long delivery may hold up the result once the record is complete, milliseconds. */
const DELIVERY_WAIT_MS = 20_000;
const POLL_MS = 25;

/** How to run a notebook. */
export interface RunNotebookOptions {
  /** Params by name, as texts: they reach `track()` and the cell tagged `parameters`. */
  params?: Record<string, string>;
  /** Makes `Math.random` repeat, in the kernel from its start and in `track()`. */
  seed?: number;
  /** Where the executed notebook goes. @default {nowhere} */
  output?: string;
  /** How long one cell may take, milliseconds. @default {no limit} */
  timeout_ms?: number;
  /** Goes on after a cell that fails. @default {false} */
  allowErrors?: boolean;
  /** Tracks the notebook under this experiment although it does not call `track()`. */
  track?: string;
  /** nbtrack's folder. @default {nbtrackHome()} */
  home?: string;
  /** Told before each cell. */
  onCell?: (position: number, total: number) => void;
  /** Ends it early. */
  signal?: AbortSignal;
}

/** What became of it. */
export interface RunNotebookResult {
  notebook: string;
  output: string | null;
  status: "ok" | "error";
  /** How many cells were executed. */
  cells: number;
  failed: { cell: number; ename: string; evalue: string } | null;
  runs: string[];
  seconds: number;
}

/**
 * Runs every code cell of a notebook, in its folder.
 *
 * @throws {NbtrackError} when the notebook cannot be read, is not Deno's, or no kernel can be started
 */
export async function runNotebook(
  path: string,
  options: RunNotebookOptions = {},
): Promise<RunNotebookResult> {
  const began = performance.now();
  const notebook = await readDenoNotebook(path);
  const file = await Deno.realPath(path);
  const params = options.params ?? {};
  using journal = Journal.open({
    gate: standardGate,
    ...(options.home === undefined ? {} : { home: options.home }),
  });
  const env: Record<string, string> = {
    [ENV.home]: journal.home,
    [ENV.notebook]: file,
  };
  if (Object.keys(params).length > 0) env[ENV.params] = JSON.stringify(params);
  if (options.seed !== undefined) {
    env[ENV.seed] = String(options.seed);
    env["DENO_V8_FLAGS"] = `--random-seed=${options.seed}`;
  }
  const kernel = await startKernel({
    cwd: folderOf(file),
    env,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  let session: Session;
  let result: Pick<RunNotebookResult, "cells" | "failed">;
  let link: RecorderLink;
  try {
    session = openSession(journal, kernel, file);
    link = await linkRecorder(journal, session);
    if (options.track !== undefined) {
      await openRun(journal, session, link, options.track, options);
    }
    result = await executeCells(notebook, kernel, link, options);
    await link.request({ type: "finish" });
  } finally {
    await kernel.shutdown();
  }
  if (options.output !== undefined) {
    await Deno.writeTextFile(options.output, formatNotebook(notebook));
  }
  await recorded(journal, session, link);
  return {
    notebook: path,
    output: options.output ?? null,
    status: result.failed === null ? "ok" : "error",
    ...result,
    runs: journal.runs.list({ session_id: session.session_id }).map((r) =>
      r.run_id
    ).reverse(),
    seconds: (performance.now() - began) / 1000,
  };
}

/** What became of a grid. */
export interface RunGridResult {
  notebook: string;
  status: "ok" | "error";
  children: RunNotebookResult[];
  seconds: number;
}

/** Runs a notebook once for each combination of params, one after the other. */
export async function runGrid(
  path: string,
  grid: readonly Readonly<Record<string, string>>[],
  options: RunNotebookOptions = {},
): Promise<RunGridResult> {
  const began = performance.now();
  const children: RunNotebookResult[] = [];
  for (const [i, params] of grid.entries()) {
    if (options.signal?.aborted) break;
    children.push(
      await runNotebook(path, {
        ...options,
        params: { ...options.params, ...params },
        ...(options.output === undefined
          ? {}
          : { output: numbered(options.output, i + 1) }),
      }),
    );
  }
  return {
    notebook: path,
    status: children.every((c) => c.status === "ok") ? "ok" : "error",
    children,
    seconds: (performance.now() - began) / 1000,
  };
}

/** `out.ipynb` as `out-3.ipynb`. */
function numbered(path: string, n: number): string {
  return path.endsWith(".ipynb")
    ? `${path.slice(0, -6)}-${n}.ipynb`
    : `${path}-${n}`;
}

/** Reads a notebook and refuses one that is not Deno's. */
export async function readDenoNotebook(path: string): Promise<Notebook> {
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (cause) {
    throw new NbtrackError(
      cause instanceof Deno.errors.NotFound
        ? `There is no notebook ${path}.`
        : `Cannot read the notebook ${path}: ${messageOf(cause)}`,
      { cause, hint: "Give the path of an .ipynb file." },
    );
  }
  const notebook = parseNotebook(text);
  if (!isDenoNotebook(notebook)) {
    throw new NbtrackError(
      `${path} is a notebook for the kernel "${
        kernelNameOf(notebook) ?? "unknown"
      }", not for Deno's.`,
      { hint: "Open it in Jupyter, choose the kernel Deno, and save it." },
    );
  }
  return notebook;
}

async function executeCells(
  notebook: Notebook,
  kernel: Kernel,
  link: RecorderLink,
  options: RunNotebookOptions,
): Promise<Pick<RunNotebookResult, "cells" | "failed">> {
  const cells = [...notebook.cells];
  const total = cells.length;
  let executed = 0;
  let failed: RunNotebookResult["failed"] = null;
  for (const [position, cell] of cells.entries()) {
    if (cell.cell_type !== "code" || sourceOf(cell).trim() === "") continue;
    options.onCell?.(position, total);
    const outcome = await executeCell(cell as CodeCell, kernel, link, options);
    executed++;
    if (outcome !== null) failed ??= { cell: position, ...outcome.failure };
    if (outcome?.dead || (outcome !== null && options.allowErrors !== true)) {
      break;
    }
    const injected = parametersCell(cell as CodeCell, options.params ?? {});
    if (injected === null) continue;
    notebook.cells.splice(notebook.cells.indexOf(cell) + 1, 0, injected);
    const second = await executeCell(injected, kernel, link, options);
    if (second !== null) {
      failed ??= { cell: position, ...second.failure };
      if (options.allowErrors !== true) break;
    }
  }
  return { cells: executed, failed };
}

async function executeCell(
  cell: CodeCell,
  kernel: Kernel,
  link: RecorderLink,
  options: RunNotebookOptions,
): Promise<
  { failure: { ename: string; evalue: string }; dead: boolean } | null
> {
  let reply: ExecuteReply;
  try {
    reply = await kernel.execute(sourceOf(cell), {
      ...(options.timeout_ms === undefined
        ? {}
        : { timeout_ms: options.timeout_ms }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
  } catch (error) {
    if (!isNbtrackError(error)) throw error;
    return {
      failure: { ename: error.name, evalue: error.message },
      dead: true,
    };
  }
  cell.execution_count = reply.execution_count;
  cell.outputs = reply.outputs;
  await link.request({
    type: "reply",
    msg_id: reply.msg_id,
    status: reply.status,
    ename: reply.ename,
    evalue: reply.evalue,
    cell_id: cell.id ?? null,
  });
  if (reply.status === "ok") return null;
  return {
    failure: { ename: reply.ename ?? "Error", evalue: reply.evalue ?? "" },
    dead: false,
  };
}

function openSession(
  journal: Journal,
  kernel: Kernel,
  notebook: string,
): Session {
  return journal.sessions.open({
    kind: "kernel",
    pid: kernel.pid,
    process_started: identify(kernel.pid)?.started ?? "",
    connection_file: kernel.connectionFile,
    cwd: folderOf(notebook),
    notebook,
    main_module: null,
  });
}

async function openRun(
  journal: Journal,
  session: Session,
  link: RecorderLink,
  experiment: string,
  options: RunNotebookOptions,
): Promise<void> {
  const run = journal.runs.create({
    session_id: session.session_id,
    experiment,
    name: newRunName(),
    options: "{}",
    seed: options.seed ?? null,
  });
  for (const [key, value] of Object.entries(options.params ?? {})) {
    journal.entries.setParam(run.run_id, key, value);
  }
  await link.request({
    type: "track",
    run_id: run.run_id,
    where: { options: {}, env: serverEnv() },
  });
}

/** Waits until the recorder has completed the record, and for a while until it has delivered it. */
async function recorded(
  journal: Journal,
  session: Session,
  link: RecorderLink,
): Promise<void> {
  let gone = false;
  link.closed.then(() => gone = true);
  let deadline = Infinity;
  while (!gone && Date.now() < deadline) {
    const ended = journal.sessions.get(session.session_id)?.end_time != null;
    if (ended && deadline === Infinity) {
      deadline = Date.now() + DELIVERY_WAIT_MS;
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  link.close();
}

function folderOf(file: string): string {
  return file.slice(
    0,
    Math.max(1, file.replaceAll("\\", "/").lastIndexOf("/")),
  );
}
