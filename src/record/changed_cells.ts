/**
 * What differs between the cell executions of two runs: their code, or their order.
 *
 * @module
 */
import { align, type CellPair } from "./align.ts";
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
        return code(`cell ${pair.after.index} changed`);
      case "moved":
        return order(
          movedWhere(pair.before.index, pair.after.index, pairs),
        );
      case "added":
        if (unseenBefore) return [];
        return old.has(pair.after.source)
          ? order(`cell ${pair.after.index} ran once more`)
          : code(`cell ${pair.after.index} is new`);
      case "removed":
        if (unseenNow) return [];
        return now.has(pair.before.source)
          ? order(`cell ${pair.before.index} ran once less`)
          : code(`cell ${pair.before.index} is gone`);
    }
  });
}

/** Names the nearest cell that it overtook or fell behind, both by their position in the earlier run. */
export function movedWhere(
  before: number,
  after: number,
  pairs: readonly CellPair[],
): string {
  const others = pairs.flatMap((pair) =>
    pair.before !== null && pair.after !== null
      ? [{ was: pair.before.index, is: pair.after.index }]
      : []
  );
  const overtaken = others.find(({ was, is }) => is > after && was < before);
  if (overtaken !== undefined) {
    return `cell ${before} ran before cell ${overtaken.was}`;
  }
  const passed = others.findLast(({ was, is }) => is < after && was > before);
  return passed === undefined
    ? `cell ${before} ran in another order`
    : `cell ${before} ran after cell ${passed.was}`;
}

function sources(cells: readonly RecordedCell[]): Set<string> {
  return new Set(cells.map((cell) => cell.source));
}
