/**
 * Taking runs, sessions and the files that nothing needs any more out of the journal.
 *
 * @module
 */
import type { JournalDatabase } from "./database.ts";
import { journalError } from "./errors.ts";
import type { Journal } from "./journal.ts";
import { namedFiles, storedFiles, youngestLeft } from "./stored_files.ts";
import { removeWriteAheadLog } from "./write_ahead_log.ts";

/** The tables that hold something of a run, those that refer to others first. */
const RUN_TABLES: readonly string[] = [
  "model_files",
  "models",
  "params",
  "tags",
  "metric_keys",
  "metric_blocks",
  "artifacts",
  "datasets",
  "documents",
  "missing",
  "deliveries",
  "runs",
];

/** Files and sessions that are not needed. */
export interface Unused {
  /** How many files there are, and their bytes together. */
  files: number;
  bytes: number;
  /** Sessions without runs that ended long ago. */
  sessions: number;
}

/** How to find what is not needed. */
export interface CollectOptions {
  /** Sessions without runs that ended before this time go too, milliseconds since 1970. @default {none goes} */
  sessionsBefore?: number;
  /** Only counts. @default {false} */
  dryRun?: boolean;
}

/** Removes a run with all that belongs to it alone; its session and cell executions stay, and files until they are collected. */
export function deleteJournalRun(
  { db, pointsFolder }: Journal,
  run_id: string,
): void {
  db.transaction(() => {
    for (const table of RUN_TABLES) {
      db.run(`DELETE FROM ${table} WHERE run_id = ?`, run_id);
    }
    db.run("DELETE FROM redactions WHERE owner = ?", run_id);
  });
  removeWriteAheadLog(pointsFolder, run_id);
}

/**
 * Removes stored files that no run names and, where asked for, old sessions without runs.
 *
 * @throws {JournalError} when a file cannot be removed
 */
export function collectUnused(
  { db, home }: Journal,
  options: CollectOptions = {},
): Unused {
  try {
    // No row can name a file between the reading of the rows and the removal.
    return db.transaction(() => ({
      sessions: removeSessions(db, options),
      ...removeFiles(db, `${home}/artifacts`, options),
    }));
  } catch (error) {
    throw journalError("remove files beside", db.path, error);
  }
}

function removeSessions(
  db: JournalDatabase,
  { sessionsBefore, dryRun }: CollectOptions,
): number {
  if (sessionsBefore === undefined) return 0;
  const old = db.all<{ session_id: string }>(
    `SELECT session_id FROM sessions s WHERE end_time < ?
       AND NOT EXISTS (SELECT 1 FROM runs r WHERE r.session_id = s.session_id)`,
    sessionsBefore,
  );
  if (dryRun === true) return old.length;
  for (const { session_id } of old) {
    for (
      const table of ["session_reads", "session_answers", "session_system"]
    ) {
      db.run(`DELETE FROM ${table} WHERE session_id = ?`, session_id);
    }
    db.run("DELETE FROM outputs WHERE session_id = ?", session_id);
    db.run("DELETE FROM executions WHERE session_id = ?", session_id);
    db.run("DELETE FROM redactions WHERE owner = ?", session_id);
    db.run("DELETE FROM sessions WHERE session_id = ?", session_id);
  }
  return old.length;
}

function removeFiles(
  db: JournalDatabase,
  folder: string,
  { dryRun }: CollectOptions,
): { files: number; bytes: number } {
  const named = namedFiles(db);
  const youngest = youngestLeft(db);
  let files = 0;
  let bytes = 0;
  for (const { path, name } of storedFiles(folder)) {
    if (named.has(name)) continue;
    const { size, mtime } = Deno.statSync(path);
    if ((mtime?.getTime() ?? 0) > youngest) continue;
    files++;
    bytes += size;
    if (dryRun !== true) Deno.removeSync(path);
  }
  return { files, bytes };
}
