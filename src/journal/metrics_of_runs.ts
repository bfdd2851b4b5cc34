/**
 * Values of metrics of many runs at once, without reading their points.
 *
 * @module
 */
import type { JournalDatabase } from "./database.ts";
import { findEnds } from "./metric_ends.ts";
import { valueOfPoint } from "./points.ts";
import { meant, nameOf, type RunsMeant } from "./runs_meant.ts";

/** A metric's last value in a run. */
export interface LastValue {
  run_id: string;
  key: string;
  value: number;
}

/** The lowest and highest value of a metric in a run; NaN where nothing else was logged. */
export interface EndValues {
  run_id: string;
  key: string;
  low: number;
  high: number;
}

/** The last values of metrics of some runs. */
export function lastValues(
  db: JournalDatabase,
  of: RunsMeant,
  keys: readonly string[],
): LastValue[] {
  if (keys.length === 0) return [];
  return db.rows<[string, string, number | null, Uint8Array | null]>(
    // What an earlier version wrote, NaN and the sign of zero are in the point alone.
    `SELECT run_id, key, last, CASE WHEN coalesce(last, 0) = 0 THEN last_point END ${
      metricsOf(of)
    } AND last_point IS NOT NULL`,
    nameOf(of),
    JSON.stringify(keys),
  ).map(([run_id, key, last, point]) => ({
    run_id,
    key,
    value: point === null ? last ?? NaN : valueOfPoint(point),
  }));
}

/** The ends of metrics of some runs. */
export function endValues(
  db: JournalDatabase,
  of: RunsMeant,
  keys: readonly string[],
): EndValues[] {
  if (keys.length === 0) return [];
  const rows = db.rows<
    [string, string, number, number | null, number | null, number]
  >(
    `SELECT run_id, key, key_id, low, high, ranged < count ${
      metricsOf(of)
    } AND count > 0`,
    nameOf(of),
    JSON.stringify(keys),
  );
  const unread = rows.filter((row) => row[5] !== 0).map((row) => row[0]);
  const found = findEnds(db, [...new Set(unread)]);
  return rows.map(([run_id, key, key_id, low, high]) => {
    const ends = found.get(run_id)?.get(key_id);
    return {
      run_id,
      key,
      low: ends?.low?.value ?? low ?? NaN,
      high: ends?.high?.value ?? high ?? NaN,
    };
  });
}

/** SQL for metrics of some runs, those of some keys (`?2`) alone. */
function metricsOf(of: RunsMeant): string {
  return `FROM metric_keys INDEXED BY metric_keys_by_key WHERE run_id IN (${
    meant(of)
  }) AND key IN (SELECT value FROM json_each(?2))`;
}
