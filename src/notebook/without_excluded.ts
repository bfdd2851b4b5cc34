/**
 * The notebook's file as a run keeps it: without the cells its author keeps out of the record.
 *
 * @module
 */
import { EXCLUDED_OUTPUT, EXCLUDED_SOURCE, isExcluded } from "./excluded.ts";
import {
  type CodeCell,
  formatNotebook,
  type Notebook,
  parseNotebook,
  sourceOf,
} from "./notebook.ts";

/** The text of a notebook with placeholders for excluded cells; the text itself when there are none. */
export function withoutExcludedCells(text: string): string {
  if (!/nbtrack(?::|-)\s*exclude/i.test(text)) return text;
  const notebook: Notebook = parseNotebook(text);
  let found = false;
  for (const cell of notebook.cells) {
    const tags = cell.metadata["tags"];
    if (
      cell.cell_type !== "code" ||
      !isExcluded(sourceOf(cell), Array.isArray(tags) ? tags : [])
    ) continue;
    found = true;
    cell.source = EXCLUDED_SOURCE;
    const code = cell as CodeCell;
    if (code.outputs.length > 0) code.outputs = [{ ...EXCLUDED_OUTPUT }];
  }
  return found ? formatNotebook(notebook) : text;
}
