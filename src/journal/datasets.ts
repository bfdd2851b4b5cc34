/**
 * Datasets of a run, and the cache of file digests.
 *
 * @module
 */
import type { Digest } from "../base/digest.ts";
import { type JournalDatabase, laterThanIn } from "./database.ts";
import { admit } from "./entries.ts";
import { decrypt, encrypt } from "../redaction/home_key.ts";
import type { Redactor } from "../redaction/redaction.ts";
import { encryptedPath, plainPath } from "./encrypted_paths.ts";
import { withoutSecretValues } from "./secret_columns.ts";

/** A row of `datasets`. */
export interface DatasetRow {
  run_id: string;
  name: string;
  /** MLflow's context: `training`, `validation`, … */
  context: string | null;
  found: "named" | "detected";
  /** What is to be fingerprinted by the recorder: a path, glob or URL; null when it was in memory. */
  input: string | null;
  /** Folder against which a relative input stands. */
  cwd: string | null;
  /** The fingerprint's JSON, once it is known. */
  fingerprint: string | null;
  /** Why it could not be fingerprinted. */
  error: string | null;
  /** Of one file: when it had been written last when it was named, milliseconds since 1970; null where that is not known. */
  named_mtime_ms: number | null;
  /** Of one small file: its digest when it was named; null where it was not taken. */
  named_digest: Digest | null;
  /** Of one file: its bytes when it was named; null where that is not known. */
  named_size: number | null;
  /** The digest that it has got while its run was open, where that is another one. */
  changed: string | null;
  time: number;
  sent: boolean;
}

/** What a file is as it is named; all null for what is none. */
export type SeenFile = Pick<
  DatasetRow,
  "named_mtime_ms" | "named_digest" | "named_size"
>;

/** What shows whether a file was changed since it was digested. */
export interface CachedFile {
  path: string;
  size: number;
  mtime_ms: number;
  /** Device, inode and time of the last change of any kind. */
  inode: string;
}

/** `read_from` is the input with the credentials that it may hold, encrypted, as long as it has to be read. */
type Row = Omit<DatasetRow, "sent"> & {
  sent: number;
  read_from: string | null;
};

/** Reads and writes datasets. */
export class Datasets {
  readonly #db: JournalDatabase;
  readonly #redactor: Redactor;
  /** nbtrack's folder. */
  readonly #home: string;

  constructor(db: JournalDatabase, redactor: Redactor, home: string) {
    this.#db = db;
    this.#redactor = redactor;
    this.#home = home;
  }

  /** Adds a dataset or replaces the one of that name. */
  put(
    run_id: string,
    name: string,
    dataset:
      & Partial<
        Pick<
          DatasetRow,
          | "context"
          | "input"
          | "cwd"
          | "fingerprint"
          | "error"
          | "named_mtime_ms"
          | "named_digest"
          | "named_size"
        >
      >
      & {
        found?: DatasetRow["found"];
      },
  ): void {
    const stored = this.#admit(run_id, "dataset name", name);
    const text = (value: string | null | undefined) =>
      value === null || value === undefined
        ? null
        : this.#admit(run_id, `dataset ${stored}`, value);
    const { input: given = null } = dataset;
    const input = text(given);
    const waits = given !== input && given !== null &&
      !dataset.fingerprint && !dataset.error;
    this.#db.run(
      `INSERT INTO datasets (run_id, name, context, found, input, cwd, fingerprint, error, time, read_from,
         named_mtime_ms, named_digest, named_size)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ${laterThanIn("datasets")}, ?, ?, ?, ?)
       ON CONFLICT (run_id, name) DO UPDATE SET context = excluded.context, found = excluded.found,
         input = excluded.input, cwd = excluded.cwd, fingerprint = excluded.fingerprint,
         error = excluded.error, time = excluded.time,
         read_from = excluded.read_from, named_mtime_ms = excluded.named_mtime_ms,
         named_digest = excluded.named_digest, named_size = excluded.named_size, sent = 0`,
      run_id,
      stored,
      text(dataset.context),
      dataset.found ?? "named",
      input,
      dataset.cwd === null || dataset.cwd === undefined ? null : encryptedPath(
        { redactor: this.#redactor, home: this.#home },
        dataset.cwd,
      ),
      text(dataset.fingerprint && withoutSecretValues(dataset.fingerprint)),
      text(dataset.error),
      Date.now(),
      run_id,
      waits ? encrypt(this.#home, given) : null,
      dataset.named_mtime_ms ?? null,
      dataset.named_digest ?? null,
      dataset.named_size ?? null,
    );
  }

  /** Takes a dataset away again. */
  remove(run_id: string, name: string): void {
    this.#db.run(
      "DELETE FROM datasets WHERE run_id = ? AND name = ?",
      run_id,
      name,
    );
  }

