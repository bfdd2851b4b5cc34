/**
 * What differs between the cell executions of two runs: their code, or their order.
 *
 * @module
 */
import { align, type AlignedCell, type CellPair } from "./align.ts";
import { cellName } from "./cell_name.ts";
import type { Change } from "./schema/documents.ts";
import type { RecordedCell, RunRecord } from "./schema/record.ts";

type WithCells = Pick<RunRecord, "cells">;

/** Differences under `code` and `order`. A cell that ran more often or less often than before is a matter of order. */
export function changedCells(before: WithCells, after: WithCells): Change[] {
  if (before.cells.length === 0 || after.cells.length === 0) return [];
  const pairs = align(before.cells, after.cells);
  const [old, now] = [sources(before.cells), sources(after.cells)];
  // An execution whose source nobody saw may be the one that seems to be missing.
  const [unseenBefore, unseenNow] = [old.has(""), now.has("")];
  const code = (what: string): Change[] => [{ dimension: "code", what }];
  const order = (what: string): Change[] => [{ dimension: "order", what }];
  return pairs.flatMap((pair): Change[] => {
    switch (pair.type) {
      case "same":
        return [];
      case "changed":
        return code(`cell ${cellName(pair.after)} changed`);
      case "moved":
        return order(
          movedWhere(pair.before, pair.after, pairs),
        );
      case "added":
        if (unseenBefore) return [];
        return old.has(pair.after.source)
          ? order(`cell ${cellName(pair.after)} ran once more`)
          : code(`cell ${cellName(pair.after)} is new`);
      case "removed":
        if (unseenNow) return [];
        return now.has(pair.before.source)
          ? order(`cell ${cellName(pair.before)} ran once less`)
          : code(`cell ${cellName(pair.before)} is gone`);
    }
  });
}

/** Names the nearest cell that it overtook or fell behind; both by what they are called in the earlier run. */
export function movedWhere(
  before: AlignedCell,
  after: AlignedCell,
  pairs: readonly CellPair[],
  nameOf: (cell: AlignedCell) => string = cellName,
): string {
  const others = pairs.flatMap((pair) =>
    pair.before !== null && pair.after !== null
      ? [{ was: pair.before, is: pair.after }]
      : []
  );
  const name = nameOf(before);
  const overtaken = others.find(({ was, is }) =>
    is.index > after.index && was.index < before.index
  );
  if (overtaken !== undefined) {
    return `cell ${name} ran before cell ${nameOf(overtaken.was)}`;
  }
  const passed = others.findLast(({ was, is }) =>
    is.index < after.index && was.index > before.index
  );
  return passed === undefined
    ? `cell ${name} ran in another order`
    : `cell ${name} ran after cell ${nameOf(passed.was)}`;
}

function sources(cells: readonly RecordedCell[]): Set<string> {
  return new Set(cells.map((cell) => cell.source));
}
