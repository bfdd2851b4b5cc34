/**
 * What people call a cell execution.
 *
 * @module
 */

/**
 * The number in the brackets beside the cell, as every front end shows it: `[3]`. One that has none is called by its
 * position in the order of execution, from 0: `#3`.
 */
export function cellName(
  cell: { index: number; execution_count?: number | null | undefined },
): string {
  return typeof cell.execution_count === "number"
    ? `[${cell.execution_count}]`
    : `#${cell.index}`;
}
