/**
 * `packages/ml_models/{ref}/files/…`: artifacts of runs (`candidate:{iid}`) and of model versions (`{id}`).
 *
 * @module
 */
import {
  fileNotFound,
  invalidParams,
  json,
  notFound,
} from "../protocol/answers.ts";
import { canRead, type ProjectContext } from "../requests/access.ts";
import type { Ways } from "../requests/auth.ts";
import { coerce } from "../protocol/params.ts";
import {
  authorizeReading,
  authorizeWriting,
  enterPackages,
  pathProblems,
  percentEncoded,
  receiveFile,
  sendFile,
} from "../requests/package_access.ts";
import {
  type Area,
  type Context,
  type Route,
  route,
} from "../requests/router.ts";
import { SINCE_17 } from "../requests/mlflow.ts";

const WAYS: Ways = { bearer: ["access", "job"], anyScheme: true };
const FILE_NAME = /^[A-Za-z0-9._\-+ ]+$/;

/** Parameters are checked before the sender is, so the handlers do both themselves. */
const area: Area<Context> = {
  readsBody: false,
  before: (context) => context,
};

/** The routes of model packages. */
export const mlModelRoutes: readonly Route[] = [
  route("/api/v4/projects/:id/packages/ml_models/:ref/files/*", {
    PUT: upload,
    GET: download,
  }, {
    area,
    profiles: SINCE_17,
    permission: { PUT: "create_package", GET: "read_package" },
  }),
];

async function upload(context: Context): Promise<Response> {
  const { path, status } = checkedParams(context);
  const entered = enterPackages(context, WAYS);
  const { project, services } = entered;
  if (!project.registry || !canRead(entered)) throw notFound();
  authorizeWriting(entered);
  packageOf(entered, { make: false });
  const blob = await receiveFile(entered, "Artifact file is too large");
  const { store } = services;
  store.transaction(() => {
    const id = packageOf(entered, { make: true });
    if (status) store.packages.setStatus(id, status);
    store.packages.addFile(id, percentEncoded(path), blob);
  });
  return json({ message: "201 Created" }, 201);
}

async function download(context: Context): Promise<Response> {
  const { path } = checkedParams(context);
  const entered = enterPackages(context, WAYS);
  if (!entered.project.registry || !canRead(entered)) throw notFound();
  authorizeReading(entered);
  const id = packageOf(entered, { make: true });
  const file = context.services.store.packages.newestFile(
    id,
    percentEncoded(path),
  );
  if (file === undefined) throw fileNotFound();
  return await sendFile(context, file);
}

function checkedParams(
  context: Context,
): { path: string; status: string | null | undefined } {
  const raw = rawTail(context.path);
  const slash = raw.lastIndexOf("/");
  const fileName = decodeURIComponent(raw.slice(slash + 1));
  const folder = decodeURIComponent(raw.slice(0, Math.max(slash, 0)));
  const problems = [
    ...pathProblems("path", folder),
    ...pathProblems("file_name", fileName),
    ...(FILE_NAME.test(fileName) ? [] : ["file_name is invalid"]),
  ];
  if (problems.length > 0) throw invalidParams(problems);
  const { status } = coerce(context.input, {
    status: { type: "string", values: ["default", "hidden"] },
  });
  return { path: folder === "" ? fileName : `${folder}/${fileName}`, status };
}

/** The file's path as sent: once decoded, an encoded slash is no different from a real one. */
function rawTail(path: string): string {
  const from = path.indexOf("/packages/ml_models/") +
    "/packages/ml_models/".length;
  return path.slice(from).split("/files/").slice(1).join("/files/");
}

/** The package of the path's reference; 0 when it would have to be made and is not wanted yet. */
function packageOf(
  { variables, services, project }: ProjectContext,
  { make }: { make: boolean },
): number {
  const { store } = services;
  const reference = /^(candidate:)?(\d+)$/.exec(variables["ref"] ?? "");
  if (reference === null) throw notFound();
  const number = Number(reference[2]);
  if (reference[1] === undefined) {
    const version = store.models.version(project.id, number);
    if (version === undefined) throw notFound();
    return version.package;
  }
  const run = store.runs.byIid(project.id, number);
  if (run === undefined) throw notFound();
  if (run.package !== null) return run.package;
  if (!make) return 0;
  const experiment = store.experiments.byId(run.experiment);
  if (experiment === undefined) throw notFound();
  const { id } = store.packages.ofRun(run, experiment);
  store.runs.linkPackage(run, id);
  return id;
}
