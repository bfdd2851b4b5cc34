/**
 * Whether a journal's file was copied, or left, without the write-ahead log that holds its newest runs.
 *
 * An open session names the file that it is written to. A file with such a session, and with no log beside it, lacks
 * what was written last; unless a journal that a crash left open was opened with its log since, which brings it in.
 *
 * @module
 */
import type { DatabaseSync } from "node:sqlite";
import { isAlive } from "../base/process_identity.ts";

/** In the place of the file's name: the log was lost. */
const LOST = "lost";

/** A session that has not ended, as far as it matters here. */
interface OpenSession {
  session_id: string;
  pid: number;
  process_started: string;
  file: string;
}

/** What tells a file from a copy of it; empty where the system has no such number. */
export function fileId(path: string): string {
  const { dev, ino } = Deno.statSync(path);
  return ino === null ? "" : `${dev}:${ino}`;
}

/** Whether a file is one whose newest changes are in a log beside it; bytes 18 and 19 of SQLite's header say so. */
export function usesLog(path: string): boolean {
  const header = new Uint8Array(20);
  using file = Deno.openSync(path, { read: true });
  return file.readSync(header) === header.length && header[18] === 2;
}

const IN_USE = `SELECT session_id, pid, process_started, file FROM sessions
  WHERE end_time IS NULL AND file IS NOT NULL AND file <> '${LOST}'`;

/**
 * Notes on the sessions that are open in a copied file what became of the log.
 *
 * @param hadLog whether the log was there before the file was opened
 */
export function noteLog(
  db: DatabaseSync,
  path: string,
  hadLog: boolean,
): void {
  const open = db.prepare(IN_USE).all() as unknown as OpenSession[];
  const own = open.length === 0 ? "" : fileId(path);
  for (const session of open) {
    // The file itself is in use, or its last user has closed it and so brought its log in.
    if (session.file === own) continue;
    db.prepare("UPDATE sessions SET file = ? WHERE session_id = ?").run(
      hadLog ? null : LOST,
      session.session_id,
    );
  }
}

/** Notes that the log of sessions whose process was killed has been brought in. */
export function noteRecovered(db: {
  all<T>(sql: string): T[];
  run(sql: string, session_id: string): number;
}): void {
  for (const session of db.all<OpenSession>(IN_USE)) {
    if (mayLive(session)) continue;
    db.run(
      "UPDATE sessions SET file = NULL WHERE session_id = ?",
      session.session_id,
    );
  }
}

/** Whether a session's process lives, or that cannot be known. */
function mayLive({ pid, process_started: started }: OpenSession): boolean {
  try {
    return isAlive({ pid, started });
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return true;
    throw error;
  }
}

/** Whether the log of a session was lost. */
export const LACKS_LOG =
  `SELECT 1 AS lost FROM sessions WHERE file = '${LOST}' LIMIT 1`;
