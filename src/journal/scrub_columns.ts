/**
 * The columns of the journal that hold texts of a user's.
 *
 * @module
 */

/** How a column's text is read. */
export type How = "text" | "path" | "json" | "named" | "options" | "version";

/** A column with texts: in which table, whose it is, and what its row is known by. */
export interface ScrubbedColumn {
  table: string;
  column: string;
  owner: "run_id" | "session_id";
  /** The column that says whose it is. @default {as the owner is called} */
  owned_by?: string;
  keys: readonly string[];
  how: How;
  where: (row: Row) => string;
  /** What of a row is read. @default {"*"} */
  select?: string;
}

/** A row of a table. */
export type Row = Record<string, string | number | null>;

const column = (
  table: string,
  name: string,
  keys: string,
  how: How = "text",
  where: (row: Row) => string = () => name,
): ScrubbedColumn => ({
  table,
  column: name,
  owner: /^session_id/.test(keys) ? "session_id" : "run_id",
  keys: keys.split(" "),
  how,
  where,
});

/** Every column that holds texts of a user's. Keys come last: a row is known by its key until then. */
export const COLUMNS: readonly ScrubbedColumn[] = [
  column(
    "executions",
    "source",
    "session_id position",
    "text",
    (r) => `cell [${r["execution_count"] ?? "?"}] source`,
  ),
  {
    ...column(
      "outputs",
      "json",
      "session_id position n",
      "json",
      (r) =>
        `cell [${r["execution_count"] ?? "?"}] output ${Number(r["n"]) + 1}`,
    ),
    select:
      "*, (SELECT execution_count FROM executions AS e WHERE e.session_id = outputs.session_id AND e.position = outputs.position) AS execution_count",
  },
  ...["notebook", "cwd", "main_module", "connection_file", "audit"].map((
    name,
  ) => column("sessions", name, "session_id", "path")),
  column("datasets", "cwd", "run_id name", "path"),
  column(
    "session_reads",
    "name",
    "session_id kind name position",
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
    "version",
    "run_id name",
    "version",
    (r) => `model ${r["name"]}`,
  ),
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
  column(
    "model_files",
    "path",
    "run_id name path",
    "text",
    () => "artifact name",
  ),
  ...(["run_id", "session_id"] as const).map((owner): ScrubbedColumn => ({
    ...column("redactions", "name", "owner place placeholder"),
    owner,
    owned_by: "owner",
    where: (row) => String(row["place"]),
  })),
];

/** What the process of a notebook writes of a run; the rest is written by its recorder. */
export function isNotebooksOwn({ table, owner }: ScrubbedColumn): boolean {
  return owner === "run_id" && table !== "documents" && table !== "deliveries";
}
