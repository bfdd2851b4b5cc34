/**
 * The state of runs in short texts, one for each part of a run: two readings compared say which parts have changed.
 *
 * @module
 */
import { fileSize } from "../base/files.ts";
import type { Journal } from "./journal.ts";
import { writeAheadPath } from "./write_ahead_log.ts";

/** A run as it is, each part as a text that is another one when the part has changed. */
export interface RunState {
  run_id: string;
  status: string;
  metrics: string;
  cells: string;
  artifacts: string;
  delivery: string;
  /** Whether nothing of it will change by itself any more. */
  done: boolean;
}

interface Row {
  run_id: string;
  status: string;
  metrics: string;
  cells: string;
  artifacts: string;
  delivery: string;
  done: number;
}

const STATES = `
SELECT r.run_id, r.status || ' ' || coalesce(r.end_time, '') || ' ' || coalesce(r.finalised_time, '') AS status,
  (SELECT count(*) || ' ' || coalesce(sum(count), 0) FROM metric_keys WHERE run_id = r.run_id) AS metrics,
  (SELECT count(*) || ' ' || coalesce(max(end_time), 0) || ' ' || coalesce(sum(status = 'running'), 0)
     FROM executions WHERE session_id = r.session_id
     AND (r.last_execution IS NULL OR position <= r.last_execution)) || ' ' ||
  (SELECT count(*) || ' ' || coalesce(sum(octet_length(json)), 0) FROM outputs WHERE session_id = r.session_id
     AND (r.last_execution IS NULL OR position <= r.last_execution)) AS cells,
  (SELECT count(*) || ' ' || coalesce(max(time), 0) FROM artifacts WHERE run_id = r.run_id) AS artifacts,
  d.state || ' ' || coalesce(d.error, '') || ' ' || coalesce(d.url, '') || ' ' || d.parts AS delivery,
  r.finalised_time IS NOT NULL AND d.state <> 'pending' AS done
  FROM runs r JOIN deliveries d ON d.run_id = r.run_id`;

/**
 * The states of runs that may change, and of those that are named.
 *
 * @param since Runs that began at this time or later are among them, milliseconds since 1970.
 */
export function runStates(
  { db, pointsFolder }: Journal,
  named: readonly string[],
  since: number,
): RunState[] {
  const rows = db.all<Row>(
    `${STATES} WHERE r.listed = 1 AND (r.finalised_time IS NULL OR d.state = 'pending' OR r.start_time >= ?1
       OR r.run_id IN (SELECT value FROM json_each(?2)))`,
    since,
    JSON.stringify(named),
  );
  return rows.map(({ done, ...row }) => ({
    ...row,
    metrics: `${row.metrics} ${
      fileSize(writeAheadPath(pointsFolder, row.run_id))
    }`,
    done: done !== 0,
  }));
}
