/**
 * One open SQLite file: transactions, statements prepared once, and waiting for other writers.
 *
 * @module
 */
import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import { isJournalError, journalError } from "./errors.ts";
import { BUSY_TIMEOUT_MS, openFile } from "./open_file.ts";

/** How long a writer waits once the file has been found locked, so that a cell is held up only once. */
const SHORT_TIMEOUT_MS = 20;
/** What of the file a process that nobody waits for keeps in memory, kibibytes. */
const SMALL_CACHE_KIB = 512;

/** A statement that may give rows as arrays: not every Deno has it. */
type ArrayStatement = StatementSync & {
  setReturnArrays?: (on: boolean) => void;
};

/** A value of a row. */
type Value = SQLInputValue;

/** How to open the file. */
export interface OpenDatabaseOptions {
  /** Nothing is written. @default {false} */
  readOnly?: boolean;
  /**
   * Waits for other writers each time, not only the first, and keeps less in memory: for a process nobody waits for.
   * @default {false}
   */
  waitsForLock?: boolean;
}

/** The journal's SQLite file. */
export class JournalDatabase {
  /** The file. */
  readonly path: string;
  readonly #db: DatabaseSync;
  readonly #waitsForLock: boolean;
  readonly #statements = new Map<string, StatementSync>();
  /** Called before something is read outside of a transaction. */
  beforeRead: (() => void) | null = null;
  #depth = 0;
  /** What is done once the transaction that is open is written. */
  #later: (() => void)[] = [];
  #waitsShortly = false;

  private constructor(path: string, db: DatabaseSync, waitsForLock: boolean) {
    this.path = path;
    this.#db = db;
    this.#waitsForLock = waitsForLock;
  }

  /**
   * Opens the file, makes it if there is none, and brings it to today's schema.
   *
   * @throws {JournalError} when it is newer, damaged, locked, or cannot be written
   */
  static open(
    path: string,
    options: OpenDatabaseOptions = {},
  ): JournalDatabase {
    try {
      const { readOnly = false, waitsForLock = false } = options;
      const db = openFile(path, readOnly);
      if (waitsForLock) db.exec(`PRAGMA cache_size = -${SMALL_CACHE_KIB}`);
      return new JournalDatabase(path, db, waitsForLock);
    } catch (error) {
      throw journalError("open", path, error);
    }
  }

  /** Whether a transaction is open. */
  get inTransaction(): boolean {
    return this.#depth > 0;
  }

  /** Runs one statement that writes; returns how many rows it changed. */
  run(sql: string, ...values: Value[]): number {
    const changes = this.#guard(() =>
      Number(this.#prepare(sql).run(...values).changes)
    );
    this.#written();
    return changes;
  }

  /** The first row, or undefined. */
  get<T>(sql: string, ...values: Value[]): T | undefined {
    if (this.#depth === 0) this.beforeRead?.();
    return this.#guard(() =>
      this.#prepare(sql).get(...values) as T | undefined
    );
  }

  /** All rows. */
  all<T>(sql: string, ...values: Value[]): T[] {
    if (this.#depth === 0) this.beforeRead?.();
    return this.#guard(() => this.#prepare(sql).all(...values) as T[]);
  }

  /** All rows, each as its values in the order of the columns: of many rows in a third of the time. */
  rows<T extends readonly unknown[]>(sql: string, ...values: Value[]): T[] {
    if (this.#depth === 0) this.beforeRead?.();
    return this.#guard(() => {
      const statement: ArrayStatement = this.#db.prepare(sql);
      statement.setReturnArrays?.(true);
      const rows = statement.all(...values) as unknown[];
      return (statement.setReturnArrays === undefined
        ? rows.map((row) => Object.values(row as object))
        : rows) as T[];
    });
  }

  /** Runs `work` as one transaction; an inner one joins the outer. */
  transaction<T>(work: () => T): T {
    if (this.#depth > 0) return work();
    this.#guard(() => this.#prepare("BEGIN IMMEDIATE").run());
    this.#depth++;
    let result: T;
    try {
      result = work();
      this.#guard(() => this.#prepare("COMMIT").run());
    } catch (error) {
      this.#later = [];
      if (this.#db.isTransaction) this.#prepare("ROLLBACK").run();
      throw error;
    } finally {
      this.#depth--;
      this.#written();
    }
    for (const one of this.#later.splice(0)) one();
    return result;
  }

  /** Does something once all is written that is: at once, or after the transaction that is open. It must not throw. */
  whenWritten(work: () => void): void {
    if (this.#depth === 0) work();
    else this.#later.push(work);
  }

  /** The same for what may be left undone: nothing waits for another writer, and nothing fails. @returns whether it was done */
  transactionIfFree(work: () => void): boolean {
    this.#db.exec("PRAGMA busy_timeout = 0");
    try {
      this.transaction(work);
      return true;
    } catch (error) {
      if (!isJournalError(error)) throw error;
      return false;
    } finally {
      this.#setTimeout(this.#waitsShortly);
    }
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
      return work();
    } catch (error) {
      const failure = journalError("use", this.path, error);
      if (
        failure.kind === "locked" && !this.#waitsForLock && !this.#waitsShortly
      ) {
        this.#setTimeout(true);
      }
      throw failure;
    }
  }

  /** A read says nothing about the lock: readers pass a writer by. */
  #written(): void {
    if (this.#waitsShortly && this.#depth === 0) this.#setTimeout(false);
  }

  #setTimeout(shortly: boolean): void {
    this.#waitsShortly = shortly;
    this.#db.exec(
      `PRAGMA busy_timeout = ${shortly ? SHORT_TIMEOUT_MS : BUSY_TIMEOUT_MS}`,
    );
  }
}

/** SQL for a time that is later than every other of the run in a table: rows keep the order in which they came. Takes the time now and the run's id. */
export function laterThanIn(table: string): string {
  return `max(?, coalesce((SELECT max(time) + 1 FROM ${table} WHERE run_id = ?), 0))`;
}
