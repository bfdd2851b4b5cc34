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
  if (!hasTheWords(text)) return text;
  const notebook: Notebook = parseNotebook(text);
  const excluded = excludedCells(notebook);
  for (const cell of excluded) {
    cell.source = EXCLUDED_SOURCE;
    if (cell.outputs.length > 0) cell.outputs = [{ ...EXCLUDED_OUTPUT }];
  }
  return excluded.length > 0 ? formatNotebook(notebook) : text;
}

/**
 * Whether a notebook has excluded cells.
 *
 * @throws {NotebookError} when the text may say so and is no notebook
 */
export function hasExcludedCells(text: string): boolean {
  return hasTheWords(text) && excludedCells(parseNotebook(text)).length > 0;
}

/** What stands between the words may be escaped. */
function hasTheWords(text: string): boolean {
  return /nbtrack/i.test(text) && /exclude/i.test(text);
}

function excludedCells({ cells }: Notebook): CodeCell[] {
  return cells.filter((cell): cell is CodeCell => {
    const tags = cell.metadata["tags"];
    return cell.cell_type === "code" &&
      isExcluded(sourceOf(cell), Array.isArray(tags) ? tags : []);
  });
}
