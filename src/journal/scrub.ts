/**
 * Taking secrets out of what is stored already: the redactor may know a secret today that it did not know then.
 *
 * @module
 */
import {
  COLUMNS,
  type How,
  isNotebooksOwn,
  type Row,
  type ScrubbedColumn,
} from "./scrub_columns.ts";
import { saysSecret } from "../redaction/secret_names.ts";
import {
  type Redacted,
  redactJson,
  redactNamed,
  type Redactor,
  type Taken,
} from "../redaction/redaction.ts";
import { ContentStore } from "./contents.ts";
import type { JournalDatabase } from "./database.ts";
import { admit } from "./entries.ts";
import { encryptedPath } from "./encrypted_paths.ts";
import type { Digest } from "../base/digest.ts";

/** A secret that was found in what is stored. */
export interface ScrubFinding {
  /** The run it belongs to, or that belongs to its session. */
  run_id: string;
  /** Where it was. */
  where: string;
  kind: string;
}

/** What was done. */
export interface Scrubbed {
  findings: ScrubFinding[];
  /** Contents that no artifact has any more: they can be removed. */
  replaced: Digest[];
}

/** What a scrub works with. */
export interface ScrubOptions {
  db: JournalDatabase;
  redactor: Redactor;
  /** nbtrack's folder. */
  home: string;
  /** The runs whose record is looked through, with their sessions. */
  run_ids: readonly string[];
  /** Nothing is changed. */
  dryRun: boolean;
  /** Looks at the run's own texts alone, not at its session's cells. @default {false} */
  ownOnly?: boolean;
  /** Contents that are not looked at again. @default {none} */
  examined?: ReadonlySet<Digest>;
}

/** Looks through what is stored of runs, and takes out what the redactor finds. */
export function scrubRows(options: ScrubOptions): Scrubbed {
  const { db, run_ids, dryRun } = options;
  const result: Scrubbed = { findings: [], replaced: [] };
  for (const run_id of run_ids) {
    const work = () => {
      for (const one of COLUMNS) {
        if (options.ownOnly === true && !isNotebooksOwn(one)) continue;
        scrubColumn(options, run_id, one, result);
      }
      scrubModelNames(options, run_id, result);
      scrubContents(options, run_id, result);
    };
    if (dryRun) work();
    else db.transaction(work);
  }
  return result;
}

function scrubColumn(
  { db, redactor, home, dryRun }: ScrubOptions,
  run_id: string,
  { table, column, owner, keys, how, where }: ScrubbedColumn,
  { findings }: Scrubbed,
): void {
  const id = owner === "run_id" ? run_id : db.get<{ session_id: string }>(
    "SELECT session_id FROM runs WHERE run_id = ?",
    run_id,
  )
    ?.session_id ?? "";
  const rows = db.all<Row>(
    `SELECT * FROM ${table} WHERE ${owner} = ? AND ${column} IS NOT NULL`,
    id,
  );
  for (const row of rows) {
    const before = String(row[column]);
    const seen = redact(redactor, how, String(row["key"] ?? ""), before);
    const { taken } = seen;
    // Programs still need the path.
    const text = how === "path" && taken.length > 0
      ? encryptedPath({ redactor, home }, before)
      : seen.text;
    if (text === before || taken.length === 0) continue;
    for (const { kind } of taken) {
      findings.push({ run_id, where: where(row), kind });
    }
    if (dryRun) continue;
    admit(db, id, where(row), { text, taken });
    db.run(
      `UPDATE OR REPLACE ${table} SET ${column} = ? WHERE ${
        keys.map((key) => `${key} = ?`).join(" AND ")
      }`,
      text,
      ...keys.map((key) => row[key] ?? null),
    );
  }
}

function redact(
  redactor: Redactor,
  how: How,
  key: string,
  text: string,
): Redacted {
  switch (how) {
    case "json":
      return redactor.json(text);
    case "options":
      return redactJson(redactor, text);
    case "named":
      // What stands there already is a placeholder.
      return saysSecret(key) && /^\[redacted/.test(text)
        ? { text, taken: [] }
        : redactNamed(redactor, key, text);
    case "version":
      return redactVersion(redactor, text);
    case "text":
    case "path":
      return redactor.text(text);
  }
}

/** What is left of a model's version has to be one: its numbers. */
function redactVersion(redactor: Redactor, version: string): Redacted {
  const whole = redactor.text(version);
  const numbers = /^\d+\.\d+\.\d+/.exec(version)?.[0];
  return whole.taken.length === 0 || numbers === undefined ||
      redactor.text(numbers).taken.length > 0
    ? whole
    : { text: numbers, taken: whole.taken };
}

/** A model's files name it by its name, which changes with theirs. */
function scrubModelNames(
  { db, redactor, dryRun }: ScrubOptions,
  run_id: string,
  { findings }: Scrubbed,
): void {
  const models = db.all<{ name: string }>(
    "SELECT name FROM models WHERE run_id = ?",
    run_id,
  );
  for (const { name } of models) {
    const { text, taken } = redactor.text(name);
    if (taken.length === 0) continue;
    for (const { kind } of taken) {
      findings.push({ run_id, where: "model name", kind });
    }
    if (dryRun) continue;
    admit(db, run_id, "model name", { text, taken });
    db.run("PRAGMA defer_foreign_keys = ON"); // until the transaction ends
    db.run(
      "UPDATE OR REPLACE model_files SET name = ? WHERE run_id = ? AND name = ?",
      text,
      run_id,
      name,
    );
    // It was registered again, after its name had been replaced: its files are added.
    const isKnown = models.some((model) => model.name === text);
    db.run(
      isKnown
        ? "UPDATE models SET sent = 0 WHERE name = ? AND run_id = ?"
        : "UPDATE models SET name = ? WHERE run_id = ? AND name = ?",
      text,
      run_id,
      ...isKnown ? [] : [name],
    );
    if (isKnown) {
      db.run("DELETE FROM models WHERE run_id = ? AND name = ?", run_id, name);
    }
  }
}

/** Files of artifacts and models. */
function scrubContents(
  { db, home, redactor, dryRun, examined }: ScrubOptions,
  run_id: string,
  { findings, replaced }: Scrubbed,
): void {
  const contents = new ContentStore(`${home}/artifacts`, db.path, redactor);
  for (const table of ["artifacts", "model_files"]) {
    const rows = db.all<{ path: string; digest: Digest }>(
      table === "artifacts"
        ? "SELECT path, digest FROM artifacts WHERE run_id = ? AND origin = 'user'"
        : "SELECT path, digest FROM model_files WHERE run_id = ?",
      run_id,
    );
    for (const { path, digest } of rows) {
      if (examined?.has(digest) === true) continue;
      const where = `${
        table === "artifacts" ? "artifact" : "model file"
      } "${path}"`;
      const stored = contents.redactStored(digest, dryRun);
      const taken: readonly Taken[] = stored?.taken ?? [];
      if (stored === null || taken.length === 0) continue;
      for (const { kind } of taken) findings.push({ run_id, where, kind });
      replaced.push(digest);
      if (dryRun) continue;
      admit(db, run_id, where, { text: "", taken });
      if (stored.digest === null) {
        db.run(
          `DELETE FROM ${table} WHERE run_id = ? AND path = ?`,
          run_id,
          path,
        );
      } else {
        db.run(
          `UPDATE ${table} SET digest = ?, size = ? WHERE run_id = ? AND path = ?`,
          stored.digest,
          stored.size,
          run_id,
          path,
        );
      }
    }
  }
}
