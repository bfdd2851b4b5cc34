/**
 * What is attached to a run: params, tags, documents, gaps and redactions.
 *
 * @module
 */
import type { JournalDatabase } from "./database.ts";
import {
  type Redacted,
  redactNamed,
  type Redactor,
} from "../redaction/redaction.ts";

/** A key and its text, with its delivery state. */
export interface Entry {
  key: string;
  value: string;
  sent: boolean;
}

/** What was not captured. */
export interface Missing {
  what: string;
  why: string;
}

/** Where something was taken out, and what kind of secret it was. */
export interface Redaction {
  where: string;
  kind: string;
}

/** Reads and writes what is attached to runs. */
export class Entries {
  readonly #db: JournalDatabase;
  readonly #gate: Redactor;

  constructor(db: JournalDatabase, gate: Redactor) {
    this.#db = db;
    this.#gate = gate;
  }

  /** Stores a param. @returns false when the key has another value already (params are written once) */
  setParam(run_id: string, key: string, value: string): boolean {
    const name = this.#admit(run_id, "param name", this.#gate.text(key));
    const stored = this.#admit(
      run_id,
      `param ${name}`,
      redactNamed(this.#gate, key, value),
    );
    return this.#db.transaction(() => {
      const before = this.#db.get<{ value: string }>(
        "SELECT value FROM params WHERE run_id = ? AND key = ?",
        run_id,
        name,
      );
      if (before !== undefined) return before.value === stored;
      this.#db.run(
        "INSERT INTO params (run_id, key, value) VALUES (?, ?, ?)",
        run_id,
        name,
        stored,
      );
      return true;
    });
  }

  /** The params in the order of their keys. */
  params(run_id: string): Entry[] {
    return this.#entries("params", run_id);
  }

  /** Stores a tag; a later value replaces an earlier one here (a server may keep the first). */
  setTag(run_id: string, key: string, value: string): void {
    const name = this.#admit(run_id, "tag name", this.#gate.text(key));
    const stored = this.#admit(
      run_id,
      `tag ${name}`,
      redactNamed(this.#gate, key, value),
    );
    this.#db.run(
      `INSERT INTO tags (run_id, key, value) VALUES (?, ?, ?)
         ON CONFLICT (run_id, key) DO UPDATE SET value = excluded.value, sent = 0
         WHERE value <> excluded.value`,
      run_id,
      name,
      stored,
    );
  }

  /** The tags in the order of their keys. */
  tags(run_id: string): Entry[] {
    return this.#entries("tags", run_id);
  }

  /** Stores a document of the record, as JSON text. */
  setDocument(run_id: string, name: string, json: string): void {
    this.#db.run(
      "INSERT INTO documents (run_id, name, json) VALUES (?, ?, ?) ON CONFLICT (run_id, name) DO UPDATE SET json = excluded.json",
      run_id,
      name,
      this.#admit(run_id, name, this.#gate.text(json)),
    );
  }

  /** A document's JSON text. */
  document(run_id: string, name: string): string | undefined {
    return this.#db.get<{ json: string }>(
      "SELECT json FROM documents WHERE run_id = ? AND name = ?",
      run_id,
      name,
    )?.json;
  }

  /** Names something that was not captured; a later reason replaces an earlier one. */
  setMissing(run_id: string, what: string, why: string): void {
    this.#db.run(
      "INSERT INTO missing (run_id, what, why) VALUES (?, ?, ?) ON CONFLICT (run_id, what) DO UPDATE SET why = excluded.why",
      run_id,
      this.#admit(run_id, "missing", this.#gate.text(what)),
      this.#admit(run_id, "missing", this.#gate.text(why)),
    );
  }

  /** Takes back a gap that was healed. */
  healed(run_id: string, what: string): void {
    this.#db.run(
      "DELETE FROM missing WHERE run_id = ? AND what = ?",
      run_id,
      this.#gate.text(what).text,
    );
  }

  /** What was not captured. */
  missing(run_id: string): Missing[] {
    return this.#db.all(
      "SELECT what, why FROM missing WHERE run_id = ? ORDER BY what",
      run_id,
    );
  }

  /** What was redacted, on the run and in its session's cells. */
  redactions(run_id: string): Redaction[] {
    return this.#db.all(
      `SELECT place AS "where", kind FROM redactions
         WHERE owner = ?1 OR owner = (SELECT session_id FROM runs WHERE run_id = ?1) ORDER BY place, kind`,
      run_id,
    );
  }

  #entries(table: "params" | "tags", run_id: string): Entry[] {
    return this.#db.all<{ key: string; value: string; sent: number }>(
      `SELECT key, value, sent FROM ${table} WHERE run_id = ? ORDER BY key`,
      run_id,
    ).map((row) => ({ key: row.key, value: row.value, sent: row.sent !== 0 }));
  }

  #admit(owner: string, place: string, admitted: Redacted): string {
    return admit(this.#db, owner, place, admitted);
  }
}

/** Notes what the gate took out, and hands on what may be stored. */
export function admit(
  db: JournalDatabase,
  owner: string,
  place: string,
  admitted: Redacted,
): string {
  for (const kind of admitted.kinds) {
    db.run(
      "INSERT OR IGNORE INTO redactions (owner, place, kind) VALUES (?, ?, ?)",
      owner,
      place,
      kind,
    );
  }
  return admitted.text;
}
