/**
 * Metrics by their values: every point, NaN equal to NaN, exact unless a tolerance is given.
 *
 * @module
 */
import {
  fromJsonNumber,
  type JsonNumber,
  toJsonNumber,
} from "../../base/numbers.ts";
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

/** How metrics are compared. */
export interface MetricComparison {
  toleranceOf: (key: string) => Tolerance;
  /** Called with what is forgiven where the record keeps no sign of zero; left out where it keeps one. */
  onLostSign?: ((what: readonly [string, string]) => void) | undefined;
}

/** Compares the metrics of two runs: those of the first in its order, then those that only the second has. */
export function compareMetrics(
  recorded: readonly LoggedMetric[],
  reproduced: readonly LoggedMetric[],
  { toleranceOf, onLostSign }: MetricComparison,
): MetricVerdict[] {
  const now = new Map(reproduced.map((metric) => [metric.key, metric.points]));
  const then = new Map(recorded.map((metric) => [metric.key, metric.points]));
  return [...new Set([...then.keys(), ...now.keys()])].map((key) => {
    const before = then.get(key);
    let after = now.get(key);
    if (onLostSign !== undefined && after !== undefined) {
      const unsigned = after.map(withoutSign);
      const lost = unsigned.findIndex((point, i) => point !== after?.[i]);
      if (lost >= 0 && before?.[lost]?.[2] === 0) {
        onLostSign([`${key}: 0`, `${key}: -0`]);
      }
      after = unsigned;
    }
    return {
      key,
      recorded: lastOf(before),
      reproduced: lastOf(after),
      same: before !== undefined && after !== undefined &&
        samePoints(before, after, toleranceOf(key)),
    };
  });
}

/** A point whose zero has no sign. */
function withoutSign(point: Points[number]): Points[number] {
  const [step, time, value] = point;
  return Object.is(fromJsonNumber(value), -0) ? [step, time, 0] : point;
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
  if (Object.is(then, now)) return true;
  if (then === 0 && now === 0) return rtol > 0 || atol > 0;
  return Math.abs(now - then) <= atol + rtol * Math.abs(then) &&
    Number.isFinite(then) && Number.isFinite(now);
}

/** The last value: of the highest step, among equals the one logged last. */
function lastOf(points: Points | undefined): JsonNumber | null {
  let last: readonly [number, number, JsonNumber] | null = null;
  for (const point of points ?? []) {
    if (last === null || point[0] >= last[0]) last = point;
  }
  return last === null ? null : toJsonNumber(fromJsonNumber(last[2]));
}
