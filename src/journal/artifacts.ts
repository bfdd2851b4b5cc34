/**
 * Artifacts: their rows in the journal, their bytes in files named by digest beside it.
 *
 * @module
 */
import type { Digest } from "../base/digest.ts";
import { isFile } from "../base/files.ts";
import type { JournalDatabase } from "./database.ts";
import { type Content, ContentStore, whyNotStored } from "./contents.ts";
import { admit, putMissing } from "./entries.ts";
import { JournalError } from "./errors.ts";
import type { Redactor } from "../redaction/redaction.ts";
import { removeReplaced } from "./stored_files.ts";

/** A row of `artifacts`. */
export interface ArtifactRow {
  run_id: string;
  /** Path within the run, with `/`. */
  path: string;
  digest: Digest;
  size: number;
  content_type: string;
  /** `user`: logged by the user; `record`: written by the recorder (notebook, manifest, bundle). */
  origin: "user" | "record";
  time: number;
  sent: boolean;
}

/** Reads and writes artifacts. */
export class Artifacts {
  readonly #db: JournalDatabase;
  readonly #folder: string;
  readonly #redactor: Redactor;
  readonly #contents: ContentStore;

  constructor(db: JournalDatabase, folder: string, redactor: Redactor) {
    this.#db = db;
    this.#folder = folder;
    this.#redactor = redactor;
    this.#contents = new ContentStore(folder, db.path, redactor);
  }

  /**
   * Stores bytes or a file under a path of the run; the same path again replaces it, and what was there is removed where
   * nothing else names it. Secrets are taken out of what a user logs; what holds one that cannot be taken out is not
   * stored, and named.
   *
   * @returns undefined when it was not stored
   * @throws {JournalError} when it cannot be stored; what reading the file threw, as it was thrown
   */
  put(
    run_id: string,
    path: string,
    content: Content,
    options: { content_type: string; origin: ArtifactRow["origin"] },
  ): ArtifactRow | undefined {
    const name = admit(
      this.#db,
      run_id,
      "artifact name",
      this.#redactor.text(path),
    );
    const what = `artifact "${name}"`;
    const store = () =>
      options.origin === "user"
        ? this.#contents.storeRedacted(content)
        : { ...this.#contents.store(content), taken: [], unexamined: null };
    const stored = store();
    admit(this.#db, run_id, what, { text: "", taken: stored.taken });
    if (stored.unexamined !== null) {
      putMissing(this.#db, run_id, {
        what,
        why: `it was not examined for secrets: ${stored.unexamined}`,
      });
    }
    if (stored.digest === null) {
      putMissing(this.#db, run_id, { what, why: whyNotStored(stored.taken) });
      return undefined;
    }
    const replaced = this.#db.transaction(() => {
      const before = this.get(run_id, name)?.digest;
      // Until it is named, others may remove it.
      const { digest, size } = this.has(stored.digest) ? stored : store();
      this.#db.run(
        `INSERT INTO artifacts (run_id, path, digest, size, content_type, origin, time)
         VALUES (?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (run_id, path) DO UPDATE SET digest = excluded.digest, size = excluded.size,
           content_type = excluded.content_type, origin = excluded.origin, time = excluded.time, sent = 0
         WHERE digest <> excluded.digest`,
        run_id,
        name,
        digest,
        size,
        options.content_type,
        options.origin,
        Date.now(),
      );
      return before === digest ? undefined : before;
    });
    if (replaced !== undefined) {
      removeReplaced(this.#db, this.#folder, [replaced]);
    }
    return this.get(run_id, name);
  }

  /** One artifact. */
  get(run_id: string, path: string): ArtifactRow | undefined {
    const row = this.#db.get<Omit<ArtifactRow, "sent"> & { sent: number }>(
      "SELECT * FROM artifacts WHERE run_id = ? AND path = ?",
      run_id,
      path,
    );
    return row && { ...row, sent: row.sent !== 0 };
  }

  /** A run's artifacts by path. */
  list(run_id: string): ArtifactRow[] {
    return this.#db.all<Omit<ArtifactRow, "sent"> & { sent: number }>(
      "SELECT * FROM artifacts WHERE run_id = ? ORDER BY path",
      run_id,
    ).map((row) => ({ ...row, sent: row.sent !== 0 }));
  }

  /** Whether the file of a content is there. */
  has(digest: Digest | null): boolean {
    return digest !== null && isFile(this.file(digest));
  }

  /** The file that holds a content. */
  file(digest: Digest): string {
    return this.#contents.file(digest);
  }

  /**
   * Keeps a content that is no artifact of a run itself, to be found by its digest.
   *
   * @throws {JournalError} when it cannot be stored, also for a secret in it that cannot be taken out; what reading
   * the file threw, as it was thrown
   */
  keep(
    content: Content,
  ): { digest: Digest; size: number } {
    const { digest, size, taken } = this.#contents.storeRedacted(content);
    if (digest !== null) return { digest, size };
    throw new JournalError(`Cannot store a file: ${whyNotStored(taken)}.`, {
      path: this.#folder,
      kind: "failed",
      hint: "Take the secret out of the file.",
    });
  }
}
