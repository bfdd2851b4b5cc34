/**
 * Which execution each cell of a logged notebook stands for, and what tells that cells were changed or moved.
 *
 * @module
 */
import { sha256 } from "../base/digest.ts";
import { align } from "../runs/align.ts";
import { movedWhere } from "../runs/changed_cells.ts";
import type { BundledCell } from "../runs/bundle/manifest.ts";
import type { LoggedCell, ReadableBundle } from "../runs/bundle/read.ts";

/** What became of the recorded executions in a logged notebook. */
export interface AlignedCells {
  /** For each cell of the notebook, the execution it stands for. */
  recorded: (BundledCell | null)[];
  order: string[];
  code: string[];
  seed: string[];
}

/** Aligns the cells of a logged notebook with the executions its manifest vouches for. */
export function alignCells({ cells, manifest }: ReadableBundle): AlignedCells {
  const result: AlignedCells = {
    recorded: cells.map(() => null),
    order: [],
    code: [],
    seed: [],
  };
  const digests = cells.map((cell) => sha256(cell.source));
  const known = manifest.cells.map((cell) => cell.source);
  const asRecorded = digests.length === known.length &&
    digests.every((digest, i) => known[i] === null || known[i] === digest);
  if (asRecorded) {
    result.recorded = [...manifest.cells];
    return result;
  }
  // Cells are told apart by the digest of their source, and found again by the place the notebook gives them.
  const claimed = claimedPlaces(cells, digests, manifest.cells);
  const pairs = align(
    manifest.cells.map((cell, i) => ({
      index: i,
      id: `place ${cell.index}`,
      source: [...claimed.values()].includes(i)
        ? `place ${i}`
        : cell.source ?? `unseen ${i}`,
    })),
    cells.map((cell, i) => ({
      index: i,
      id: cell.index === null ? null : `place ${cell.index}`,
      source: claimed.has(i) ? `place ${claimed.get(i)}` : digests[i] ?? "",
    })),
  );
  for (const pair of pairs) {
    const before = pair.before === null
      ? null
      : manifest.cells[pair.before.index] ?? null;
    if (pair.after !== null) result.recorded[pair.after.index] = before;
    switch (pair.type) {
      case "moved":
        result.order.push(
          movedWhere(pair.before.index, pair.after.index, pairs),
        );
        break;
      case "changed": {
        const cell = cells[pair.after.index] as LoggedCell;
        const other = otherSeed(
          cell.source,
          before?.source ?? null,
          manifest.seed,
        );
        if (other !== null) {
          result.seed.push(`seed ${manifest.seed} → ${other}`);
        } else result.code.push(`cell ${pair.before.index} changed`);
        break;
      }
      case "added":
        if (known.includes(digests[pair.after.index] ?? null)) {
          result.order.push(`cell ${pair.after.index} runs once more`);
        } else result.code.push(`cell ${pair.after.index} is new`);
        break;
      case "removed":
        if (digests.some((digest) => digest === before?.source)) {
          result.order.push(`cell ${pair.before.index} runs once less`);
        } else result.code.push(`cell ${pair.before.index} is gone`);
    }
  }
  return result;
}

/** Cells that say their own place and still have its source: a cell that ran twice is told apart by it. */
function claimedPlaces(
  cells: readonly LoggedCell[],
  digests: readonly string[],
  recorded: readonly BundledCell[],
): Map<number, number> {
  const claimed = new Map<number, number>();
  const taken = new Set<number>();
  for (const [i, { index }] of cells.entries()) {
    if (index === null || taken.has(index)) continue;
    if (recorded[index]?.source !== digests[i]) continue;
    claimed.set(i, index);
    taken.add(index);
  }
  return claimed;
}

/** The seed a cell says, when putting the recorded one in its place gives the recorded source: that alone was changed. */
function otherSeed(
  source: string,
  recorded: string | null,
  seed: number | null,
): string | null {
  if (recorded === null || seed === null) return null;
  for (const match of source.matchAll(/\bseed\b[^\n\d]{0,12}(\d+)/gi)) {
    const number = match[1] ?? "";
    const at = match.index + match[0].length - number.length;
    const restored = source.slice(0, at) + String(seed) +
      source.slice(at + number.length);
    if (sha256(restored) === recorded) return number;
  }
  return null;
}
