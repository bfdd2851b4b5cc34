/**
 * Which of several groups of values is best: what a sweep calls its best combination.
 *
 * Imported inside cells: nothing here may load a library.
 *
 * @module
 */
import { meanOf } from "../../base/numbers.ts";

/** The group with the best mean, the first among equals; null where none has a finite one. */
export function bestByMean<T>(
  groups: Iterable<T>,
  { direction, valuesOf }: {
    direction: string;
    valuesOf: (group: T) => readonly number[];
  },
): { group: T; mean: number } | null {
  let best: { group: T; mean: number } | null = null;
  for (const group of groups) {
    const mean = meanOf(valuesOf(group));
    if (!Number.isFinite(mean)) continue;
    const better = best === null ||
      (direction === "max" ? mean > best.mean : mean < best.mean);
    if (better) best = { group, mean };
  }
  return best;
}
