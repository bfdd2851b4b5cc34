/**
 * What a session's code was seen to read: files, hosts, environment variables.
 *
 * @module
 */
import type { Redactor } from "../redaction/redaction.ts";
import type { JournalDatabase } from "./database.ts";
import type { Journal } from "./journal.ts";
import { admit } from "./entries.ts";
import { plainPath } from "./encrypted_paths.ts";

/** What was read. */
export type ReadKind = "file" | "host" | "env";

/** A row of `session_reads`. */
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

/** Reads and writes what sessions have read. */
export class SessionReads {
  readonly #db: JournalDatabase;
  readonly #redactor: Redactor;
  /** nbtrack's folder. */
  readonly #home: string;

  constructor({ db, redactor, home }: Journal) {
    this.#db = db;
    this.#redactor = redactor;
    this.#home = home;
  }

  /** Notes something that was read, or a file that was written. @returns whether it is new */
  note({ session_id, kind, name, position, written }: SessionRead): boolean {
    const known = this.#db.run(
      `UPDATE session_reads SET position = ? WHERE session_id = ? AND kind = ? AND name = ? AND written = 1`,
      position,
      session_id,
      kind,
      this.#redactor.text(name).text,
    );
    return known === 0 && this.#db.run(
          `INSERT OR IGNORE INTO session_reads (session_id, kind, name, position, written)
         VALUES (?, ?, ?, ?, ?)`,
          session_id,
          kind,
          admit(this.#db, session_id, kind, this.#redactor.text(name)),
          position,
          written ? 1 : 0,
        ) > 0;
  }

  /** What was read up to an execution, in that order. @param last All when null. */
  list(session_id: string, last: number | null = null): SessionRead[] {
    return this.#db.all<Row>(
      `SELECT * FROM session_reads WHERE session_id = ?1 AND (?2 IS NULL OR position <= ?2)
         ORDER BY position, kind, name`,
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
