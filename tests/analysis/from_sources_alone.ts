/**
 * What slices are compared with: what an analysis would say that knows no executions.
 *
 * @module
 */
import { type Analysis, namesIn } from "../../src/analysis/analysis.ts";

/** Whom executions need by the sources alone: whoever binds or may change a name that they use, in whatever order. */
export function staticallyNeededBy(
  { operations }: Analysis,
  targets: Iterable<number>,
): Set<number> {
  const names = operations.map((steps) => namesIn(steps ?? []));
  const needed = new Set(targets);
  for (const index of needed) {
    for (const [other, { made }] of names.entries()) {
      if ([...names[index]?.used ?? []].some((n) => made.has(n))) {
        needed.add(other);
      }
    }
  }
  return new Set([...needed].toSorted((a, b) => a - b));
}
