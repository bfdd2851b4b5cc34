/**
 * What `fetch` answered to a session's code: of each answer its request, status, size and digest, not its contents.
 *
 * @module
 */
import type { Redactor } from "../redaction/redaction.ts";
import type { JournalDatabase } from "./database.ts";
import type { Journal } from "./journal.ts";
import { admit } from "./entries.ts";

/** An answer, and how often it came. */
export interface SessionAnswer {
  method: string;
  /** The address that was asked, without user, password and fragment. */
  url: string;
  status: number;
  /** `sha256:` and 64 hex digits of what was read; null when it was not read to its end. */
  digest: string | null;
  /** Bytes that were read; null while it is not known. */
  size: number | null;
  content_type: string;
  count: number;
}

/** An answer as it is noted. */
export type NewAnswer = Omit<SessionAnswer, "count"> & {
  session_id: string;
  /** Position of the execution that had it. */
  position: number;
};

type Row = SessionAnswer & { digest: string; size: number };

/** A size that is not known. */
const UNKNOWN = -1;

/** Reads and writes the answers that sessions had. */
export class SessionAnswers {
  readonly #db: JournalDatabase;
  readonly #redactor: Redactor;

  constructor({ db, redactor }: Journal) {
    this.#db = db;
    this.#redactor = redactor;
  }

  /** Notes an answer. @returns its address as it is stored, and whether it is the first of its kind */
  note(answer: NewAnswer): { url: string; first: boolean } {
    const url = admit(
      this.#db,
      answer.session_id,
      "network",
      this.#redactor.text(answer.url),
    );
    const known = this.#db.get(
      `SELECT 1 FROM session_answers WHERE ${KEY}`,
      ...keyOf({ ...answer, url }),
    );
    this.#db.run(
      `INSERT INTO session_answers (session_id, method, url, status, digest, size, position, content_type, count)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1)
       ON CONFLICT (session_id, position, method, url, status, digest, size) DO UPDATE SET count = count + 1`,
      ...keyOf({ ...answer, url }),
      answer.position,
      admit(
        this.#db,
        answer.session_id,
        "network",
        this.#redactor.text(answer.content_type),
      ),
    );
    return { url, first: known === undefined };
  }

  /** Takes back one that was noted before it had been read to its end. */
  takeBack(
    answer: Pick<NewAnswer, "session_id" | "method" | "url" | "status">,
  ): void {
    const url = this.#redactor.text(answer.url).text;
    const values = keyOf({ ...answer, url, digest: null, size: null });
    const newest =
      `rowid = (SELECT max(rowid) FROM session_answers WHERE ${KEY})`;
    this.#db.run(
      `UPDATE session_answers SET count = count - 1 WHERE ${newest}`,
      ...values,
    );
    this.#db.run(
      `DELETE FROM session_answers WHERE ${newest} AND count <= 0`,
      ...values,
    );
  }

  /** Forgets the answers of one execution. @returns their addresses */
  forget(session_id: string, position: number): string[] {
    const values = [session_id, position] as const;
    const urls = this.#db.all<{ url: string }>(
      "SELECT DISTINCT url FROM session_answers WHERE session_id = ? AND position = ?",
      ...values,
    ).map(({ url }) => url);
    this.#db.run(
      "DELETE FROM session_answers WHERE session_id = ? AND position = ?",
      ...values,
    );
    return urls;
  }

  /** The answers up to an execution, in the order in which they came first. @param last All when null. */
  list(session_id: string, last: number | null = null): SessionAnswer[] {
    return this.#db.all<Row>(
      `SELECT method, url, status, digest, size, min(content_type) AS content_type, sum(count) AS count
         FROM session_answers WHERE session_id = ?1 AND (?2 IS NULL OR position <= ?2)
         GROUP BY method, url, status, digest, size ORDER BY min(rowid)`,
      session_id,
      last,
    ).map((row) => ({
      ...row,
      digest: row.digest === "" ? null : row.digest,
      size: row.size === UNKNOWN ? null : row.size,
    }));
  }
}

const KEY =
  "session_id = ? AND method = ? AND url = ? AND status = ? AND digest = ? AND size = ?";

function keyOf(
  answer: Omit<NewAnswer, "position" | "content_type">,
): [string, string, string, number, string, number] {
  const { session_id, method, url, status, digest, size } = answer;
  return [session_id, method, url, status, digest ?? "", size ?? UNKNOWN];
}
