/**
 * What a session's code was seen to read: files, hosts, environment variables.
 *
 * @module
 */
import type { Redactor } from "../redaction/redaction.ts";
import type { JournalDatabase } from "./database.ts";
import type { Executions } from "./executions.ts";
import type { Journal } from "./journal.ts";
import { admit } from "./entries.ts";
import { plainPath } from "./encrypted_paths.ts";

/** What was read. */
export type ReadKind = "file" | "host" | "env";

/** What was read, or a file that was written, as it is noted. */
export interface SessionRead {
  session_id: string;
  kind: ReadKind;
  /** An absolute path, `host:port`, or a variable's name. */
  name: string;
  /** Position of the execution that read it first, or of a file that was written: that wrote it last. */
  position: number;
  /** Of a file: whether the session wrote it before it read it, if it did read it. */
  written: boolean;
}

type Row = Omit<SessionRead, "written"> & { written: number };

/** Of each the row of the execution that had to do with it first, in which the last bit says whether that wrote it. */
const FIRST = "min(position * 2 + written)";

/** Reads and writes what sessions have read. */
export class SessionReads {
  readonly #db: JournalDatabase;
  readonly #redactor: Redactor;
  readonly #executions: Executions;
  /** nbtrack's folder. */
  readonly #home: string;

  constructor({ db, redactor, executions, home }: Journal) {
    this.#db = db;
    this.#executions = executions;
    this.#redactor = redactor;
    this.#home = home;
  }

  /**
   * Notes something that was read, or a file that was written; nothing of an execution that is kept out of the record.
   *
   * @returns whether it is new
   */
  note({ session_id, kind, name, position, written }: SessionRead): boolean {
    if (this.#executions.isExcluded(session_id, position)) return false;
    const redacted = this.#redactor.text(name);
    const known = this.#db.get(
      "SELECT 1 FROM session_reads WHERE session_id = ? AND kind = ? AND name = ? LIMIT 1",
      session_id,
      kind,
      redacted.text,
    );
    this.#db.run(
      `INSERT OR IGNORE INTO session_reads (session_id, kind, name, position, written)
         VALUES (?, ?, ?, ?, ?)`,
      session_id,
      kind,
      admit(this.#db, session_id, kind, redacted),
      position,
      written ? 1 : 0,
    );
    return known === undefined;
  }

  /** Forgets what one execution had to do with. @returns the files that no other one has read or written */
  forget(session_id: string, position: number): string[] {
    const at = "session_id = ?1 AND position = ?2";
    const files = this.#db.all<Row>(
      `SELECT * FROM session_reads r WHERE ${at} AND kind = 'file' AND NOT EXISTS (SELECT 1 FROM session_reads o
         WHERE o.session_id = ?1 AND o.kind = r.kind AND o.name = r.name AND o.position <> ?2)`,
      session_id,
      position,
    ).map((row) => this.#inFolder(session_id, row));
    this.#db.run(
      `DELETE FROM session_reads WHERE ${at}`,
      session_id,
      position,
    );
    return files;
  }

  /** What was read up to an execution, in that order. @param last All when null. */
  list(session_id: string, last: number | null = null): SessionRead[] {
    return this.#db.all<Row>(
      `SELECT * FROM (
         SELECT session_id, kind, name, ${FIRST} & 1 AS written,
           CASE WHEN ${FIRST} & 1 THEN max(position) ELSE min(position) END AS position
           FROM session_reads WHERE session_id = ?1 GROUP BY kind, name)
         WHERE ?2 IS NULL OR position <= ?2 ORDER BY position, kind, name`,
      session_id,
      last,
    ).map((row) => ({
      ...row,
      name: this.#inFolder(session_id, row),
      written: row.written !== 0,
    }));
  }

  /** A file of a folder whose path holds a secret is found again there; the rest of its path stays as it is stored. */
  #inFolder(session_id: string, { kind, name }: Row): string {
    if (kind !== "file" || !name.includes("[redacted ")) return name;
    const row = this.#db.get<{ cwd: string }>(
      "SELECT cwd FROM sessions WHERE session_id = ?",
      session_id,
    );
    const cwd = plainPath(
      { redactor: this.#redactor, home: this.#home },
      row?.cwd ?? "",
    );
    const stored = this.#redactor.text(cwd).text;
    return stored !== cwd && name.startsWith(`${stored}/`)
      ? cwd + name.slice(stored.length)
      : name;
  }
}