  /** Stores what the recorder found. */
  finish(
    run_id: string,
    name: string,
    result: { fingerprint: string } | { error: string },
  ): void {
    const stored = this.#redactor.text(name).text;
    this.#db.run(
      `UPDATE datasets SET read_from = NULL, fingerprint = ?, error = ?, sent = 0
         WHERE run_id = ? AND name = ?`,
      "fingerprint" in result
        ? admit(
          this.#db,
          run_id,
          `dataset ${stored}`,
          this.#redactor.json(withoutSecretValues(result.fingerprint)),
        )
        : null,
      "error" in result
        ? this.#admit(run_id, `dataset ${stored}`, result.error)
        : null,
      run_id,
      stored,
    );
  }

  /** Says that a dataset is another one now than when its run read it first. */
  setChanged(run_id: string, name: string, digest: string): void {
    this.#db.run(
      "UPDATE datasets SET changed = ? WHERE run_id = ? AND name = ?",
      digest,
      run_id,
      this.#redactor.text(name).text,
    );
  }

  /** A run's datasets in the order they were named. */
  list(run_id: string): DatasetRow[] {
    return this.#db.all<Row>(
      "SELECT * FROM datasets WHERE run_id = ? ORDER BY time, name",
      run_id,
    ).map((row) => this.#rowOf(row));
  }

  /** Whether a run's data may leave this machine: not where its `data` says `embed: false`. */
  mayTravel(run_id: string): boolean {
    const options = this.#db.get<{ options: string }>(
      "SELECT options FROM runs WHERE run_id = ?",
      run_id,
    )?.options ?? "{}";
    const { data }: { data?: unknown } = JSON.parse(options);
    return !(typeof data === "object" && data !== null && "embed" in data &&
      data.embed === false);
  }

  /** Datasets of a session's runs that wait for their fingerprint. */
  waiting(session_id: string): DatasetRow[] {
    return this.#db.all<Row>(
      `SELECT d.* FROM datasets d JOIN runs r USING (run_id)
         WHERE r.session_id = ? AND d.fingerprint IS NULL AND d.error IS NULL AND d.input IS NOT NULL
         ORDER BY d.time`,
      session_id,
    ).map((row) =>
      row.read_from === null ? this.#rowOf(row) : {
        ...this.#rowOf(row),
        input: decrypt(this.#home, row.read_from) ?? row.input,
      }
    );
  }

  /** The fingerprint of a file as it was seen last, if it is unchanged. */
  cached(file: CachedFile): string | undefined {
    return this.#db.get<{ fingerprint: string }>(
      "SELECT fingerprint FROM file_digests WHERE path = ? AND size = ? AND mtime_ms = ? AND inode = ?",
      file.path,
      file.size,
      file.mtime_ms,
      file.inode,
    )?.fingerprint;
  }

  /** Remembers a file's fingerprint; not of one whose path holds a secret. */
  remember(file: CachedFile, fingerprint: string): void {
    if (this.#redactor.text(file.path).text !== file.path) return;
    this.#db.run(
      `INSERT OR REPLACE INTO file_digests (path, size, mtime_ms, inode, fingerprint)
         VALUES (?, ?, ?, ?, ?)`,
      file.path,
      file.size,
      file.mtime_ms,
      file.inode,
      this.#redactor.json(withoutSecretValues(fingerprint)).text,
    );
  }

  /** Forgets a file's fingerprint. */
  forget(path: string): void {
    this.#db.run("DELETE FROM file_digests WHERE path = ?", path);
  }

  #rowOf({ read_from: _, ...row }: Row): DatasetRow {
    const cwd = row.cwd &&
      plainPath({ redactor: this.#redactor, home: this.#home }, row.cwd);
    return { ...row, cwd, sent: row.sent !== 0 };
  }

  #admit(run_id: string, what: string, text: string): string {
    return admit(this.#db, run_id, what, this.#redactor.text(text));
  }
}
