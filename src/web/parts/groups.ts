/**
 * Runs in groups: one row for each value of a field, with mean and spread of their metrics.
 *
 * @module
 */
import { spreadOf } from "../../base/numbers.ts";
import {
  metricNumberOf,
  metricOf,
  type QueriedRun,
  type RunField,
  valueOf,
} from "../../record/query.ts";

/** A metric over the runs of a group. */
export interface Spread {
  mean: number;
  /** The standard deviation of a sample; null of fewer than two values. */
  deviation: number | null;
  /** How many values there are. */
  n: number;
}

/** Runs that have the same value. */
export interface Group {
  /** Null for runs that have none. */
  value: string | number | null;
  runs: number;
  /** By metric. */
  metrics: ReadonlyMap<string, Spread>;
}

/** Puts runs in groups, ordered by their values: numbers, then texts, then those without one. */
export function groupsOf(
  runs: readonly QueriedRun[],
  field: RunField,
  metrics: readonly string[],
): Group[] {
  const groups = Map.groupBy(runs, (run) => valueOf(run, field) ?? null);
  return [...groups].map(([value, members]) => ({
    value,
    runs: members.length,
    metrics: new Map(metrics.flatMap((key) => {
      const spread = meanSpread(members.flatMap((run) => {
        const value = metricOf(run, key);
        return value === undefined ? [] : [value];
      }));
      return spread === null ? [] : [[key, spread] as const];
    })),
  })).sort((a, b) => compare(a.value, b.value));
}

/** Mean and standard deviation; null of no values. */
export function meanSpread(values: readonly number[]): Spread | null {
  const n = values.length;
  if (n === 0) return null;
  const mean = values.reduce((sum, value) => sum + value / n, 0);
  return { mean, deviation: spreadOf(values, mean), n };
}

function compare(a: Group["value"], b: Group["value"]): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  const [x, y] = [a, b].map((v) =>
    typeof v === "number" ? v : metricNumberOf(v)
  );
  if (x !== undefined && y !== undefined) return x - y;
  if (x !== undefined || y !== undefined) return x === undefined ? 1 : -1;
  return String(a) < String(b) ? -1 : 1;
}
