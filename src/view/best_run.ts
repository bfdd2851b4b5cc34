/**
 * The best of some runs by a metric.
 *
 * Imported inside cells: nothing here may load a library.
 *
 * @module
 */
import { betterEnd, indexOfBest } from "./metric_facts.ts";

/** A run that may be the best. */
export interface RankedRun {
  run_id: string;
  /** The run that it reproduces; null when it is no reproduction. */
  reproduces: string | null;
  /** The metric's value; undefined where the run has none. */
  value: number | undefined;
}

/**
 * The values of runs, without those of a reproduction whose original is there with a value of its own: running
 * something again is no better result.
 */
export function originalValues(
  runs: readonly RankedRun[],
): (number | undefined)[] {
  const having = new Set(
    runs.flatMap(({ run_id, value }) => value === undefined ? [] : [run_id]),
  );
  return runs.map(({ reproduces, value }) =>
    reproduces !== null && having.has(reproduces) ? undefined : value
  );
}

/** Which runs are the best by a metric: none where it is not known what is good, several where they are equal. */
export function areBest(key: string, runs: readonly RankedRun[]): boolean[] {
  const values = originalValues(runs);
  const best = values[indexOfBest(key, values)];
  return values.map((value) => best !== undefined && value === best);
}

/** The position of the best run by a metric, the first among equals; -1 where none is known to be. */
export function indexOfBestRun(
  key: string,
  runs: readonly RankedRun[],
  end: "low" | "high" | null = betterEnd(key),
): number {
  return indexOfBest(key, originalValues(runs), end);
}
