/**
 * Which cells are executed, for how long they may run, and what is expected of them.
 *
 * @module
 */
import type { AnyOutput } from "../../notebook/outputs.ts";
import { cellName } from "../../record/cell_name.ts";
import type { BundledCell } from "../../record/bundle/manifest.ts";
import type { LoggedCell } from "../../record/bundle/read.ts";

/** A cell may take at least so long, milliseconds. */
const MIN_LIMIT_MS = 60_000;
/** And at least so many times as long as it took. */
const LIMIT_FACTOR = 20;
/** A cell in which the run was killed may take so many times as long. */
const CUT_FACTOR = 4;
/** How much longer a cell that was interrupted may run before it is again, milliseconds. */
const INTERRUPTED_MARGIN_MS = 500;

/** The longest that a timer can wait: with a longer time it ends at once, milliseconds. */
const MAX_LIMIT_MS = 2 ** 31 - 1;

/** One cell to execute. */
export interface PlannedCell {
  source: string;
  /** The execution it stands for, by its position in the recorded order; null when it is new. */
  of: number | null;
  /** What people call it. */
  name: string;
  /** What was put out then. */
  outputs: readonly AnyOutput[];
  /** How it went then; null when it is new. */
  status: "ok" | "error" | "aborted" | null;
  limit_ms: number;
  /** It was interrupted then, and is to be again. */
  interrupted: boolean;
  /** It failed then and may now. */
  mayFail: boolean;
  /** The process ended with it then and may now. */
  mayDie: boolean;
  /** Its source was kept out of the record: there is nothing to execute. */
  skip: boolean;
}

/** Plans the cells of a logged notebook, each with the execution it stands for. */
export function planCells(
  cells: readonly LoggedCell[],
  recorded: readonly (BundledCell | null)[],
  options: { timeout_ms?: number | undefined } = {},
): PlannedCell[] {
  return cells.map((cell, i) => {
    const known = recorded[i] ?? null;
    const { start_time = null, end_time = null } = known ?? {};
    const took = start_time === null || end_time === null
      ? 0
      : Math.max(0, end_time - start_time);
    const interrupted = known?.interrupted === true ||
      known?.status === "aborted";
    const status = known?.status ?? null;
    // The run ended in it: it may come further now.
    const mayDie = status === "aborted" && i === cells.length - 1;
    return {
      source: cell.source,
      of: known?.index ?? null,
      name: cellName({
        index: known?.index ?? i,
        execution_count: known?.execution_count ?? cell.execution_count,
      }),
      outputs: cell.outputs,
      status,
      limit_ms: Math.min(
        MAX_LIMIT_MS,
        mayDie
          ? options.timeout_ms ?? Math.max(MIN_LIMIT_MS, took * CUT_FACTOR)
          : interrupted
          ? took + INTERRUPTED_MARGIN_MS
          : options.timeout_ms ?? Math.max(MIN_LIMIT_MS, took * LIMIT_FACTOR),
      ),
      interrupted: interrupted && !mayDie,
      mayFail: status === "error" || status === "aborted",
      mayDie,
      skip: known?.flags.includes("excluded") ?? false,
    };
  });
}
