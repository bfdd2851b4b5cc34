/**
 * Datasets of a run as MLflow's inputs. GitLab has none.
 *
 * @module
 */
import type { Connection } from "./connection.ts";
import { UnsupportedError } from "./errors.ts";
import { emptyAnswer } from "./schemas.ts";

/** A dataset of a run. */
export interface DatasetInput {
  /** Its name. */
  name: string;
  /** The content's digest, `sha256:…`; MLflow takes 36 characters, so its first 32 hex digits are sent and all of it as a tag. */
  digest: string;
  /** Where it came from. */
  uri: string;
  /** What it was used for, such as `training`. */
  context?: string;
  /** Columns. */
  columns?: readonly { name: string; type: string }[];
  /** How many rows. */
  rows?: number;
}

/** @throws {UnsupportedError} on GitLab; `features.inputs` says so beforehand */
export async function logInputs(
  connection: Connection,
  run: { run_id: string; datasets: readonly DatasetInput[] },
): Promise<void> {
  const { run_id, datasets } = run;
  const server = await connection.server();
  const attempted = `log ${datasets.length} datasets to run ${run_id}`;
  const url = await connection.endpoint("runs/log-inputs");
  if (server.kind === "gitlab") {
    throw new UnsupportedError(
      `Cannot ${attempted}: GitLab has no datasets`,
      {
        method: "POST",
        url,
        attempted,
        retry: "never",
        hint: "They go there as a tag and an artifact.",
      },
    );
  }
  await connection.http.json("POST", url, {
    attempted,
    json: { run_id, datasets: datasets.map(input) },
    schema: emptyAnswer,
    repeat: "safe",
  });
}

/** The types that MLflow's schemas have, by those of our columns; what it has none for is a text there. */
const MLFLOW_TYPES: ReadonlyMap<string, string> = new Map([
  ["boolean", "boolean"],
  ["integer", "long"],
  ["number", "double"],
  ["date", "datetime"],
  ["datetime", "datetime"],
  ["binary", "binary"],
]);

function input(dataset: DatasetInput): Record<string, unknown> {
  const { name, digest, uri, context, columns, rows } = dataset;
  return {
    tags: [
      ...(context === undefined
        ? []
        : [{ key: "mlflow.data.context", value: context }]),
      { key: "nbtrack.digest", value: digest },
    ],
    dataset: {
      name: name.slice(0, 500),
      digest: digest.replace(/^sha256:/, "").slice(0, 32),
      source_type: /^https?:/.test(uri) ? "http" : "local",
      source: JSON.stringify(/^https?:/.test(uri) ? { url: uri } : { uri }),
      ...(columns !== undefined && {
        schema: JSON.stringify({
          mlflow_colspec: columns.map((c) => ({
            name: c.name,
            type: MLFLOW_TYPES.get(c.type) ?? "string",
            required: false,
          })),
        }),
      }),
      ...(rows !== undefined && {
        profile: JSON.stringify({ num_rows: rows }),
      }),
    },
  };
}
