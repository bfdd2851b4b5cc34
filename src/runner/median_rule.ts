/**
 * Stopping a run of a sweep early: by the median of those that have ended.
 *
 * @module
 */
import type { Journal } from "../journal/journal.ts";
import type { SweepGoal } from "../record/sweep/best.ts";

/** Fewer runs than this make no median worth following. */
const LEAST_RUNS = 3;

/**
 * Whether a run is worse than the median: its best value so far is worse than the median of the best values that the
 * ended runs had reached by the same step.
 *
 * @param after no run is stopped before this step
 */
export function isBelowMedian(
  journal: Journal,
  run_id: string,
  ended: readonly string[],
  { goal, after }: { goal: SweepGoal; after: number },
): boolean {
  const own = bestBy(journal, run_id, goal, Infinity);
  if (own === null || own.step < after) return false;
  const others = ended.flatMap((id) =>
    bestBy(journal, id, goal, own.step)?.best ?? []
  ).sort((a, b) => a - b);
  if (others.length < LEAST_RUNS) return false;
  const middle = others.length / 2;
  const median = Number.isInteger(middle)
    ? ((others[middle - 1] ?? 0) + (others[middle] ?? 0)) / 2
    : others[Math.floor(middle)] ?? 0;
  return goal.direction === "max" ? own.best < median : own.best > median;
}

/** The best value up to a step, and the last step there is until then. */
function bestBy(
  journal: Journal,
  run_id: string,
  { metric, direction }: SweepGoal,
  until: number,
): { best: number; step: number } | null {
  let best: number | null = null;
  let last = 0;
  for (const { key, step, value } of journal.points(run_id)) {
    if (key !== metric || step > until || Number.isNaN(value)) continue;
    best = best === null
      ? value
      : direction === "max"
      ? Math.max(best, value)
      : Math.min(best, value);
    last = Math.max(last, step);
  }
  return best === null ? null : { best, step: last };
}
