/**
 * One open SQLite file: pragmas, migrations, transactions, and statements prepared once.
 *
 * @module
 */
import {
  DatabaseSync,
  type SQLInputValue,
  type StatementSync,
} from "node:sqlite";
import { JournalError, journalError } from "./errors.ts";
import { MIGRATIONS, SCHEMA_VERSION } from "./schema.ts";

/** How long a writer waits for another one, milliseconds. */
const BUSY_TIMEOUT_MS = 5000;
/** How long it waits once the file has been found locked, so that a cell is held up only once. */
const IMPATIENT_TIMEOUT_MS = 20;

/** A value of a row. */
export type Value = SQLInputValue;

/** The journal's SQLite file. */
export class Database {
  /** The file. */
  readonly path: string;
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #depth = 0;
  #impatient = false;

  private constructor(path: string, db: DatabaseSync) {
    this.path = path;
    this.#db = db;
  }

  /**
   * Opens the file, makes it if there is none, and brings it to today's schema.
   *
   * @throws {JournalError} when it is newer, damaged, locked, or cannot be written
   */
  static open(path: string, options: { readOnly?: boolean } = {}): Database {
    let db: DatabaseSync | undefined;
    try {
      db = new DatabaseSync(path, {
        timeout: BUSY_TIMEOUT_MS,
        readOnly: options.readOnly ?? false,
      });
      if (options.readOnly !== true) {
        const mode = db.prepare("PRAGMA journal_mode = WAL").get()
          ?.["journal_mode"];
        if (mode !== "wal") db.exec("PRAGMA journal_mode = DELETE");
        db.exec("PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON");
        migrate(db, path);
      }
      return new Database(path, db);
    } catch (error) {
      db?.close();
      throw journalError("open", path, error);
    }
  }

  /** Runs one statement that writes; returns how many rows it changed. */
  run(sql: string, ...values: Value[]): number {
    return this.#guard(() => Number(this.#prepare(sql).run(...values).changes));
  }

  /** The first row, or undefined. */
  get<T>(sql: string, ...values: Value[]): T | undefined {
    return this.#guard(() =>
      this.#prepare(sql).get(...values) as T | undefined
    );
  }

  /** All rows. */
  all<T>(sql: string, ...values: Value[]): T[] {
    return this.#guard(() => this.#prepare(sql).all(...values) as T[]);
  }

  /** Rows one by one, so that a long table is not held in memory. */
  *each<T>(sql: string, ...values: Value[]): Generator<T> {
    // A statement of its own: a shared one would be reset by a second reader in the middle.
    yield* this.#guard(() =>
      this.#db.prepare(sql).iterate(...values)
    ) as Iterable<T>;
  }

  /** Runs `work` as one transaction; an inner one joins the outer. */
  transaction<T>(work: () => T): T {
    if (this.#depth > 0) return work();
    return this.#guard(() => {
      this.#prepare("BEGIN IMMEDIATE").run();
      this.#depth++;
      try {
        const result = work();
        this.#prepare("COMMIT").run();
        return result;
      } catch (error) {
        if (this.#db.isTransaction) this.#prepare("ROLLBACK").run();
        throw error;
      } finally {
        this.#depth--;
      }
    });
  }

  /** Closes the file. */
  close(): void {
    this.#statements.clear();
    if (this.#db.isOpen) this.#db.close();
  }

  #prepare(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #guard<T>(work: () => T): T {
    try {
      const result = work();
      if (this.#impatient && this.#depth === 0) this.#setTimeout(false);
      return result;
    } catch (error) {
      const told = journalError("use", this.path, error);
      if (told.kind === "locked" && !this.#impatient) this.#setTimeout(true);
      throw told;
    }
  }

  #setTimeout(impatient: boolean): void {
    this.#impatient = impatient;
    this.#db.exec(
      `PRAGMA busy_timeout = ${
        impatient ? IMPATIENT_TIMEOUT_MS : BUSY_TIMEOUT_MS
      }`,
    );
  }
}

function versionOf(db: DatabaseSync): number {
  return Number(db.prepare("PRAGMA user_version").get()?.["user_version"] ?? 0);
}

function migrate(db: DatabaseSync, path: string): void {
  let version = versionOf(db);
  if (version === SCHEMA_VERSION) return;
  db.exec("BEGIN IMMEDIATE");
  try {
    // Another process may have migrated it while this one waited for the lock.
    version = versionOf(db);
    if (version > SCHEMA_VERSION) {
      throw new JournalError(
        `Cannot open the journal ${path}: its schema is version ${version}, this nbtrack knows ${SCHEMA_VERSION}.`,
        {
          path,
          kind: "newer",
          hint: "Update nbtrack, or set NBTRACK_HOME to another folder.",
        },
      );
    }
    for (let v = version; v < SCHEMA_VERSION; v++) db.exec(MIGRATIONS[v] ?? "");
    db.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
    db.exec("COMMIT");
  } catch (error) {
    db.exec("ROLLBACK");
    throw error;
  }
}
