/**
 * The cells of a notebook's file that a run's executions are of.
 *
 * @module
 */
import { cellsOfExecutions } from "../notebook/recover_cells.ts";
import type { SavedCodeCell, SavedNotebook } from "../notebook/saved_cells.ts";
import type { RecordedCell } from "./schema/record.ts";

/** The saved cell of each execution, in order; undefined where it is not known. */
export function savedCellsOf(
  cells: readonly RecordedCell[],
  notebook: SavedNotebook,
): (SavedCodeCell | undefined)[] {
  return cellsOfExecutions(
    cells.map(({ source, execution_count, id }) => ({
      source,
      execution_count,
      cell_id: id,
    })),
    notebook,
  );
}
