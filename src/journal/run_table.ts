/**
 * Many runs at once: what a table of runs needs, without reading each run whole.
 *
 * @module
 */
import type { JournalDatabase } from "./database.ts";
import { readPoints } from "./points.ts";
import type { RunRow } from "./runs.ts";

/** A run as a table of runs names it. */
export type ListedRun = Pick<
  RunRow,
  | "run_id"
  | "experiment"
  | "name"
  | "status"
  | "start_time"
  | "end_time"
  | "provenance"
  | "reproduces"
>;

/** An experiment in short. */
export interface ListedExperiment {
  experiment: string;
  /** Listed runs. */
  runs: number;
  /** How many of them are open. */
  open: number;
  /** When the last one began, milliseconds since 1970. */
  last_time: number;
}

/** A key and how many of the runs that were asked about have it. */
export interface KeyUse {
  key: string;
  runs: number;
}

const COLUMNS =
  "run_id, experiment, name, status, start_time, end_time, provenance, reproduces";
const OF_EXPERIMENT =
  "SELECT run_id FROM runs WHERE experiment = ?1 AND listed = 1";

/** Reads many runs at once. */
export class RunTable {
  readonly #db: JournalDatabase;

  constructor(db: JournalDatabase) {
    this.#db = db;
  }

  /** Experiments with listed runs, the one with the newest run first. */
  experiments(): ListedExperiment[] {
    return this.#db.all(
      `SELECT experiment, count(*) AS runs, sum(end_time IS NULL) AS open, max(start_time) AS last_time
         FROM runs WHERE listed = 1 GROUP BY experiment ORDER BY last_time DESC, experiment`,
    );
  }

  /** How many listed runs an experiment has. */
  count(experiment: string): number {
    return this.#db.get<{ n: number }>(
      "SELECT count(*) AS n FROM runs WHERE experiment = ? AND listed = 1",
      experiment,
    )?.n ?? 0;
  }

  /** Listed runs of an experiment, newest first. */
  runs(
    experiment: string,
    options: { limit?: number; offset?: number } = {},
  ): ListedRun[] {
    return this.#db.all(
      `SELECT ${COLUMNS} FROM runs WHERE experiment = ? AND listed = 1
         ORDER BY start_time DESC, run_id DESC LIMIT ? OFFSET ?`,
      experiment,
      options.limit ?? -1,
      options.offset ?? 0,
    );
  }

  /** The listed runs of a session, oldest first. */
  ofSession(session_id: string): ListedRun[] {
    return this.#db.all(
      `SELECT ${COLUMNS} FROM runs WHERE session_id = ? AND listed = 1 ORDER BY start_time, run_id`,
      session_id,
    );
  }

  /** The listed runs that reproduce a run, newest first, each with the verdict it was tagged with. */
  reproductions(
    run_id: string,
  ): {
    run_id: string;
    name: string;
    start_time: number;
    verdict: string | null;
  }[] {
    return this.#db.all(
      `SELECT run_id, name, start_time,
         (SELECT value FROM tags WHERE tags.run_id = runs.run_id AND key = 'nbtrack.verdict') AS verdict
         FROM runs WHERE reproduces = ? AND listed = 1 ORDER BY start_time DESC, run_id DESC`,
      run_id,
    );
  }

  /** One param or tag of every run of an experiment that has it, by run id. */
  texts(
    table: "params" | "tags",
    experiment: string,
    key: string,
  ): Map<string, string> {
    return new Map(
      this.#db.all<{ run_id: string; value: string }>(
        `SELECT run_id, value FROM ${table} WHERE run_id IN (${OF_EXPERIMENT}) AND key = ?2`,
        experiment,
        key,
      ).map((row) => [row.run_id, row.value]),
    );
  }

  /** Params or tags of some runs, of those keys. */
  textsOf(
    table: "params" | "tags",
    run_ids: readonly string[],
    keys: readonly string[],
  ): { run_id: string; key: string; value: string }[] {
    if (keys.length === 0) return [];
    return this.#db.all(
      `SELECT run_id, key, value FROM ${table} WHERE run_id IN (SELECT value FROM json_each(?))
         AND key IN (SELECT value FROM json_each(?))`,
      JSON.stringify(run_ids),
      JSON.stringify(keys),
    );
  }

  /** The last stored values of some metrics of some runs. */
  lastValuesOf(
    run_ids: readonly string[],
    keys: readonly string[],
  ): { run_id: string; key: string; value: number }[] {
    if (keys.length === 0) return [];
    return this.#db.all<
      { run_id: string; key: string; last_point: Uint8Array }
    >(
      `SELECT run_id, key, last_point FROM metric_keys WHERE run_id IN (SELECT value FROM json_each(?))
         AND key IN (SELECT value FROM json_each(?)) AND last_point IS NOT NULL`,
      JSON.stringify(run_ids),
      JSON.stringify(keys),
    ).map(({ last_point, ...row }) => ({ ...row, value: valueOf(last_point) }));
  }

  /** The last stored value of a metric of every run of an experiment that has it, by run id. */
  lastValues(experiment: string, key: string): Map<string, number> {
    return new Map(
      this.#db.all<{ run_id: string; last_point: Uint8Array }>(
        `SELECT run_id, last_point FROM metric_keys WHERE run_id IN (${OF_EXPERIMENT}) AND key = ?2
           AND last_point IS NOT NULL`,
        experiment,
        key,
      ).map((row) => [row.run_id, valueOf(row.last_point)]),
    );
  }

  /** The keys that some runs have params, tags or metrics under, those of most runs first. */
  keys(
    table: "params" | "tags" | "metric_keys",
    run_ids: readonly string[],
    limit = 500,
  ): KeyUse[] {
    return this.#db.all(
      `SELECT key, count(*) AS runs FROM ${table} WHERE run_id IN (SELECT value FROM json_each(?))
         GROUP BY key ORDER BY runs DESC, ${
        table === "metric_keys" ? "min(key_id)" : "key"
      } LIMIT ?`,
      JSON.stringify(run_ids),
      limit,
    );
  }

  /** The keys of those params that are not the same in all of some runs. */
  differingParams(run_ids: readonly string[]): string[] {
    return this.#db.all<{ key: string }>(
      `SELECT key FROM params WHERE run_id IN (SELECT value FROM json_each(?1)) GROUP BY key
         HAVING min(value) <> max(value) OR count(*) < ?2 ORDER BY key`,
      JSON.stringify(run_ids),
      run_ids.length,
    ).map((row) => row.key);
  }
}

function valueOf(point: Uint8Array): number {
  for (const { value } of readPoints(point)) return value;
  return NaN;
}
