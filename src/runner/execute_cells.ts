/**
 * Executing a notebook's cells one after the other.
 *
 * @module
 */
import { isNbtrackError } from "../base/errors.ts";
import type { ExecuteReply, Kernel } from "../jupyter/kernel.ts";
import { isKernelDiedError } from "../jupyter/kernel.ts";
import {
  type CodeCell,
  type Notebook,
  sourceOf,
} from "../notebook/notebook.ts";
import { cellName } from "../record/cell_name.ts";
import { parametersCell } from "./parameters.ts";
import type { Recording } from "../recorder/recording.ts";

/** How to execute the cells. */
export interface ExecuteCellsOptions {
  /** Params by name, as texts, for the cell tagged `parameters`. */
  params?: Record<string, string>;
  /** How long one cell may take, milliseconds. @default {no limit} */
  timeout_ms?: number;
  /** Goes on after a cell that fails. @default {false} */
  allowErrors?: boolean;
  /** Called before each cell with how many were executed before it, and how many will be. */
  onCell?: (done: number, total: number) => void;
  /** Ends it early. */
  signal?: AbortSignal;
}

/** What became of the cells. */
export interface ExecutedCells {
  /** How many were executed. */
  cells: number;
  /** The first failure, by the cell's position in the notebook. */
  failed: { cell: number; ename: string; evalue: string } | null;
  /** The same cell as front ends number it: `[3]`; left out where none failed. */
  failed_cell?: string | undefined;
}

interface Outcome {
  failure: { ename: string; evalue: string } | null;
  /** Whether no further cell can be executed. */
  over: boolean;
}

/** Executes every code cell that is not empty; their outputs go into the notebook. */
export async function executeCells(
  notebook: Notebook,
  context: { kernel: Kernel; recording: Recording },
  options: ExecuteCellsOptions,
): Promise<ExecutedCells> {
  const result: ExecutedCells = { cells: 0, failed: null };
  const cells = [...notebook.cells];
  let done = 0;
  const run = async (cell: CodeCell, position: number): Promise<boolean> => {
    options.onCell?.(done++, total);
    const { failure, over } = await executeCell(cell, context, options);
    if (failure === null) return !over;
    if (!over && mayFail(cell)) return true;
    if (result.failed === null) {
      result.failed = { cell: position, ...failure };
      // A kernel that died counted it, too, and told nobody.
      const execution_count = over ? done : cell.execution_count ?? done;
      result.failed_cell = cellName({ index: position, execution_count });
    }
    return !over && options.allowErrors === true;
  };
  const steps = cells.entries().filter(([, cell]) =>
    cell.cell_type === "code" && sourceOf(cell).trim() !== ""
  ).map(([position, cell]) => ({
    position,
    code: cell as CodeCell,
    injected: parametersCell(cell as CodeCell, options.params ?? {}),
  })).toArray();
  const total = steps.reduce(
    (sum, { injected }) => sum + (injected === null ? 1 : 2),
    0,
  );
  context.recording.plan(total);
  for (const { position, code, injected } of steps) {
    result.cells++;
    if (!await run(code, position)) break;
    if (injected === null) continue;
    notebook.cells.splice(notebook.cells.indexOf(code) + 1, 0, injected);
    if (!await run(injected, position)) break;
  }
  return result;
}

/** Jupyter's tag of a cell that fails on purpose: the notebook goes on, and is not called failed. */
function mayFail({ metadata }: CodeCell): boolean {
  const tags = metadata?.["tags"];
  return Array.isArray(tags) && tags.includes("raises-exception");
}

async function executeCell(
  cell: CodeCell,
  { kernel, recording }: { kernel: Kernel; recording: Recording },
  options: ExecuteCellsOptions,
): Promise<Outcome> {
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
    const died = isKernelDiedError(error);
    if (died) cell.outputs = [...error.outputs];
    const ename = died && error.timedOut ? "TimeoutError" : error.name;
    const failure = { ename, evalue: error.message };
    return { failure, over: true };
  }
  cell.execution_count = reply.execution_count;
  cell.outputs = reply.outputs;
  await recording.reply(reply, cell.id ?? null);
  if (options.signal?.aborted) {
    const failure = { ename: "Interrupted", evalue: "The run was stopped" };
    return { failure, over: true };
  }
  if (reply.status === "ok") return { failure: null, over: false };
  const { ename, evalue } = reply;
  const failure = { ename: ename ?? "Error", evalue: evalue ?? "" };
  return { failure, over: false };
}
