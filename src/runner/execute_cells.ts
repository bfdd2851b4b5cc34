/**
 * Executing a notebook's cells one after the other.
 *
 * @module
 */
import { isNbtrackError } from "../base/errors.ts";
import type { ExecuteReply, Kernel } from "../jupyter/kernel.ts";
import { isKernelDiedError } from "../jupyter/kernel.ts";
import {
  type Cell,
  type CodeCell,
  type Notebook,
  sourceOf,
} from "../notebook/notebook.ts";
import { cellName } from "../record/cell_name.ts";
import { isInjected, parametersCell } from "./parameters.ts";
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

/** A failure by the cell's position in the notebook. */
export interface CellFailure {
  cell: number;
  ename: string;
  evalue: string;
}

/** What became of the cells. */
export interface ExecutedCells {
  /** How many were executed. */
  cells: number;
  /** The first failure. */
  failed: CellFailure | null;
  /** The same cell as front ends number it: `[3]`; left out where none failed. */
  failed_cell?: string | undefined;
  /** What ended the kernel, or stopped the run, before the notebook was run to its end; null where nothing did. */
  cut_off: CellFailure | null;
  /** The same cell as front ends number it; left out where nothing did. */
  cut_off_cell?: string | undefined;
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
  const result: ExecutedCells = { cells: 0, failed: null, cut_off: null };
  const cells = [...notebook.cells];
  let done = 0;
  const run = async (cell: CodeCell, position: number): Promise<boolean> => {
    options.onCell?.(done, total);
    if (options.signal?.aborted) {
      Object.assign(result, stoppedBefore(result, { position, done }));
      return false;
    }
    done++;
    if (!isInjected(cell)) result.cells++;
    const { failure, over } = await executeCell(cell, context, options);
    if (failure === null) return !over;
    if (!over && mayFail(cell)) return true;
    // A kernel that died counted it, too, and told nobody.
    const execution_count = over ? done : cell.execution_count ?? done;
    const name = cellName({ index: position, execution_count });
    if (result.failed === null) {
      result.failed = { cell: position, ...failure };
      result.failed_cell = name;
    }
    if (over) {
      result.cut_off = { cell: position, ...failure };
      result.cut_off_cell = name;
    }
    return !over && options.allowErrors === true;
  };
  const steps = cells.entries().filter(([, cell]) => isExecuted(cell)).map((
    [position, cell],
  ) => ({
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
    if (!await run(code, position)) break;
    if (injected === null) continue;
    notebook.cells.splice(notebook.cells.indexOf(code) + 1, 0, injected);
    if (!await run(injected, position)) break;
  }
  return result;
}

/** What became of a notebook that was interrupted before its first cell. */
export function notBegun({ cells }: Notebook): ExecutedCells {
  const position = Math.max(0, cells.findIndex(isExecuted));
  const result: ExecutedCells = { cells: 0, failed: null, cut_off: null };
  return { ...result, ...stoppedBefore(result, { position, done: 0 }) };
}

/** Between two cells: the one that was not executed any more is named. */
function stoppedBefore(
  { failed, failed_cell }: ExecutedCells,
  { position, done }: { position: number; done: number },
): Omit<ExecutedCells, "cells"> {
  const cut_off: CellFailure = {
    cell: position,
    ...interrupted("The run was stopped before this cell was executed"),
  };
  const name = cellName({ index: position, execution_count: done + 1 });
  return {
    failed: failed ?? cut_off,
    failed_cell: failed === null ? name : failed_cell,
    cut_off,
    cut_off_cell: name,
  };
}

function interrupted(evalue: string): { ename: string; evalue: string } {
  return { ename: "Interrupted", evalue };
}

/** Whether there is something to execute in a cell. */
function isExecuted(cell: Cell): boolean {
  return cell.cell_type === "code" && sourceOf(cell).trim() !== "";
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
  // A cell that came to its own end is not what was cut off.
  const cut = reply.interrupted || reply.status === "aborted";
  if (options.signal?.aborted && cut) {
    return { failure: interrupted("The run was stopped"), over: true };
  }
  if (reply.status === "ok") return { failure: null, over: false };
  const { ename, evalue } = reply;
  const failure = { ename: ename ?? "Error", evalue: evalue ?? "" };
  return { failure, over: false };
}
