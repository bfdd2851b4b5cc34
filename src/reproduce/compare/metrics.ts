/**
 * Metrics by their values: every point, NaN equal to NaN, exact unless a tolerance is given. A point's time counts where
 * it was not taken from the clock: it lies outside of the run then.
 *
 * @module
 */
import {
  fromJsonNumber,
  type JsonNumber,
  toJsonNumber,
} from "../../base/numbers.ts";
import { isClockReading, isTimeWithin, type TimeSpan } from "./times.ts";
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
  /** From when to when the runs went. */
  spans: { recorded: TimeSpan; reproduced: TimeSpan };
  /** Called with times that a clock may have given in another unit, which are forgiven; left out where none may be. */
  onClockReading?: ((what: readonly [string, string]) => void) | undefined;
  /** Called with what is forgiven where the record keeps no sign of zero; left out where it keeps one. */
  onLostSign?: ((what: readonly [string, string]) => void) | undefined;
}

/** Compares the metrics of two runs: those of the first in its order, then those that only the second has. */
export function compareMetrics(
  recorded: readonly LoggedMetric[],
  reproduced: readonly LoggedMetric[],
  comparison: MetricComparison,
): MetricVerdict[] {
  const { toleranceOf, onLostSign } = comparison;
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
        samePoints(before, after, toleranceOf(key)) &&
        sameTimes(key, before, after, comparison),
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

/** Whether the times of points are the same, but for those that a clock gave. */
function sameTimes(
  key: string,
  then: Points,
  now: Points,
  { spans, onClockReading }: MetricComparison,
): boolean {
  const within = (
    fits: (time: number, span: TimeSpan) => boolean,
    [before, after]: readonly [number, number],
  ) => fits(before, spans.recorded) && fits(after, spans.reproduced);
  const readings: [string, string][] = [];
  const same = then.every(([, time], i) => {
    const pair = [time, now[i]?.[1] ?? time] as const;
    if (pair[0] === pair[1] || within(isTimeWithin, pair)) return true;
    readings.push([`${key} at ${pair[0]}`, `${key} at ${pair[1]}`]);
    return onClockReading !== undefined && within(isClockReading, pair);
  });
  if (same) readings.forEach((reading) => onClockReading?.(reading));
  return same;
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
