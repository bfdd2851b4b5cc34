/**
 * Executions with what was found out about them afterwards among their flags.
 *
 * Imported inside cells: nothing here may load a library.
 *
 * @module
 */
import type { StateNote } from "./schema/documents.ts";
import type { RecordedCell } from "./schema/record.ts";

/** Executions with the flags that notes give them. */
export function flagged(
  cells: readonly RecordedCell[],
  notes: readonly StateNote[] | null,
): RecordedCell[] {
  const byCell = Map.groupBy(notes ?? [], ({ cell }) => cell);
  return cells.map((cell) => ({
    ...cell,
    flags: [
      ...new Set([
        ...cell.flags,
        ...(byCell.get(cell.index) ?? []).map(({ flag }) => flag),
      ]),
    ],
  }));
}
