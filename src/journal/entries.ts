/**
 * What is attached to a run: params, tags, documents, gaps and redactions.
 *
 * @module
 */
import { sha256 } from "../base/digest.ts";
import type { JournalDatabase } from "./database.ts";
import {
  type Redacted,
  redactNamed,
  type Redactor,
  type Taken,
  UNEXAMINED,
} from "../redaction/redaction.ts";

/** The document of a run that says whether its seed was left out so far, as nobody awaited the run. */
export const UNSEEDED = "unseeded";

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

/** Where something was taken out, what kind of secret it was, and what stands instead. */
export interface Redaction {
  where: string;
  kind: string;
  placeholder: string;
  /** The name that it stood under; null where there was none. */
  name: string | null;
}

/** A local module that cells import. */
export interface ModuleFile {
  path: string;
  digest: string;
  /** Bytes. */
  size: number;
  /** Null when it is too long to be kept. */
  source: string | null;
}

/** Reads and writes what is attached to runs. */
export class Entries {
  readonly #db: JournalDatabase;
  readonly #redactor: Redactor;

  constructor(db: JournalDatabase, redactor: Redactor) {
    this.#db = db;
    this.#redactor = redactor;
  }

  /** Stores a param. @returns false when the key has another value already (params are written once) */
  setParam(run_id: string, key: string, value: string): boolean {
    const name = this.#admit(run_id, "param name", this.#redactor.text(key));
    const stored = this.#admit(
      run_id,
      `param ${name}`,
      redactNamed(this.#redactor, key, value),
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
    const name = this.#admit(run_id, "tag name", this.#redactor.text(key));
    const stored = this.#admit(
      run_id,
      `tag ${name}`,
      redactNamed(this.#redactor, key, value),
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

  /** Takes a tag away that is true no longer. */
  removeTag(run_id: string, key: string): void {
    this.#db.run("DELETE FROM tags WHERE run_id = ? AND key = ?", run_id, key);
  }

  /** The tags in the order of their keys. */
  tags(run_id: string): Entry[] {
    return this.#entries("tags", run_id);
  }

  /** Stores a document of the record, as JSON text. */
  setDocument(run_id: string, name: string, json: string): void {
    const stored = this.#admit(run_id, name, this.#redactor.json(json));
    this.#setPlain(run_id, name, stored);
  }

  #setPlain(run_id: string, name: string, json: string): void {
    this.#db.run(
      "INSERT INTO documents (run_id, name, json) VALUES (?, ?, ?) ON CONFLICT (run_id, name) DO UPDATE SET json = excluded.json",
      run_id,
      name,
      json,
    );
  }

  /** Stores local modules; their digests are those of what is stored, so that nothing can be guessed from them. */
  setModules(
    run_id: string,
    modules: readonly ModuleFile[],
  ): void {
    const stored = modules.map((module) => {
      const { digest, size, source } = module;
      const path = this.#admit(
        run_id,
        "module name",
        this.#redactor.text(module.path),
      );
      const text = source === null
        ? null
        : this.#admit(run_id, `module ${path}`, this.#redactor.text(source));
      return text === source
        ? { path, digest, size, source }
        : { path, ...measure(text ?? ""), source: text };
    });
    const listed = stored.map(({ path, digest, size }) => ({
      path,
      digest,
      size,
    }));
    const sources = Object.fromEntries(stored.map((m) => [m.path, m.source]));
    this.#setPlain(run_id, "modules", JSON.stringify(listed));
    this.#setPlain(run_id, "module_sources", JSON.stringify(sources));
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
    putMissing(this.#db, run_id, {
      what: this.#admit(run_id, "missing", this.#redactor.text(what)),
      why: this.#admit(run_id, "missing", this.#redactor.text(why)),
    });
  }

  /** Takes back a gap that was filled. */
  removeMissing(run_id: string, what: string): void {
    this.#db.run(
      "DELETE FROM missing WHERE run_id = ? AND what = ?",
      run_id,
      this.#redactor.text(what).text,
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
      `SELECT DISTINCT place AS "where", kind, placeholder, name FROM redactions
         WHERE owner = ?1 OR owner = (SELECT session_id FROM runs WHERE run_id = ?1)
         ORDER BY place, kind, placeholder`,
      run_id,
    );
  }

  /** Notes what was taken out of a text before it came here. @param owner Id of a run or a session */
  setRedacted(owner: string, where: string, taken: readonly Taken[]): void {
    this.#admit(owner, where, { text: "", taken });
  }

  /** The keyed digests of the values that a placeholder stands for. */
  redactedDigests(placeholder: string): string[] {
    return this.#db.all<{ digest: string }>(
      "SELECT DISTINCT digest FROM redactions WHERE placeholder = ? AND digest IS NOT NULL",
      placeholder,
    ).map((row) => row.digest);
  }

  #entries(table: "params" | "tags", run_id: string): Entry[] {
    return this.#db.all<{ key: string; value: string; sent: number }>(
      `SELECT key, value, sent FROM ${table} WHERE run_id = ? ORDER BY key`,
      run_id,
    ).map((row) => ({ key: row.key, value: row.value, sent: row.sent !== 0 }));
  }

  #admit(owner: string, where: string, admitted: Redacted): string {
    return admit(this.#db, owner, where, admitted);
  }
}

function measure(text: string): { digest: string; size: number } {
  const bytes = new TextEncoder().encode(text);
  return { digest: sha256(bytes), size: bytes.byteLength };
}

/** Says that a run lacks something, in texts without secrets. */
export function putMissing(
  db: JournalDatabase,
  run_id: string,
  { what, why }: { what: string; why: string },
): void {
  db.run(
    "INSERT INTO missing (run_id, what, why) VALUES (?, ?, ?) ON CONFLICT (run_id, what) DO UPDATE SET why = excluded.why",
    run_id,
    what,
    why,
  );
}

/** Notes what the redactor took out, and hands on what may be stored. */
export function admit(
  db: JournalDatabase,
  owner: string,
  where: string,
  admitted: Redacted,
): string {
  for (const { kind, placeholder, digest, name } of admitted.taken) {
    db.run(
      `INSERT OR IGNORE INTO redactions (owner, place, kind, placeholder, digest, name)
         VALUES (?, ?, ?, ?, ?, ?)`,
      owner,
      where,
      kind,
      placeholder,
      digest,
      name,
    );
    if (kind !== UNEXAMINED) continue;
    db.run(
      `INSERT INTO missing (run_id, what, why)
         SELECT run_id, ?2, ?3 FROM runs WHERE run_id = ?1 OR session_id = ?1
         ON CONFLICT (run_id, what) DO UPDATE SET why = excluded.why`,
      owner,
      where,
      placeholder.replace(/^\[|\]$/g, ""),
    );
  }
  return admitted.text;
}
