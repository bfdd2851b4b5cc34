/**
 * A run's executions against other sources: the cells of a notebook's file, or the executions of another run.
 *
 * @module
 */
import { savedCellsOf } from "./saved_cells_of.ts";
import {
  codeCellsOf,
  comparable,
  readSavedNotebook,
} from "../notebook/saved_cells.ts";
import { align, type AlignedCell } from "./align.ts";
import type { RecordedCell } from "./schema/record.ts";
import { diffText } from "./text_diff.ts";

/** An execution against what it is compared with. */
export interface CellAgainst {
  /** `added`: it is in the run alone. */
  change: "same" | "changed" | "moved" | "added";
  /** The lines that differ: `-` there, `+` in the run; empty when none does. */
  diff: string;
}

/** What is there and not in the run. */
export interface CellLeft {
  /** The execution of the run that it stands behind, by its index; -1 for none. */
  after: number;
  source: string;
}

/** A run's executions against other sources. */
export interface CellsAgainst {
  /** By the executions' indexes; those whose source is not known are left out. */
  cells: ReadonlyMap<number, CellAgainst>;
  left: readonly CellLeft[];
}

/** Against the executions of another run. */
export function againstRun(
  cells: readonly RecordedCell[],
  other: readonly RecordedCell[],
): CellsAgainst {
  const found = new Map<number, CellAgainst>();
  const left: CellLeft[] = [];
  let after = -1;
  for (const pair of align(other, cells)) {
    if (pair.after === null) {
      left.push({ after, source: pair.before.source });
      continue;
    }
    after = pair.after.index;
    found.set(after, against(pair.type, pair.before, pair.after));
  }
  return { cells: found, left };
}

function against(
  change: CellAgainst["change"],
  before: AlignedCell | null,
  after: AlignedCell,
): CellAgainst {
  return {
    change,
    diff: change === "changed" && before !== null
      ? diffText(before.source, after.source)
      : "",
  };
}

/**
 * Against the cells of a notebook's file: each execution with its own cell, however often it was executed; those whose
 * cell is not known with the rest by likeness.
 *
 * @param saved The notebook's text
 * @returns Null when it is no notebook
 */
export function againstNotebook(
  cells: readonly RecordedCell[],
  saved: string,
): CellsAgainst | null {
  const notebook = readSavedNotebook(saved);
  if (notebook === null) return null;
  const own = savedCellsOf(cells, notebook);
  const found = new Map<number, CellAgainst>();
  const used = new Map<number, number>();
  const open: RecordedCell[] = [];
  for (const [i, cell] of cells.entries()) {
    if (cell.source === "") continue;
    const saved = own[i];
    if (saved === undefined) {
      open.push(cell);
      continue;
    }
    used.set(saved.position, cell.index);
    found.set(cell.index, compared(saved.source, cell.source));
  }
  const rest = codeCellsOf(notebook).filter(({ position, source }) =>
    !used.has(position) && source.trim() !== ""
  );
  const left: CellLeft[] = [];
  const standing = rest.map(({ position, id, source }) => ({
    index: position,
    id,
    source: comparable(source),
  }));
  for (const pair of align(standing, open)) {
    if (pair.after === null) {
      left.push({
        after: behind(used, pair.before.index),
        source: pair.before.source,
      });
    } else {
      used.set(pair.before?.index ?? -1, pair.after.index);
      found.set(
        pair.after.index,
        pair.before === null
          ? { change: "added", diff: "" }
          : compared(pair.before.source, pair.after.source),
      );
    }
  }
  return { cells: found, left };
}

function compared(before: string, after: string): CellAgainst {
  const [was, is] = [comparable(before), comparable(after)];
  return was === is
    ? { change: "same", diff: "" }
    : { change: "changed", diff: diffText(was, is) };
}

/** The last execution of the nearest cell above a position. */
function behind(used: ReadonlyMap<number, number>, position: number): number {
  const above = [...used.keys()].filter((at) => at >= 0 && at < position);
  return above.length === 0 ? -1 : used.get(Math.max(...above)) ?? -1;
}
