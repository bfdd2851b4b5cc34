/**
 * Taking secrets out of what is stored already: what the redactor finds today it may not have known when it was stored.
 *
 * @module
 */
import { saysSecret } from "../redaction/secret_names.ts";
import {
  type Redacted,
  redactJson,
  redactNamed,
  type Redactor,
  type Taken,
} from "../redaction/redaction.ts";
import type { ContentStore } from "./contents.ts";
import type { JournalDatabase } from "./database.ts";
import { admit } from "./entries.ts";
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

/** How a column's text is read. */
type How = "text" | "json" | "named" | "options";

/** A column with texts: in which table, whose it is, and what its row is known by. */
interface Column {
  table: string;
  column: string;
  owner: "run_id" | "session_id";
  keys: readonly string[];
  how: How;
  where: (row: Row) => string;
}

type Row = Record<string, string | number | null>;

const column = (
  table: string,
  name: string,
  keys: string,
  how: How = "text",
  where: (row: Row) => string = () => name,
): Column => ({
  table,
  column: name,
  owner: /^session_id/.test(keys) ? "session_id" : "run_id",
  keys: keys.split(" "),
  how,
  where,
});

/** Every column that holds texts of a user's. Keys come last: a row is known by its key until then. */
const COLUMNS: readonly Column[] = [
  column(
    "executions",
    "source",
    "session_id position",
    "text",
    (r) => `cell [${r["execution_count"] ?? "?"}] source`,
  ),
  column(
    "outputs",
    "json",
    "session_id position n",
    "json",
    (r) => `output ${Number(r["n"]) + 1} of the execution at ${r["position"]}`,
  ),
  column("sessions", "notebook", "session_id"),
  column(
    "session_reads",
    "name",
    "session_id kind name",
    "text",
    (r) => String(r["kind"]),
  ),
  column(
    "session_answers",
    "url",
    "session_id position method url status digest size",
    "text",
    () => "network",
  ),
  column("runs", "experiment", "run_id"),
  column("runs", "name", "run_id"),
  column("runs", "description", "run_id"),
  column("runs", "end_reason", "run_id"),
  column("runs", "options", "run_id", "options"),
  column("params", "value", "run_id key", "named", (r) => `param ${r["key"]}`),
  column("tags", "value", "run_id key", "named", (r) => `tag ${r["key"]}`),
  column("datasets", "context", "run_id name"),
  column(
    "datasets",
    "input",
    "run_id name",
    "text",
    (r) => `dataset ${r["name"]}`,
  ),
  column(
    "datasets",
    "error",
    "run_id name",
    "text",
    (r) => `dataset ${r["name"]}`,
  ),
  column(
    "datasets",
    "fingerprint",
    "run_id name",
    "json",
    (r) => `dataset ${r["name"]}`,
  ),
  column("documents", "json", "run_id name", "json", (r) => String(r["name"])),
  column("missing", "why", "run_id what", "text", () => "missing"),
  column(
    "models",
    "description",
    "run_id name",
    "text",
    (r) => `model ${r["name"]}`,
  ),
  column("deliveries", "error", "run_id", "text", () => "delivery"),
  column("deliveries", "parts", "run_id", "json", () => "delivery"),
  column("params", "key", "run_id key", "text", () => "param name"),
  column("tags", "key", "run_id key", "text", () => "tag name"),
  column("metric_keys", "key", "run_id key_id", "text", () => "metric name"),
  column("missing", "what", "run_id what", "text", () => "missing"),
  column("datasets", "name", "run_id name", "text", () => "dataset name"),
  column("artifacts", "path", "run_id path", "text", () => "artifact name"),
];

/** What a scrub works with. */
export interface ScrubOptions {
  db: JournalDatabase;
  redactor: Redactor;
  contents: ContentStore;
  /** The runs whose record is looked through, with their sessions. */
  run_ids: readonly string[];
  /** Nothing is changed. */
  dryRun: boolean;
}

/** Looks through what is stored of runs, and takes out what the redactor finds. */
export function scrubRows(options: ScrubOptions): Scrubbed {
  const { db, run_ids, dryRun } = options;
  const result: Scrubbed = { findings: [], replaced: [] };
  for (const run_id of run_ids) {
    const work = () => {
      for (const one of COLUMNS) scrubColumn(options, run_id, one, result);
      scrubContents(options, run_id, result);
    };
    if (dryRun) work();
    else db.transaction(work);
  }
  return result;
}

function scrubColumn(
  { db, redactor, dryRun }: ScrubOptions,
  run_id: string,
  { table, column, owner, keys, how, where }: Column,
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
    const { text, taken } = redact(
      redactor,
      how,
      String(row["key"] ?? ""),
      before,
    );
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
    case "text":
      return redactor.text(text);
  }
}

/** Files of artifacts and models. */
function scrubContents(
  { db, contents, dryRun }: ScrubOptions,
  run_id: string,
  { findings, replaced }: Scrubbed,
): void {
  for (const table of ["artifacts", "model_files"]) {
    const rows = db.all<{ path: string; digest: Digest }>(
      table === "artifacts"
        ? "SELECT path, digest FROM artifacts WHERE run_id = ? AND origin = 'user'"
        : "SELECT path, digest FROM model_files WHERE run_id = ?",
      run_id,
    );
    for (const { path, digest } of rows) {
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
