/**
 * Where a cell called something.
 *
 * @module
 */
import type { CallPosition } from "../recorder/call_position.ts";
import { jupyter } from "./surroundings.ts";

/** A frame of a cell's own, not of a function that one declared. */
const CELL_FRAME = /^\s*at (?:async )?<anonymous>:(\d+):(\d+)$/m;

/** Where the cell that is being executed called a function; null outside a kernel, or when the stack does not say. */
export function cellPosition(
  called: (...args: never[]) => unknown,
): CallPosition | null {
  if (jupyter() === null) return null;
  const at: { stack?: string } = {};
  Error.captureStackTrace(at, called);
  const [, line, column] = CELL_FRAME.exec(at.stack ?? "") ?? [];
  return line === undefined
    ? null
    : { line: Number(line), column: Number(column) };
}
