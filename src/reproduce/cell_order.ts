/**
 * Which execution each cell of a logged notebook stands for, and what tells that cells were changed or moved.
 *
 * @module
 */
import { sha256 } from "../base/digest.ts";
import { align } from "../record/align.ts";
import { cellName } from "../record/cell_name.ts";
import { movedWhere } from "../record/changed_cells.ts";
import type { BundledCell } from "../record/bundle/manifest.ts";
import type { LoggedCell, ReadableBundle } from "../record/bundle/read.ts";
import { secondSourceDigest } from "../record/bundle/second_digests.ts";

/** What became of the recorded executions in a logged notebook. */
export interface AlignedCells {
  /** For each cell of the notebook, the execution it stands for. */
  recorded: (BundledCell | null)[];
  order: string[];
  code: string[];
  /** Those of `code` that are new cells, by the cell's position in the notebook. */
  added: Map<number, string>;
  seed: string[];
}

/** Who vouches for the recorded sources. */
interface Witness {
  /** What each execution's source gave; null when it could not be seen. */
  known: readonly (string | null)[];
  /** What a source gives. */
  digestOf(source: string): string;
  seed: number | null;
}

/** Aligns the cells of a logged notebook with the executions its manifest vouches for. */
export function alignCells(bundle: ReadableBundle): AlignedCells {
  const { cells, seed } = bundle.manifest;
  return alignBy(bundle, {
    known: cells.map((cell) => cell.source),
    digestOf: sha256,
    seed,
  });
}

/** Aligns them with the executions that the manifest's second digests vouch for; null when it has none. */
export function alignBySecondDigests(
  bundle: ReadableBundle,
): AlignedCells | null {
  const { seals: second } = bundle.manifest;
  return second === undefined ? null : alignBy(bundle, {
    known: second.cells,
    digestOf: secondSourceDigest,
    seed: second.seed.recorded,
  });
}

function alignBy(
  { cells, manifest }: ReadableBundle,
  { known, digestOf, seed }: Witness,
): AlignedCells {
  const result: AlignedCells = {
    recorded: cells.map(() => null),
    order: [],
    code: [],
    added: new Map(),
    seed: [],
  };
  const digests = cells.map((cell) => digestOf(cell.source));
  const asRecorded = digests.length === known.length &&
    digests.every((digest, i) => known[i] === null || known[i] === digest);
  if (asRecorded) {
    result.recorded = [...manifest.cells];
    return result;
  }
  const before = manifest.cells.map(cellName);
  const after = cells.map(({ execution_count }, index) =>
    cellName({ index, execution_count })
  );
  // Cells are recognised by the digest of their source, and found again by the position the notebook gives them.
  const claimed = claimedPositions(cells, digests, known);
  const pairs = align(
    known.map((digest, i) => ({
      index: i,
      id: `position ${manifest.cells[i]?.index ?? i}`,
      source: [...claimed.values()].includes(i)
        ? `position ${i}`
        : digest ?? `unseen ${i}`,
    })),
    cells.map((cell, i) => ({
      index: i,
      id: cell.index === null ? null : `position ${cell.index}`,
      source: claimed.has(i) ? `position ${claimed.get(i)}` : digests[i] ?? "",
    })),
  );
  for (const pair of pairs) {
    const was = pair.before === null ? null : known[pair.before.index] ?? null;
    if (pair.after !== null && pair.before !== null) {
      result.recorded[pair.after.index] = manifest.cells[pair.before.index] ??
        null;
    }
    switch (pair.type) {
      case "moved":
        result.order.push(
          movedWhere(
            pair.before,
            pair.after,
            pairs,
            ({ index }) => before[index] ?? String(index),
          ),
        );
        break;
      case "changed": {
        const cell = cells[pair.after.index] as LoggedCell;
        const other = otherSeed(
          cell.source,
          (source) => digestOf(source) === was,
          seed,
        );
        if (other !== null) {
          result.seed.push(`seed ${seed} → ${other}`);
        } else result.code.push(`cell ${before[pair.before.index]} changed`);
        break;
      }
      case "added":
        if (known.includes(digests[pair.after.index] ?? null)) {
          result.order.push(`cell ${after[pair.after.index]} runs once more`);
        } else {
          const what = `cell ${after[pair.after.index]} is new`;
          result.added.set(pair.after.index, what);
          result.code.push(what);
        }
        break;
      case "removed":
        if (digests.some((digest) => digest === was)) {
          result.order.push(`cell ${before[pair.before.index]} runs once less`);
        } else result.code.push(`cell ${before[pair.before.index]} is gone`);
    }
  }
  return result;
}

/** Cells that say their own position and still have its source: it distinguishes the executions of one cell. */
function claimedPositions(
  cells: readonly LoggedCell[],
  digests: readonly string[],
  known: readonly (string | null)[],
): Map<number, number> {
  const claimed = new Map<number, number>();
  const taken = new Set<number>();
  for (const [i, { index }] of cells.entries()) {
    if (index === null || taken.has(index)) continue;
    if (known[index] !== digests[i]) continue;
    claimed.set(i, index);
    taken.add(index);
  }
  return claimed;
}

/** The seed a cell says, when putting the recorded one instead gives the recorded source: that alone was changed. */
function otherSeed(
  source: string,
  isRecorded: (source: string) => boolean,
  seed: number | null,
): string | null {
  if (seed === null) return null;
  for (const match of source.matchAll(/\bseed\b[^\n\d]{0,12}(\d+)/gi)) {
    const number = match[1] ?? "";
    const at = match.index + match[0].length - number.length;
    const restored = source.slice(0, at) + String(seed) +
      source.slice(at + number.length);
    if (isRecorded(restored)) return number;
  }
  return null;
}
