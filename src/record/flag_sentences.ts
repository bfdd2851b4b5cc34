/**
 * What the flags of executions say, as sentences: those of hidden state, and for the others which cell it was.
 *
 * @module
 */
import { savedCellsOf } from "./saved_cells_of.ts";
import { readSavedNotebook } from "../notebook/saved_cells.ts";
import { cellName } from "./cell_name.ts";
import type { RecordedCell, RunRecord } from "./schema/record.ts";

/** What a flag says of a cell. */
export interface FlagSentence {
  flag: RecordedCell["flags"][number];
  what: string;
  /** Another execution that it names, by its index; null when there is none. */
  by: number | null;
}

/** What a flag says where nothing closer is known; null where its word says all. */
const SENTENCES: Readonly<Record<FlagSentence["flag"], string | null>> = {
  "stale": "something that it uses was changed after it ran",
  "edited": "its cell has another source in the saved notebook",
  "out-of-order": "it ran after a cell that stands below it",
  "before-track": null,
  "excluded": null,
  "deleted": "its cell is gone, and what it defined is used",
  "undefined": "it used names that no recorded cell defines",
  "old-module": "a local module was changed since it was imported",
};

/** The sentences of each execution that has flags, by its index. @param saved The notebook's text; null when it is not known */
export function flagSentences(
  { cells, hidden_state }: Pick<RunRecord, "cells" | "hidden_state">,
  saved: string | null,
): Map<number, FlagSentence[]> {
  const notes = Map.groupBy(hidden_state ?? [], ({ cell }) => cell);
  const passed = passedCells(cells, saved);
  return new Map(cells.flatMap((cell) => {
    const sentences = cell.flags.flatMap((flag): FlagSentence[] => {
      const own = (notes.get(cell.index) ?? []).filter((note) =>
        note.flag === flag
      );
      if (own.length > 0) {
        return own.map(({ what, by }) => ({ flag, what, by }));
      }
      const other = flag === "out-of-order"
        ? passed.get(cell.index)
        : undefined;
      const what = other === undefined
        ? SENTENCES[flag]
        : `cell ${cellName(cell)} ran after cell ${
          cellName(other)
        }, which stands below it in the notebook`;
      return what === null ? [] : [{ flag, what, by: other?.index ?? null }];
    });
    return sentences.length === 0 ? [] : [[cell.index, sentences] as const];
  }));
}

/** For executions out of order the last one before it whose cell stands below. */
function passedCells(
  cells: readonly RecordedCell[],
  saved: string | null,
): Map<number, RecordedCell> {
  const notebook = saved === null ? null : readSavedNotebook(saved);
  if (
    notebook === null ||
    !cells.some(({ flags }) => flags.includes("out-of-order"))
  ) return new Map();
  const positions = savedCellsOf(cells, notebook).map((cell) => cell?.position);
  return new Map(cells.flatMap((cell, i) => {
    const at = positions[i];
    if (at === undefined || !cell.flags.includes("out-of-order")) return [];
    const other = cells.findLast((_, n) => n < i && (positions[n] ?? -1) > at);
    return other === undefined ? [] : [[cell.index, other] as const];
  }));
}
