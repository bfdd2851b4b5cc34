/**
 * The write-ahead log that SQLite reads with a database: it lies beside it, and holds rows that the database has not yet.
 *
 * @module
 */

const SUFFIX = "-wal";

/** Where the log of a database lies, whether there is one or not. */
export function logPathOf(path: string): string {
  return `${path}${SUFFIX}`;
}

/** The database whose log would lie at a path; null when that is no name of a log. */
export function databaseOfLog(path: string): string | null {
  return path.endsWith(SUFFIX) && path.length > SUFFIX.length
    ? path.slice(0, -SUFFIX.length)
    : null;
}
