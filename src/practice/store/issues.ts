/**
 * Issues of projects and their comments, as far as a scheduled pipeline needs them.
 *
 * @module
 */
import type { Database } from "./database.ts";

/** An issue. Times are milliseconds since 1970. */
export interface Issue {
  readonly id: number;
  readonly project: number;
  /** Its number within the project. */
  readonly iid: number;
  readonly title: string;
  readonly description: string;
  /** Comma-separated. */
  readonly labels: string;
  readonly state: "opened" | "closed";
  /** The user's number. */
  readonly author: number;
  readonly created_at: number;
}

/** A comment of an issue. */
export interface IssueNote {
  readonly id: number;
  readonly body: string;
  /** The user's number. */
  readonly author: number;
  readonly created_at: number;
  readonly updated_at: number;
}

/** Which issues to list. */
export interface IssueFilter {
  readonly state: string | null | undefined;
  /** A part of the title or the description. */
  readonly search: string | null | undefined;
}

/** Reads and writes issues. */
export class IssueStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Opens an issue. */
  create(
    project: number,
    issue: Pick<Issue, "title" | "description" | "labels" | "author">,
  ): Issue {
    return this.#db.transaction(() => {
      const last = this.#db.get<{ iid: number | null }>(
        "SELECT max(iid) AS iid FROM issues WHERE project = ?",
        project,
      );
      const iid = (last?.iid ?? 0) + 1;
      this.#db.run(
        `INSERT INTO issues (project, iid, title, description, labels, state, author, created_at)
         VALUES (?, ?, ?, ?, ?, 'opened', ?, ?)`,
        project,
        iid,
        issue.title,
        issue.description,
        issue.labels,
        issue.author,
        Date.now(),
      );
      return this.get(project, iid) as Issue;
    });
  }

  /** An issue by its number in the project. */
  get(project: number, iid: number): Issue | undefined {
    return this.#db.get<Issue>(
      "SELECT * FROM issues WHERE project = ? AND iid = ?",
      project,
      iid,
    );
  }

  /** Opens or closes an issue. */
  setState(issue: Issue, state: Issue["state"]): Issue {
    this.#db.run("UPDATE issues SET state = ? WHERE id = ?", state, issue.id);
    return { ...issue, state };
  }

  /** The issues of a project, newest first. */
  list(project: number, filter: IssueFilter): Issue[] {
    const state = filter.state === "all" ? null : filter.state ?? null;
    const search = filter.search ?? "";
    return this.#db.all<Issue>(
      `SELECT * FROM issues WHERE project = ? AND state = coalesce(?, state)
       AND (instr(lower(title), lower(?)) > 0 OR instr(lower(description), lower(?)) > 0)
       ORDER BY iid DESC`,
      project,
      state,
      search,
      search,
    );
  }

  /** Adds a comment. */
  addNote(issue: Issue, note: Pick<IssueNote, "body" | "author">): IssueNote {
    const now = Date.now();
    const id = this.#db.run(
      "INSERT INTO issue_notes (issue, body, author, created_at, updated_at) VALUES (?, ?, ?, ?, ?)",
      issue.id,
      note.body,
      note.author,
      now,
      now,
    );
    return { id, ...note, created_at: now, updated_at: now };
  }

  /** The comments of an issue, newest first. */
  notes(issue: Issue): IssueNote[] {
    return this.#db.all<IssueNote>(
      "SELECT id, body, author, created_at, updated_at FROM issue_notes WHERE issue = ? ORDER BY id DESC",
      issue.id,
    );
  }
}
