/**
 * The server's SQLite file: pragmas, migrations, transactions, and statements prepared once.
 *
 * @module
 */
import {
  DatabaseSync,
  type SQLInputValue,
  type StatementSync,
} from "node:sqlite";
import { messageOf } from "../../base/errors.ts";
import { DataDirError } from "../settings/errors.ts";
import { MIGRATIONS } from "./schema.ts";

/** How long a writer waits for another one, milliseconds. */
const BUSY_TIMEOUT_MS = 5000;

/** A value that is bound to a statement. */
export type Value = SQLInputValue;

/** One open database. All of it is synchronous: a request's work is never interleaved with another's. */
export class Database {
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #depth = 0;

  private constructor(db: DatabaseSync) {
    this.#db = db;
  }

  /**
   * Opens or makes a database, and brings it to today's tables.
   *
   * @throws {DataDirError} when it cannot be opened, or a newer nbtrack made it
   */
  static open(path: string, options: { dir: string }): Database {
    let db: DatabaseSync | undefined;
    try {
      db = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
      db.exec(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON",
      );
      migrate(db, options.dir);
      return new Database(db);
    } catch (cause) {
      db?.close();
      if (cause instanceof DataDirError) throw cause;
      throw new DataDirError(
        options.dir,
        `Cannot open the server's database ${path}: ${messageOf(cause)}`,
        {
          hint:
            "Check that the folder can be written and that its disk is not full",
          cause,
        },
      );
    }
  }

  /** A statement, prepared once. */
  prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  /** Runs a statement; gives the last row's id. */
  run(sql: string, ...values: Value[]): number {
    return Number(this.prepare(sql).run(...values).lastInsertRowid);
  }

  /** Runs a statement; gives how many rows it changed. */
  change(sql: string, ...values: Value[]): number {
    return Number(this.prepare(sql).run(...values).changes);
  }

  /** The first row, as the statement's own columns say. */
  get<Row>(sql: string, ...values: Value[]): Row | undefined {
    return this.prepare(sql).get(...values) as Row | undefined;
  }

  /** All rows, as the statement's own columns say. */
  all<Row>(sql: string, ...values: Value[]): Row[] {
    return this.prepare(sql).all(...values) as Row[];
  }

  /** Does work in a transaction; inside another one, in a savepoint that is undone alone. */
  transaction<T>(work: () => T): T {
    const depth = this.#depth;
    const point = `s${depth}`;
    this.#db.exec(depth === 0 ? "BEGIN IMMEDIATE" : `SAVEPOINT ${point}`);
    this.#depth = depth + 1;
    try {
      const result = work();
      this.#db.exec(depth === 0 ? "COMMIT" : `RELEASE ${point}`);
      return result;
    } catch (error) {
      if (this.#db.isTransaction) {
        this.#db.exec(
          depth === 0 ? "ROLLBACK" : `ROLLBACK TO ${point}; RELEASE ${point}`,
        );
      }
      throw error;
    } finally {
      this.#depth = depth;
    }
  }

  /** Closes it; the write-ahead log is folded in. */
  close(): void {
    this.#db.close();
  }
}

function migrate(db: DatabaseSync, dir: string): void {
  const version = Number(
    (db.prepare("PRAGMA user_version").get() as { user_version: number })
      .user_version,
  );
  if (version > MIGRATIONS.length) {
    throw new DataDirError(
      dir,
      `Cannot open the data folder ${dir}: a newer nbtrack made it (tables ${version}, known up to ${MIGRATIONS.length})`,
      { hint: "Update nbtrack, or give another folder with --data" },
    );
  }
  for (let at = version; at < MIGRATIONS.length; at++) {
    db.exec(
      `BEGIN IMMEDIATE; ${MIGRATIONS[at]} PRAGMA user_version = ${
        at + 1
      }; COMMIT`,
    );
  }
}
