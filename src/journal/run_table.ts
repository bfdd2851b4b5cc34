/**
 * Many runs at once: what a table of runs needs, without reading each run whole.
 *
 * @module
 */
import type { JournalDatabase } from "./database.ts";
import { type PathKeeping, plainPath } from "./encrypted_paths.ts";
import {
  type EndValues,
  endValues,
  type LastValue,
  lastValues,
} from "./metrics_of_runs.ts";
import type { Journal } from "./journal.ts";
import type { RunRow } from "./run_row.ts";
import { meant, nameOf, type RunsMeant } from "./runs_meant.ts";

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
  | "seed"
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

/** A metric of some runs. */
export interface MetricUse extends KeyUse {
  /** Whether its last value tells runs apart. */
  differs: boolean;
}

/** Readings of whole experiments that are kept, at most. */
const MAX_KEPT = 12;

const COLUMNS =
  "run_id, experiment, name, status, start_time, end_time, provenance, reproduces, seed";

/** Reads many runs at once. */
export class RunTable {
  readonly #db: JournalDatabase;
  /** What was read of whole experiments, as long as nothing is written. */
  readonly #kept = new Map<string, unknown>();
  #version = "";

  readonly #paths: PathKeeping;

  constructor({ db, redactor, home }: Journal) {
    this.#db = db;
    this.#paths = { redactor, home };
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
    { limit = -1, offset = 0 }: { limit?: number; offset?: number } = {},
  ): readonly ListedRun[] {
    const listed = "FROM runs WHERE experiment = ? AND listed = 1";
    const order = "ORDER BY start_time DESC, run_id DESC";
    if (limit === -1 && offset === 0) {
      return this.#keep(
        ["runs", experiment],
        () => this.#db.all(`SELECT ${COLUMNS} ${listed} ${order}`, experiment),
      );
    }
    // Pages are counted off in an index: the runs before them are not read.
    return this.#db.all(
      `SELECT ${COLUMNS} FROM runs WHERE run_id IN
         (SELECT run_id ${listed} ${order} LIMIT ? OFFSET ?) ${order}`,
      experiment,
      limit,
      offset,
    );
  }

  /** The listed runs of a session, oldest first. */
  ofSession(session_id: string): ListedRun[] {
    return this.#db.all(
      `SELECT ${COLUMNS} FROM runs WHERE session_id = ? AND listed = 1 ORDER BY start_time, run_id`,
      session_id,
    );
  }

  /** The folders that sessions were in, and their notebooks. */
  sessionFolders(): { cwd: string; notebook: string | null }[] {
    return this.#db.all<{ cwd: string; notebook: string | null }>(
      "SELECT DISTINCT cwd, notebook FROM sessions",
    ).map(({ cwd, notebook }) => ({
      cwd: plainPath(this.#paths, cwd),
      notebook: notebook && plainPath(this.#paths, notebook),
    }));
  }

  /** Params or tags of some runs. */
  texts(
    table: "params" | "tags",
    of: RunsMeant,
    keys: readonly string[],
  ): readonly { run_id: string; key: string; value: string }[] {
    if (keys.length === 0) return [];
    const read = () =>
      this.#db.all<{ run_id: string; key: string; value: string }>(
        `SELECT run_id, key, value FROM ${table} WHERE run_id IN (${meant(of)})
         AND key IN (SELECT value FROM json_each(?2))`,
        nameOf(of),
        JSON.stringify(keys),
      );
    return "experiment" in of
      ? this.#keep([table, of.experiment, ...keys], read)
      : read();
  }

  /** The last stored values of metrics of some runs. */
  lastValues(of: RunsMeant, keys: readonly string[]): readonly LastValue[] {
    const read = () => lastValues(this.#db, of, keys);
    return "experiment" in of
      ? this.#keep(["metrics", of.experiment, ...keys], read)
      : read();
  }

  /** The lowest and highest stored values of metrics of some runs. */
  endValues(of: RunsMeant, keys: readonly string[]): readonly EndValues[] {
    const read = () => endValues(this.#db, of, keys);
    return "experiment" in of
      ? this.#keep(["ends", of.experiment, ...keys], read)
      : read();
  }

  /** The keys that some runs have params or tags under, those of most runs first. */
  keys(
    table: "params" | "tags",
    run_ids: readonly string[],
    limit = 500,
  ): KeyUse[] {
    return this.#db.all(
      `SELECT key, count(*) AS runs FROM ${table} WHERE run_id IN (SELECT value FROM json_each(?))
         GROUP BY key ORDER BY runs DESC, key LIMIT ?`,
      JSON.stringify(run_ids),
      limit,
    );
  }

  /** The metrics of some runs, those of most runs first, and whether their last values are the same in all that have any. */
  metricUses(run_ids: readonly string[], limit = 2000): MetricUse[] {
    const uses = this.#db.all<KeyUse & { other: number | null }>(
      `SELECT key, count(*) AS runs, min(last) < max(last) OR count(last) BETWEEN 1 AND count(*) - 1 AS other
         FROM metric_keys WHERE run_id IN (SELECT value FROM json_each(?))
         GROUP BY key ORDER BY runs DESC, min(key_id) LIMIT ?`,
      JSON.stringify(run_ids),
      limit,
    );
    const most = uses[0]?.runs ?? 0;
    return uses.map(({ key, runs, other }) => ({
      key,
      runs,
      differs: other === 1 || runs < most,
    }));
  }

  /** Those of some runs of which a document says `true`. */
  marked(document: string, of: RunsMeant): Set<string> {
    return new Set(
      this.#db.all<{ run_id: string }>(
        `SELECT run_id FROM documents WHERE run_id IN (${
          meant(of)
        }) AND name = ?2 AND json = 'true'`,
        nameOf(of),
        document,
      ).map(({ run_id }) => run_id),
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

  /** What was read before, unless something was written since, here or by another process. */
  #keep<T>(named: readonly (string | number)[], read: () => T): T {
    const version = JSON.stringify([
      this.#db.get("PRAGMA data_version"),
      this.#db.get("SELECT total_changes()"),
    ]);
    if (version !== this.#version || this.#kept.size > MAX_KEPT) {
      this.#kept.clear();
      this.#version = version;
    }
    const name = JSON.stringify(named);
    const kept = this.#kept.get(name) as T | undefined;
    if (kept !== undefined) return kept;
    const fresh = read();
    this.#kept.set(name, fresh);
    return fresh;
  }
}

const tables = new WeakMap<Journal, RunTable>();

/** The runs of a journal as a table. */
export function journalTable(journal: Journal): RunTable {
  let table = tables.get(journal);
  if (table === undefined) tables.set(journal, table = new RunTable(journal));
  return table;
}
