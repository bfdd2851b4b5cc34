/**
 * `mlflow-artifacts/artifacts`: lists and sends files, never takes any.
 *
 * @module
 */
import { mlflowArea, type ProjectContext } from "../requests/access.ts";
import { json, resourceMissing, serverError } from "../protocol/answers.ts";
import { coerce } from "../protocol/params.ts";
import { formEncoded, sendFile } from "../requests/package_access.ts";
import { type Route, route } from "../requests/router.ts";
import { SINCE_17 } from "../requests/mlflow.ts";

const ARTIFACTS =
  "/api/v4/projects/:id/ml/mlflow/api/2.0/mlflow-artifacts/artifacts";
const area = mlflowArea({ registry: true });

/** The routes of MLflow's artifact API. */
export const artifactRoutes: readonly Route[] = [
  route(ARTIFACTS, { GET: list }, {
    area,
    profiles: SINCE_17,
    permission: "read_ml_flow_artifact",
  }),
  route(`${ARTIFACTS}/:ref/*`, { GET: download }, {
    area,
    profiles: SINCE_17,
    permission: "read_ml_flow_artifact",
  }),
];

function list(context: ProjectContext): Response {
  const { path } = coerce(context.input, { path: { type: "string" } });
  if (path === null || path === undefined) {
    throw serverError(new TypeError("path is nil"));
  }
  const [reference = "", ...inside] = path.split("/");
  if (inside.length > 0) return json({ files: [] });
  const files = context.services.store.packages.files(
    packageOf(context, reference),
  );
  return json({
    files: files.map(({ file_name, size }) => ({
      path: file_name,
      file_size: size,
      is_dir: false,
    })),
  });
}

async function download(context: ProjectContext): Promise<Response> {
  const { ref = "", "*": path = "" } = context.variables;
  const file = context.services.store.packages.newestFile(
    packageOf(context, ref),
    formEncoded(path),
  );
  if (file === undefined) throw resourceMissing();
  return await sendFile(context, file);
}

function packageOf(
  { services, project }: ProjectContext,
  reference: string,
): number {
  const parts = /^(candidate:)?(\d+)$/.exec(reference);
  const number = Number(parts?.[2] ?? 0);
  const id = parts?.[1] === undefined
    ? services.store.models.version(project.id, number)?.package
    : services.store.runs.byIid(project.id, number)?.package;
  if (id === undefined || id === null) throw resourceMissing();
  return id;
}
