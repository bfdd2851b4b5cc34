/**
 * Opening the SQLite file: write-ahead mode where it works, and today's schema.
 *
 * @module
 */
import { fileSize, ifThere } from "../base/files.ts";
import { DatabaseSync } from "node:sqlite";
import { isLocked, JournalError } from "./errors.ts";
import { noteLog, usesLog } from "./lost_log.ts";
import { JOURNAL_MIGRATIONS, JOURNAL_VERSION } from "./schema.ts";
import { JOURNAL_TABLES } from "./tables.ts";

/** How long a writer waits for another one, milliseconds. */
export const BUSY_TIMEOUT_MS = 5000;
/** How long to wait before write-ahead mode is asked for again, milliseconds. */
const RETRY_MS = 10;

/**
 * Opens a journal's file, makes it if there is none, and brings it to today's schema.
 *
 * @throws {JournalError} when it is newer; else what SQLite threw
 */
export function openFile(path: string, readOnly: boolean): DatabaseSync {
  refuseWithoutLog(path);
  refuseLogAlone(path);
  const hadLog = fileSize(path) === 0 || !usesLog(path) ||
    isFile(`${path}-wal`);
  let db = connect(path, readOnly);
  try {
    const version = versionOf(db);
    refuseNewer(version, path);
    if (!readOnly && version < JOURNAL_VERSION) {
      // Only a new file is asked: the mode stays with the file.
      if (version === 0 && !useWal(db)) {
        db.close();
        leaveWal(path);
        db = connect(path, readOnly);
      }
      migrate(db, path);
    }
    // What is deleted is overwritten: it may have been a secret.
    db.exec(
      "PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON",
    );
    if (!readOnly) noteLog(db, path, hadLog);
    return db;
  } catch (error) {
    if (db.isOpen) db.close();
    throw error;
  }
}

function connect(path: string, readOnly: boolean): DatabaseSync {
  return new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS, readOnly });
}

function versionOf(db: DatabaseSync): number {
  return Number(db.prepare("PRAGMA user_version").get()?.["user_version"] ?? 0);
}

/** Turns write-ahead mode on and tries it. @returns false where it does not work, as on a network share */
function useWal(db: DatabaseSync): boolean {
  const deadline = Date.now() + BUSY_TIMEOUT_MS;
  for (;;) {
    try {
      const mode = db.prepare("PRAGMA journal_mode = WAL").get()
        ?.["journal_mode"];
      db.exec("BEGIN IMMEDIATE; ROLLBACK");
      return mode === "wal";
    } catch (error) {
      // SQLite does not wait here when two processes make the same file.
      if (!isLocked(error)) return false;
      if (Date.now() > deadline) throw error;
      pause(RETRY_MS);
    }
  }
}

/** Takes a file back to a rollback journal; alone on the file, SQLite needs no shared memory for that. */
function leaveWal(path: string): void {
  const db = connect(path, false);
  try {
    db.exec(
      "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = DELETE",
    );
  } finally {
    db.close();
  }
}

function migrate(db: DatabaseSync, path: string): void {
  db.exec("BEGIN IMMEDIATE");
  try {
    // Another process may have migrated it while this one waited for the lock.
    const version = versionOf(db);
    refuseNewer(version, path);
    if (version === 0) db.exec(JOURNAL_TABLES);
    else for (const sql of JOURNAL_MIGRATIONS.slice(version)) db.exec(sql);
    db.exec(`PRAGMA user_version = ${JOURNAL_VERSION}`);
    db.exec("COMMIT");
  } catch (error) {
    if (db.isTransaction) db.exec("ROLLBACK");
    throw error;
  }
}

/** Bytes of SQLite's file header. */
const HEADER_BYTES = 100;

/**
 * Refuses a file that was copied without its write-ahead log: it says that it has one, and holds no tables itself.
 * Opened, it would be a new journal without runs.
 */
function refuseWithoutLog(path: string): void {
  // Another process that is making the file at this moment makes its log right after.
  for (let attempt = 0; attempt < 20; attempt++) {
    if (!lacksLog(path)) return;
    pause(RETRY_MS);
  }
  throw new JournalError(
    `Cannot open the journal ${path}: it was copied without ${
      path.split(/[\\/]/).at(-1)
    }-wal, which holds its runs.`,
    {
      path,
      kind: "damaged",
      hint:
        "Copy that file beside it, or the whole folder again while nothing is recorded.",
    },
  );
}

function lacksLog(path: string): boolean {
  if (!isFile(path)) return false;
  const header = new Uint8Array(HEADER_BYTES);
  using file = Deno.openSync(path, { read: true });
  if (file.readSync(header) !== HEADER_BYTES) return false;
  const view = new DataView(header.buffer);
  // Bytes 18 and 19 say write-ahead mode; 60 to 63 are `user_version`, which every journal has.
  return view.getUint8(18) === 2 && view.getUint32(60) === 0 &&
    !isFile(`${path}-wal`);
}

/** Bytes of the header of SQLite's write-ahead log; what follows are pages. */
const LOG_HEADER_BYTES = 32;

/**
 * Refuses a write-ahead log whose journal is not beside it: SQLite would remove it, and the runs in it, when it makes
 * the file anew.
 */
function refuseLogAlone(path: string): void {
  const name = path.split(/[\\/]/).at(-1);
  for (let attempt = 0; attempt < 20; attempt++) {
    if (fileSize(path) > 0 || fileSize(`${path}-wal`) <= LOG_HEADER_BYTES) {
      return;
    }
    pause(RETRY_MS);
  }
  throw new JournalError(
    `Cannot open the journal ${path}: only its ${name}-wal is there, which holds runs that are lost when ${name} is made anew.`,
    {
      path,
      kind: "damaged",
      hint: `Copy ${name} beside it, or remove ${name}-wal to begin anew.`,
    },
  );
}

function isFile(path: string): boolean {
  return ifThere(() => Deno.statSync(path).isFile) ?? false;
}

function refuseNewer(version: number, path: string): void {
  if (version <= JOURNAL_VERSION) return;
  throw new JournalError(
    `Cannot open the journal ${path}: its schema is version ${version}, this nbtrack knows ${JOURNAL_VERSION}.`,
    {
      path,
      kind: "newer",
      hint: "Update nbtrack, or set NBTRACK_HOME to another folder.",
    },
  );
}

function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
