/**
 * Which runs were changed since somebody looked last. The database notes them itself, in the transaction that changes
 * them: no way of writing can be forgotten, and what is undone is not noted.
 *
 * @module
 */
import type { Database } from "./database.ts";

/** A run that was changed, removed, or is new. */
export interface ChangedRun {
  readonly project: number;
  /** The row's id. */
  readonly run: number;
}

/** The tables that say something of a run, and how the run of one of their rows is found. */
const TABLES: Readonly<Record<string, string>> = {
  runs: "SELECT row.project, row.id",
  params: "SELECT project, id FROM runs WHERE id = row.owner",
  run_tags: "SELECT project, id FROM runs WHERE id = row.owner",
  series: "SELECT project, id FROM runs WHERE id = row.run",
  package_files: "SELECT project, id FROM runs WHERE package = row.package",
  experiments: "SELECT project, id FROM runs WHERE experiment = row.id",
};

/** How many have been made: each has a table of its own. */
let made = 0;

/** Notes changes of runs from when it is made on, as long as the database is open. */
export class ChangedRuns {
  readonly #db: Database;
  readonly #table = `changed_runs_${++made}`;

  constructor(db: Database) {
    this.#db = db;
    const changed = this.#table;
    db.run(
      `CREATE TEMP TABLE ${changed} (
         project INTEGER NOT NULL, run INTEGER NOT NULL, PRIMARY KEY (project, run)
       ) WITHOUT ROWID`,
    );
    for (const [table, select] of Object.entries(TABLES)) {
      for (const event of ["INSERT", "UPDATE", "DELETE"]) {
        const row = event === "DELETE" ? "OLD." : "NEW.";
        db.run(
          `CREATE TEMP TRIGGER ${changed}_${event}_${table} AFTER ${event} ON main.${table} BEGIN
             INSERT OR IGNORE INTO ${changed} ${select.replaceAll("row.", row)};
           END`,
        );
      }
    }
  }

  /** The runs that were changed since this was called last. */
  take(): ChangedRun[] {
    const changed = this.#db.all<ChangedRun>(
      `SELECT project, run FROM ${this.#table}`,
    );
    if (changed.length > 0) this.#db.run(`DELETE FROM ${this.#table}`);
    return changed;
  }
}
