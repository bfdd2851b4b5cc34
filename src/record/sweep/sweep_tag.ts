/**
 * What the tag of a sweep says: how many runs it is made of, and what it calls best.
 *
 * Imported inside cells: nothing here may load a library.
 *
 * @module
 */
import type { SweepGoal } from "./best.ts";

/** The tag's text, such as `12 runs, min loss`. */
export function sweepTag(runs: number, goal: SweepGoal | null): string {
  return `${runs} run${runs === 1 ? "" : "s"}${
    goal === null ? "" : `, ${goal.direction} ${goal.metric}`
  }`;
}

/** What a sweep calls best by its tag; null where it does not say. */
export function goalOfTag(text: string | undefined): SweepGoal | null {
  const [, direction, metric = ""] =
    /^\d+ runs?, (max|min) (.+)$/s.exec(text ?? "") ?? [];
  return direction === "max" || direction === "min"
    ? { metric, direction }
    : null;
}
