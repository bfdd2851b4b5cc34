/**
 * What the routes of the MLflow API share.
 *
 * @module
 */
import { resourceMissing } from "../protocol/answers.ts";
import type { ProjectContext } from "./access.ts";
import type { StoredRun } from "../store/runs.ts";

/** The path of the REST API within the server. */
export const MLFLOW = "/api/v4/projects/:id/ml/mlflow/api/2.0/mlflow";

/** The profiles that came after the generic packages. */
export const SINCE_17 = ["17.9", "newest"] as const;

/**
 * The run of that id in the project.
 *
 * @throws {RefusedAnswer} 404 when there is none
 */
export function storedRun(
  context: ProjectContext,
  eid: string | null,
): StoredRun {
  const run = context.services.store.runs.byEid(context.project.id, eid);
  if (run === undefined) throw resourceMissing();
  return run;
}
