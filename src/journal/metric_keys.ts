/**
 * What the journal knows of each of a run's metrics, without reading its points.
 *
 * @module
 */
import type { JournalDatabase } from "./database.ts";
import type { Ends, ValueAtStep } from "./metric_range.ts";
import { type LoggedPoint, readPoints } from "./points.ts";

/** A metric's key as the journal knows it. */
export interface MetricKey {
  /** Index within the run. */
  key_id: number;
  /** The metric's name. */
  key: string;
  /** How many points it has. */
  count: number;
  /** Its last point: the highest step, among equals the one logged last. */
  last: LoggedPoint | null;
}

/** What is stored of a metric. */
export interface StoredMetric extends MetricKey, Ends {
  /** Of how many of its points low and high are: fewer than `count` where an earlier version has written them. */
  ranged: number;
}

interface Row {
  key_id: number;
  key: string;
  count: number;
  last_point: Uint8Array | null;
  low: number | null;
  low_step: number | null;
  high: number | null;
  high_step: number | null;
  ranged: number;
}

/** The metrics of a run, in the order of their first point. */
export function metricKeys(
  db: JournalDatabase,
  run_id: string,
): StoredMetric[] {
  return db.all<Row>(
    `SELECT key_id, key, count, last_point, low, low_step, high, high_step, ranged FROM metric_keys
       WHERE run_id = ? ORDER BY key_id`,
    run_id,
  ).map(({ key_id, key, count, ranged, ...row }) => ({
    key_id,
    key,
    count,
    last: row.last_point === null
      ? null
      : [...readPoints(row.last_point)][0] ?? null,
    low: endOf(row.low, row.low_step),
    high: endOf(row.high, row.high_step),
    ranged,
  }));
}

function endOf(value: number | null, step: number | null): ValueAtStep | null {
  return value === null ? null : { value, step: step ?? 0 };
}

/** Indexes and names of a run's metrics from an index on, in their order: at most so many. */
export function namesFrom(
  db: JournalDatabase,
  run_id: string,
  { from = 0, most = -1 }: { from?: number; most?: number } = {},
): [key_id: number, key: string][] {
  return db.rows(
    "SELECT key_id, key FROM metric_keys WHERE run_id = ? AND key_id >= ? ORDER BY key_id LIMIT ?",
    run_id,
    from,
    most,
  );
}

/** Adds a metric's name unless it is there. */
export function insertKey(
  db: JournalDatabase,
  run_id: string,
  key_id: number,
  key: string,
): void {
  db.run(
    "INSERT OR IGNORE INTO metric_keys (run_id, key_id, key) VALUES (?, ?, ?)",
    run_id,
    key_id,
    key,
  );
}

/** The name of a metric whose own could be stored nowhere. */
export function unnamed(key_id: number): string {
  return `unnamed metric ${key_id}`;
}
