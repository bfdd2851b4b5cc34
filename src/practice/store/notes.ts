/**
 * Notes on merge requests. A merge request is there when the configuration names it, or a CI job belongs to it.
 *
 * @module
 */
import type { Database } from "./database.ts";

/** A note. Times are milliseconds since 1970. */
export interface Note {
  readonly id: number;
  readonly project: number;
  /** The merge request's number within the project. */
  readonly merge_request: number;
  readonly body: string;
  /** The user's number. */
  readonly author: number;
  readonly created_at: number;
  readonly updated_at: number;
}

/** The merge request that a note belongs to. */
export type MergeRequest = Pick<Note, "project" | "merge_request">;

/** Reads and writes notes. */
export class NoteStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Whether there is such a merge request. */
  hasMergeRequest({ project, merge_request }: MergeRequest): boolean {
    return this.#db.get(
      `SELECT 1 FROM merge_requests WHERE project = ? AND iid = ?
       UNION ALL SELECT 1 FROM jobs WHERE project = ? AND merge_request = ?`,
      project,
      merge_request,
      project,
      merge_request,
    ) !== undefined;
  }

  /** Adds a note. */
  add(request: MergeRequest, note: Pick<Note, "body" | "author">): Note {
    const now = Date.now();
    const id = this.#db.run(
      `INSERT INTO notes (project, merge_request, body, author, created_at, updated_at)
         VALUES (?, ?, ?, ?, ?, ?)`,
      request.project,
      request.merge_request,
      note.body,
      note.author,
      now,
      now,
    );
    return this.get(request, id) as Note;
  }

  /** A note of a merge request. */
  get(request: MergeRequest, id: number): Note | undefined {
    return this.#db.get<Note>(
      "SELECT * FROM notes WHERE id = ? AND project = ? AND merge_request = ?",
      id,
      request.project,
      request.merge_request,
    );
  }

  /** Gives a note another text. */
  change(request: MergeRequest, id: number, body: string): Note {
    this.#db.change(
      "UPDATE notes SET body = ?, updated_at = ? WHERE id = ?",
      body,
      Date.now(),
      id,
    );
    return this.get(request, id) as Note;
  }

  /** The notes of a merge request, newest first. */
  list(request: MergeRequest): Note[] {
    return this.#db.all<Note>(
      "SELECT * FROM notes WHERE project = ? AND merge_request = ? ORDER BY id DESC",
      request.project,
      request.merge_request,
    );
  }
}
