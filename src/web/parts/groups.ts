/**
 * Runs in groups: one row for each value of a field, with mean and spread of their metrics.
 *
 * @module
 */
import { count, spreadOf } from "../../base/numbers.ts";
import { SWEEP_TAG } from "../../record/own_tags.ts";
import {
  metricNumberOf,
  metricOf,
  type QueriedRun,
  type RunField,
  valueOf,
} from "../../record/query.ts";
import type { TableRow } from "../../record/run_rows.ts";

/** A metric over the runs of a group. */
export interface Spread {
  mean: number;
  /** The standard deviation of a sample; null of fewer than two values. */
  deviation: number | null;
  /** How many finite values there are. */
  n: number;
  /** How many are NaN or infinite: they are in neither. */
  others: number;
}

/** Runs that have the same value. */
export interface Group {
  /** Null for runs that have none. */
  value: string | number | null;
  runs: number;
  /** By metric. */
  metrics: ReadonlyMap<string, Spread>;
}

/**
 * Runs that are results of their own: without reproductions of others that are here, and without sweeps, whose results
 * are those of their runs. The rows have the tag that says what a sweep is.
 */
export function ownRuns(
  runs: readonly TableRow[],
): { own: TableRow[]; leftOut: string[] } {
  const ids = new Set(runs.map(({ run_id }) => run_id));
  const again = runs.filter(({ reproduces }) =>
    reproduces !== null && ids.has(reproduces)
  );
  const sweeps = runs.filter(({ tags }) => Object.hasOwn(tags, SWEEP_TAG));
  const without = new Set([...again, ...sweeps]);
  return {
    own: runs.filter((run) => !without.has(run)),
    leftOut: [[again, "reproduction"] as const, [sweeps, "sweep"] as const]
      .flatMap(([left, noun]) =>
        left.length === 0 ? [] : [count(left.length, noun)]
      ),
  };
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

/** Mean and standard deviation of those that are finite; null of no values. */
function meanSpread(values: readonly number[]): Spread | null {
  if (values.length === 0) return null;
  const finite = values.filter(Number.isFinite);
  const n = finite.length;
  const mean = finite.reduce((sum, value) => sum + value / n, 0);
  return {
    mean: n === 0 ? NaN : mean,
    deviation: spreadOf(finite, mean),
    n,
    others: values.length - n,
  };
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
