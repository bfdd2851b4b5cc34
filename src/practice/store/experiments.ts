/**
 * Experiments, numbered within their project.
 *
 * @module
 */
import { alreadyExists, invalidValue } from "../protocol/answers.ts";
import { checkColumn, COLUMN, isBlankColumn } from "./columns.ts";
import { stamp } from "./clock.ts";
import type { Database } from "./database.ts";
import { type Order, type Page, readPage } from "./keyset.ts";

/** An experiment. */
export interface StoredExperiment {
  readonly id: number;
  readonly project: number;
  readonly iid: number;
  readonly name: string;
}

const COLUMNS = "t.id, t.project, t.iid, t.name";

const ORDERS: Record<string, string> = {
  name: "t.name_key",
  created_at: "t.created_at",
  updated_at: "t.updated_at",
  last_updated_timestamp: "t.updated_at",
  id: "t.id",
};

/** The experiments of all projects. */
export class ExperimentStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** By its number in the project, as text: leading digits count, as in a database cast. */
  byIid(project: number, iid: string | null): StoredExperiment | undefined {
    const digits = /^\s*\d+/.exec(iid ?? "")?.[0];
    if (digits === undefined) return undefined;
    return this.#db.get<StoredExperiment>(
      `SELECT ${COLUMNS} FROM experiments t WHERE project = ? AND iid = ?`,
      project,
      Number(digits),
    );
  }

  /** By its exact name. */
  byName(project: number, name: string | null): StoredExperiment | undefined {
    return this.#db.get<StoredExperiment>(
      `SELECT ${COLUMNS} FROM experiments t WHERE project = ? AND name = ?`,
      project,
      name,
    );
  }

  /** By the row's id. */
  byId(id: number): StoredExperiment | undefined {
    return this.#db.get<StoredExperiment>(
      `SELECT ${COLUMNS} FROM experiments t WHERE id = ?`,
      id,
    );
  }

  /** All of a project, newest first. */
  list(project: number): StoredExperiment[] {
    return this.#db.all<StoredExperiment>(
      `SELECT ${COLUMNS} FROM experiments t WHERE project = ? ORDER BY id DESC`,
      project,
    );
  }

  /** A page of a project's experiments; `order` as `experiments/search` takes it. */
  search(
    project: number,
    options: { order: string; limit: number; token: string | null | undefined },
  ): Page<StoredExperiment> {
    return readPage<StoredExperiment>(this.#db, {
      columns: COLUMNS,
      from: "FROM experiments t WHERE t.project = ?",
      values: [project],
    }, {
      order: orderOf(options.order, ORDERS),
      limit: options.limit,
      token: options.token,
    });
  }

  /**
   * Makes an experiment.
   *
   * @throws {RefusedAnswer} 400 when the name is taken, blank, or longer than its column
   */
  create(project: number, name: string | null): StoredExperiment {
    if (name === null || isBlankColumn(name)) throw alreadyExists();
    if (this.byName(project, name) !== undefined) throw alreadyExists();
    checkColumn(name, COLUMN.name, {
      table: "ml_experiments",
      column: "name",
    });
    return this.#db.transaction(() => {
      const counter = this.#db.get<{ iid: number }>(
        "UPDATE projects SET last_experiment_iid = last_experiment_iid + 1 WHERE id = ? RETURNING last_experiment_iid AS iid",
        project,
      );
      if (counter === undefined) throw invalidValue("Project must exist");
      const now = stamp();
      const id = this.#db.run(
        "INSERT INTO experiments (project, iid, name, name_key, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)",
        project,
        counter.iid,
        name,
        name.toLowerCase(),
        now,
        now,
      );
      return { id, project, iid: counter.iid, name };
    });
  }

  /** Whether it is the one that a model owns. */
  isOfModel(experiment: StoredExperiment): boolean {
    return this.#db.get(
      "SELECT 1 FROM models WHERE experiment = ?",
      experiment.id,
    ) !== undefined;
  }

  /** Removes an experiment and its tags; its runs are removed by the runs' own store. */
  remove(experiment: StoredExperiment): void {
    this.#db.run("DELETE FROM experiments WHERE id = ?", experiment.id);
  }
}

/** The order that a text such as `name ASC` asks for: no direction means ascending, an unknown one descending. */
export function orderOf(text: string, orders: Record<string, string>): Order {
  const [column = "", direction] = text.toLowerCase().trim().split(/\s+/);
  const wanted = text === "" ? "name" : column;
  const expression = Object.hasOwn(orders, wanted) ? orders[wanted] : undefined;
  return {
    column: expression === undefined ? "id" : wanted,
    expression: expression ?? "t.id",
    direction: direction === undefined || direction === "asc" ? "asc" : "desc",
  };
}
