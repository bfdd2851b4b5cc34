/**
 * Runs (GitLab: candidates), numbered within their project.
 *
 * @module
 */
import {
  checkColumn,
  checkInteger,
  COLUMN,
  type ExactInteger,
  exactly,
} from "./columns.ts";
import { stamp } from "./clock.ts";
import type { Database } from "./database.ts";
import type { StoredExperiment } from "./experiments.ts";
import { type Order, type Page, readPage } from "./keyset.ts";
import type { StoredPackage } from "./packages.ts";

/** A run. */
export interface StoredRun {
  readonly id: number;
  /** The run id of the API, a UUID. */
  readonly eid: string;
  readonly project: number;
  readonly iid: number;
  /** The row's id of its experiment. */
  readonly experiment: number;
  readonly experiment_iid: number;
  readonly experiment_name: string;
  readonly name: string;
  readonly user: number | null;
  readonly start_time: ExactInteger;
  readonly end_time: ExactInteger | null;
  readonly status: string;
  readonly job: number | null;
  readonly model_version: number | null;
  /** Its linked package, if there is one. */
  readonly package: number | null;
  readonly package_type: StoredPackage["type"] | null;
  readonly package_version: string | null;
}

/** What a run begins with. */
export interface NewStoredRun {
  readonly name: string;
  readonly user: number | null;
  readonly start_time: number | bigint;
}

const COLUMNS =
  `t.id, t.eid, t.project, t.iid, t.experiment, e.iid AS experiment_iid, e.name AS experiment_name,
  t.name, t.user, ${exactly("t.start_time")} AS start_time, ${
    exactly("t.end_time")
  } AS end_time,
  t.status, t.job, t.model_version, t.package, p.type AS package_type, p.version AS package_version`;
const FROM =
  "FROM runs t JOIN experiments e ON e.id = t.experiment LEFT JOIN packages p ON p.id = t.package";

/** The runs of all projects. */
export class RunStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** By its run id. */
  byEid(project: number, eid: string | null): StoredRun | undefined {
    return this.#db.get<StoredRun>(
      `SELECT ${COLUMNS} ${FROM} WHERE t.project = ? AND t.eid = ?`,
      project,
      eid?.toLowerCase() ?? null,
    );
  }

  /** By its number in the project. */
  byIid(project: number, iid: number): StoredRun | undefined {
    return this.#db.get<StoredRun>(
      `SELECT ${COLUMNS} ${FROM} WHERE t.project = ? AND t.iid = ?`,
      project,
      iid,
    );
  }

  /** By the row's id. */
  byId(id: number): StoredRun | undefined {
    return this.#db.get<StoredRun>(
      `SELECT ${COLUMNS} ${FROM} WHERE t.id = ?`,
      id,
    );
  }

  /**
   * Begins a run, RUNNING.
   *
   * @throws {RefusedAnswer} 400 when its name is longer than the column, 500 when the time does not fit
   */
  create(experiment: StoredExperiment, run: NewStoredRun): StoredRun {
    checkColumn(run.name, COLUMN.name, {
      table: "ml_candidates",
      column: "name",
    });
    checkInteger(run.start_time, 64);
    const id = this.#db.transaction(() => {
      const counter = this.#db.get<{ iid: number }>(
        "UPDATE projects SET last_run_iid = last_run_iid + 1 WHERE id = ? RETURNING last_run_iid AS iid",
        experiment.project,
      );
      return this.#db.run(
        `INSERT INTO runs (eid, project, iid, experiment, name, name_key, user, start_time, status, created_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'RUNNING', ?)`,
        crypto.randomUUID(),
        experiment.project,
        counter?.iid ?? 0,
        experiment.id,
        run.name,
        run.name.toLowerCase(),
        run.user,
        run.start_time,
        stamp(),
      );
    });
    return this.byId(id) as StoredRun;
  }

  /**
   * Changes what is given; what is absent or null stays.
   *
   * @throws {RefusedAnswer} 500 when the time does not fit
   */
  update(
    run: StoredRun,
    change: { status?: string | null; end_time?: number | bigint | null },
  ): StoredRun {
    const { status = null, end_time = null } = change;
    if (end_time !== null) checkInteger(end_time, 64);
    this.#db.run(
      "UPDATE runs SET status = coalesce(?, status), end_time = coalesce(?, end_time) WHERE id = ?",
      status,
      end_time,
      run.id,
    );
    return this.byId(run.id) as StoredRun;
  }

  /** Ties a run to a CI job. */
  linkJob(run: StoredRun, job: number): void {
    this.#db.run("UPDATE runs SET job = ? WHERE id = ?", job, run.id);
  }

  /** Ties a run to its package. */
  linkPackage(run: StoredRun, id: number): void {
    this.#db.run("UPDATE runs SET package = ? WHERE id = ?", id, run.id);
  }

  /** Makes a run the one of a model version. */
  linkModelVersion(run: StoredRun, version: number): void {
    this.#db.run(
      "UPDATE runs SET model_version = ? WHERE id = ?",
      version,
      run.id,
    );
  }

  /** The newest runs of a project, the oldest of them first; those of models are left out. */
  newestOf(project: number, most: number): StoredRun[] {
    return this.#db.all<StoredRun>(
      `SELECT ${COLUMNS} ${FROM} WHERE t.project = ? AND substr(e.name, 1, 7) <> '[model]'
       ORDER BY t.iid DESC LIMIT ?`,
      project,
      most,
    ).toReversed();
  }

  /** The runs of an experiment. */
  ofExperiment(experiment: number): StoredRun[] {
    return this.#db.all<StoredRun>(
      `SELECT ${COLUMNS} ${FROM} WHERE t.experiment = ?`,
      experiment,
    );
  }

  /** Removes a run with its params and tags; its points are removed by the metrics' own store. */
  remove(run: StoredRun): void {
    this.#db.run("DELETE FROM runs WHERE id = ?", run.id);
  }

  /** A page of an experiment's runs; `order` as `runs/search` takes it. */
  search(
    experiment: number,
    options: {
      order: string | null | undefined;
      limit: number;
      token: string | null | undefined;
    },
  ): Page<StoredRun> {
    const wanted = orderOf(options.order ?? "");
    const values = wanted.metric === undefined
      ? [experiment]
      : [wanted.metric, experiment];
    const join = wanted.metric === undefined
      ? ""
      : ` JOIN series s ON s.run = t.id AND s.key = ? JOIN metrics m ON m.series = s.id AND m.id = s.latest`;
    return readPage<StoredRun>(this.#db, {
      columns: COLUMNS,
      from: `${FROM}${join} WHERE t.experiment = ?`,
      values,
    }, { order: wanted.order, limit: options.limit, token: options.token });
  }
}

/** The order that a text such as `metrics.loss ASC` asks for: no direction means descending. */
function orderOf(text: string): { order: Order; metric?: string } {
  const [first = "", given = ""] = text.trim().split(/\s+/);
  const direction = given.toLowerCase() === "asc" ? "asc" : "desc";
  const [head = "", metric] = first.split(".");
  if (head === "metrics" && metric !== undefined) {
    return {
      order: { column: "value", expression: "m.value", direction },
      metric,
    };
  }
  const named = metric === undefined ? head.toLowerCase() : "";
  const expression = { name: "t.name_key", id: "t.id" }[named] ??
    "t.created_at";
  const column = expression === "t.created_at" ? "created_at" : named;
  return { order: { column, expression, direction } };
}
