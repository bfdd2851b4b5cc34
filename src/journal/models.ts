/**
 * Versions of models that runs register: at most one of a model for each run.
 *
 * @module
 */
import type { Digest } from "../base/digest.ts";
import { NbtrackError } from "../base/errors.ts";
import { type JournalDatabase, laterThanIn } from "./database.ts";
import { admit } from "./entries.ts";
import type { Redactor } from "../redaction/redaction.ts";

/** A row of `models`. */
export interface ModelRow {
  run_id: string;
  /** The model's name. */
  name: string;
  /** The version the user wants; null for the next one. */
  version: string | null;
  description: string | null;
  time: number;
  /** The version whose creation was begun and whose answer may have been lost; null when none was. */
  creating: string | null;
  /** The server's own id of the version; null until it was made. */
  remote_version: string | null;
  /** The version as people read it, such as `2.0.0`. */
  remote_name: string | null;
  /** The run that GitLab keeps for the version, where its params and metrics are shown. */
  remote_run_id: string | null;
  /** Where a plain server keeps the version's files. */
  source: string | null;
  /** The version's page. */
  url: string | null;
  /** Whether all of it is on the server. */
  sent: boolean;
  /** Whether the server refused it, so that the run is delivered without. */
  left_out: boolean;
}

/** A file of a version. */
export interface ModelFileRow {
  /** Path within the version, with `/`. */
  path: string;
  digest: Digest;
  /** Bytes. */
  size: number;
  content_type: string;
}

/** What a run registers. */
export interface ModelToRegister {
  /** The model's name. */
  name: string;
  /** The version, such as `1.2.0`. @default {the next one} */
  version?: string | undefined;
  /** What is new. */
  description?: string | undefined;
  /** Its files, whose contents the journal keeps already. */
  files: readonly ModelFileRow[];
}

/** Members that change as the version is delivered. */
export type ModelChange = Partial<
  Pick<
    ModelRow,
    | "creating"
    | "remote_version"
    | "remote_name"
    | "remote_run_id"
    | "source"
    | "url"
  >
>;

/** Reads and writes registered models. */
export class Models {
  readonly #db: JournalDatabase;
  readonly #redactor: Redactor;

  constructor(db: JournalDatabase, redactor: Redactor) {
    this.#db = db;
    this.#redactor = redactor;
  }

  /**
   * Registers a version of a model, or adds files to the one that the run has registered.
   *
   * @throws {NbtrackError} when the version holds a secret; nothing is stored then
   */
  put(run_id: string, model: ModelToRegister): ModelRow {
    const { version = null } = model;
    // A placeholder would be no version, and a version without a part of it would be another one.
    if (version !== null && this.#redactor.text(version).taken.length > 0) {
      throw new NbtrackError(
        "A model was not registered: the version that it was given holds a secret.",
        { hint: 'Write a version like "1.2.0", or leave it out.' },
      );
    }
    return this.#db.transaction(() => {
      const text = (where: string, value: string) =>
        admit(this.#db, run_id, where, this.#redactor.text(value));
      const name = text("model name", model.name);
      this.#db.run(
        `INSERT INTO models (run_id, name, version, description, time) VALUES (?, ?, ?, ?, ${
          laterThanIn("models")
        })
           ON CONFLICT (run_id, name) DO UPDATE SET sent = 0, version = coalesce(excluded.version, version),
             description = coalesce(excluded.description, description)`,
        run_id,
        name,
        version,
        model.description === undefined
          ? null
          : text(`model ${name}`, model.description),
        Date.now(),
        run_id,
      );
      for (const file of model.files) {
        this.#db.run(
          `INSERT INTO model_files (run_id, name, path, digest, size, content_type) VALUES (?, ?, ?, ?, ?, ?)
             ON CONFLICT (run_id, name, path) DO UPDATE SET digest = excluded.digest, size = excluded.size,
               content_type = excluded.content_type, sent = 0 WHERE digest <> excluded.digest`,
          run_id,
          name,
          text("artifact name", file.path),
          file.digest,
          file.size,
          file.content_type,
        );
      }
      // A run that was delivered has something to deliver again.
      this.#db.run(
        "UPDATE deliveries SET state = 'pending', next_try = NULL, tries = 0 WHERE run_id = ? AND state = 'delivered'",
        run_id,
      );
      return this.get(run_id, name) as ModelRow;
    });
  }

  /** What a run registers of a model. */
  get(run_id: string, name: string): ModelRow | undefined {
    return this.list(run_id).find((row) => row.name === name);
  }

  /** What a run registers, in the order in which it did. */
  list(run_id: string): ModelRow[] {
    type Row = Omit<ModelRow, "sent" | "left_out"> & { sent: number };
    return this.#db.all<Row>(
      "SELECT * FROM models WHERE run_id = ? ORDER BY time, name",
      run_id,
    ).map((row) => ({
      ...row,
      sent: row.sent === 1,
      left_out: row.sent === 2,
    }));
  }

  /** The files of a version by path. */
  files({ run_id, name }: Pick<ModelRow, "run_id" | "name">): (ModelFileRow & {
    sent: boolean;
  })[] {
    return this.#db.all<ModelFileRow & { sent: number }>(
      `SELECT path, digest, size, content_type, sent FROM model_files
         WHERE run_id = ? AND name = ? ORDER BY path`,
      run_id,
      name,
    ).map((row) => ({ ...row, sent: row.sent !== 0 }));
  }

  /** Changes members of a row, at once. */
  set(
    { run_id, name }: Pick<ModelRow, "run_id" | "name">,
    change: ModelChange,
  ): void {
    const columns = Object.keys(change) as (keyof ModelChange)[];
    if (columns.length === 0) return;
    this.#db.run(
      `UPDATE models SET ${
        columns.map((c) => `${c} = ?`).join(", ")
      } WHERE run_id = ? AND name = ?`,
      ...columns.map((c) => change[c] ?? null),
      run_id,
      name,
    );
  }

  /** Says that a file is on the server; one that was replaced since stays unsent. */
  fileSent(
    { run_id, name }: Pick<ModelRow, "run_id" | "name">,
    file: Pick<ModelFileRow, "path" | "digest">,
  ): void {
    this.#db.run(
      "UPDATE model_files SET sent = 1 WHERE run_id = ? AND name = ? AND path = ? AND digest = ?",
      run_id,
      name,
      file.path,
      file.digest,
    );
  }

  /** Says that a version is left out: the server refuses it. */
  leaveOut({ run_id, name }: Pick<ModelRow, "run_id" | "name">): void {
    this.#db.run(
      "UPDATE models SET sent = 2 WHERE run_id = ? AND name = ?",
      run_id,
      name,
    );
  }

  /** Says that all is on the server, if no file was added meanwhile. */
  sent({ run_id, name }: Pick<ModelRow, "run_id" | "name">): void {
    this.#db.run(
      `UPDATE models SET sent = 1 WHERE run_id = ?1 AND name = ?2
         AND NOT EXISTS (SELECT 1 FROM model_files WHERE run_id = ?1 AND name = ?2 AND sent = 0)`,
      run_id,
      name,
    );
  }
}
