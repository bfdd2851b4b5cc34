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
} from "../redaction/redaction.ts";
import type { JournalDatabase } from "./database.ts";
import type { Journal } from "./journal.ts";
import { admit } from "./entries.ts";
import { encryptedPath } from "./encrypted_paths.ts";
import { scrubContents } from "./scrub_contents.ts";
import {
  noteFound,
  type Scrubbed,
  type ScrubOptions,
} from "./scrub_findings.ts";
import { scrubAllRemembered, scrubRemembered } from "./scrub_remembered.ts";
import { scrubUnnamed } from "./scrub_unnamed.ts";
import { removeReplaced } from "./stored_files.ts";

/**
 * Looks through all that is stored of runs and their sessions, and takes out what the redactor finds now.
 *
 * @throws {JournalError} when the journal cannot be used
 */
export function scrubJournal(
  { db, redactor, home }: Journal,
  run_ids: readonly string[],
  options: Pick<ScrubOptions, "session_id" | "whole"> & { dryRun?: boolean } =
    {},
): Scrubbed {
  return scrubRows({ dryRun: false, ...options, db, redactor, home, run_ids });
}

/** Looks through what is stored of runs, and takes out what the redactor finds. */
export function scrubRows(options: ScrubOptions): Scrubbed {
  const { db, run_ids, dryRun } = options;
  const result: Scrubbed = { findings: [], replaced: [] };
  const done = new Set<string>();
  for (const run_id of run_ids) {
    const session = sessionOf(db, run_id);
    const isNew = !done.has(session);
    done.add(session);
    const work = () => {
      for (const one of COLUMNS) {
        if (options.ownOnly === true && !isNotebooksOwn(one)) continue;
        if (one.owner === "session_id" && !isNew) continue;
        const id = one.owner === "run_id" ? run_id : session;
        scrubColumn(options, { run_id, id }, one, result);
      }
      scrubModelNames(options, run_id, result);
      scrubContents(options, run_id, result);
      if (options.whole !== true) scrubRemembered(options, run_id, result);
    };
    if (dryRun) work();
    else db.transaction(work);
  }
  const { session_id: id } = options;
  if (id !== undefined && run_ids.length === 0) {
    for (const one of COLUMNS.filter(({ owner }) => owner === "session_id")) {
      scrubColumn(options, { run_id: id, id }, one, result);
    }
  }
  if (options.whole === true) {
    scrubAllRemembered(options, result);
    scrubUnnamed(options, result);
  }
  if (!dryRun) {
    removeReplaced(db, `${options.home}/artifacts`, result.replaced);
  }
  return result;
}

function sessionOf(db: JournalDatabase, run_id: string): string {
  return db.get<{ session_id: string }>(
    "SELECT session_id FROM runs WHERE run_id = ?",
    run_id,
  )?.session_id ?? "";
}

function scrubColumn(
  { db, redactor, home, dryRun }: ScrubOptions,
  { run_id, id }: { run_id: string; id: string },
  one: ScrubbedColumn,
  result: Scrubbed,
): void {
  const { table, column, owner, keys, how, where } = one;
  const { owned_by = owner, select = "*" } = one;
  const rows = db.all<Row>(
    `SELECT ${select} FROM ${table} WHERE ${owned_by} = ? AND ${column} IS NOT NULL`,
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
    const shared = owner === "session_id";
    noteFound(result, { run_id, where: where(row), shared }, taken);
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
  result: Scrubbed,
): void {
  const models = db.all<{ name: string }>(
    "SELECT name FROM models WHERE run_id = ?",
    run_id,
  );
  for (const { name } of models) {
    const { text, taken } = redactor.text(name);
    if (taken.length === 0) continue;
    noteFound(result, { run_id, where: "model name", shared: false }, taken);
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
