/**
 * The best of some runs by a metric.
 *
 * @module
 */
import { betterEnd } from "../../view/metric_facts.ts";

/** The position of the best of some values, the first among equals; -1 where none is known to be. */
export function indexOfBest(
  key: string,
  values: readonly (number | undefined)[],
): number {
  const end = betterEnd(key);
  let best = -1;
  if (end === null) return best;
  for (const [i, value] of values.entries()) {
    if (value === undefined || Number.isNaN(value)) continue;
    const before = values[best];
    if (
      before === undefined || (end === "low" ? value < before : value > before)
    ) {
      best = i;
    }
  }
  return best;
}
