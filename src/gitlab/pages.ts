/**
 * The web pages of runs and experiments.
 *
 * @module
 */
import { runIid } from "./artifact_locations.ts";
import type { Connection } from "./connection.ts";
import type { ModelVersion, RunInfo } from "./schemas.ts";

/** The page of a run, or null where GitLab's number of it is not known. */
export async function runPage(
  connection: Connection,
  run: Pick<RunInfo, "artifact_uri" | "experiment_id" | "run_id">,
): Promise<string | null> {
  const web = await connection.web();
  if (web.url === null) return null;
  if (web.kind === "mlflow") {
    return `${web.url}/#/experiments/${run.experiment_id}/runs/${run.run_id}`;
  }
  const iid = runIid(run.artifact_uri);
  return iid === null ? null : `${web.url}/-/ml/candidates/${iid}`;
}

/** The page of an experiment, or null where the project's address cannot be found out. */
export async function experimentPage(
  connection: Connection,
  experiment_id: string,
): Promise<string | null> {
  const web = await connection.web();
  if (web.url === null) return null;
  return web.kind === "mlflow"
    ? `${web.url}/#/experiments/${experiment_id}`
    : `${web.url}/-/ml/experiments/${experiment_id}`;
}

/** The page of a model's version; GitLab names it itself. */
export async function modelVersionPage(
  connection: Connection,
  version: Pick<ModelVersion, "name" | "version" | "source">,
): Promise<string | null> {
  const { kind, root } = await connection.server();
  if (kind === "gitlab") {
    return /^https?:/.test(version.source) ? version.source : null;
  }
  const name = encodeURIComponent(version.name);
  return `${root}/#/models/${name}/versions/${version.version}`;
}
