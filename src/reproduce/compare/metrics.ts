/**
 * Metrics by their values: every point, NaN equal to NaN, exact unless a tolerance is given.
 *
 * @module
 */
import { fromJsonNumber, type JsonNumber } from "../../base/numbers.ts";
import type { MetricVerdict } from "./types.ts";

/** Points of a metric: step, time, value. */
export type Points = readonly (readonly [number, number, JsonNumber])[];

/** A metric with its points in the order of logging. */
export interface LoggedMetric {
  key: string;
  points: Points;
}

/** How far a value may be off: `|reproduced - recorded| <= atol + rtol * |recorded|`. */
export interface Tolerance {
  /** @default {0} */
  rtol?: number | undefined;
  /** @default {0} */
  atol?: number | undefined;
}

/** Compares the metrics of two runs: those of the first in its order, then those that only the second has. */
export function compareMetrics(
  recorded: readonly LoggedMetric[],
  reproduced: readonly LoggedMetric[],
  toleranceOf: (key: string) => Tolerance,
): MetricVerdict[] {
  const now = new Map(reproduced.map((metric) => [metric.key, metric.points]));
  const then = new Map(recorded.map((metric) => [metric.key, metric.points]));
  return [...new Set([...then.keys(), ...now.keys()])].map((key) => {
    const [before, after] = [then.get(key), now.get(key)];
    return {
      key,
      recorded: lastOf(before),
      reproduced: lastOf(after),
      same: before !== undefined && after !== undefined &&
        samePoints(before, after, toleranceOf(key)),
    };
  });
}

function samePoints(then: Points, now: Points, tolerance: Tolerance): boolean {
  return then.length === now.length && then.every(([step, , value], i) => {
    const other = now[i];
    return other !== undefined && step === other[0] &&
      sameValue(fromJsonNumber(value), fromJsonNumber(other[2]), tolerance);
  });
}

/** Whether two values are the same within a tolerance. */
export function sameValue(
  then: number,
  now: number,
  { rtol = 0, atol = 0 }: Tolerance = {},
): boolean {
  if (then === now || (Number.isNaN(then) && Number.isNaN(now))) return true;
  return Math.abs(now - then) <= atol + rtol * Math.abs(then) &&
    Number.isFinite(then) && Number.isFinite(now);
}

/** The last value: of the highest step, among equals the one logged last. */
function lastOf(points: Points | undefined): JsonNumber | null {
  let last: readonly [number, number, JsonNumber] | null = null;
  for (const point of points ?? []) {
    if (last === null || point[0] >= last[0]) last = point;
  }
  return last?.[2] ?? null;
}
