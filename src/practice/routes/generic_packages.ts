/**
 * `packages/generic/{name}/{version}/{file}`: where runs of the 16.4 profile keep their artifacts.
 *
 * @module
 */
import type { ProjectContext } from "../requests/access.ts";
import {
  fileNotFound,
  invalidParams,
  json,
  refuseForbidden,
} from "../protocol/answers.ts";
import type { Ways } from "../requests/auth.ts";
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
  type Route,
  route,
  type Services,
} from "../requests/router.ts";

const WAYS: Ways = {
  bearer: ["access", "oauth", "job"],
  privateToken: true,
  jobToken: true,
  deployToken: true,
  basic: true,
};

const area: Area<ProjectContext> = {
  readsBody: false,
  before: (context) => enterPackages(context, WAYS),
};

const PACKAGE_NAME = /^[A-Za-z0-9._\-+]+$/;
const VERSION = /^(?!.*\.\.)[A-Za-z0-9_+.-]+$/;
const FILE_NAME = /^(?!~)[A-Za-z0-9._\-+~]+(?<!~)$/;

/** The routes of generic packages. */
export const genericPackageRoutes: readonly Route[] = [
  route("/api/v4/projects/:id/packages/generic/:name/:version/*", {
    PUT: upload,
    GET: download,
  }, { area, permission: { PUT: "create_package", GET: "read_package" } }),
];

async function upload(context: ProjectContext): Promise<Response> {
  const key = keyOf(context);
  mayWrite(context);
  const blob = await receiveFile(context, "File is too large");
  const { store } = context.services;
  store.transaction(() => {
    const { id } = store.packages.findOrCreate(context.project.id, {
      type: "generic",
      name: key.name,
      version: key.version,
    });
    store.packages.addFile(id, key.file, blob);
    linkRun(context.services, context.project.id, { ...key, id });
  });
  return json({ message: "201 Created" }, 201);
}

async function download(context: ProjectContext): Promise<Response> {
  const key = keyOf(context);
  if (context.identity?.token?.kind === "deploy") {
    if (!context.project.packages) throw refuseForbidden();
  } else authorizeReading(context);
  const { store, profile } = context.services;
  const found = store.packages.find(context.project.id, {
    type: "generic",
    name: key.name,
    version: key.version,
  });
  const file = found && store.packages.newestFile(found.id, key.file);
  if (file === undefined) throw fileNotFound();
  return await sendFile(
    context,
    file,
    profile === "16.4" ? {} : { "x-checksum-sha256": file.sha256 },
  );
}

function mayWrite(context: ProjectContext): void {
  if (context.identity?.token?.kind === "deploy") {
    const scopes = context.identity.token.scopes;
    if (
      !context.project.packages || !scopes.includes("write_package_registry")
    ) {
      throw refuseForbidden();
    }
  } else authorizeWriting(context);
}

/** Name, version and stored file name; folders only in profiles that came after 16.4. */
function keyOf(
  { variables, services }: ProjectContext,
): { name: string; version: string; file: string } {
  const { name = "", version = "", "*": path = "" } = variables;
  const slash = services.profile === "16.4" ? -1 : path.lastIndexOf("/");
  const folder = path.slice(0, Math.max(slash, 0));
  const fileName = path.slice(slash + 1);
  const problems = [
    ...(PACKAGE_NAME.test(name) ? [] : ["package_name is invalid"]),
    ...pathProblems("package_name", name),
    ...(VERSION.test(version) ? [] : ["package_version is invalid"]),
    ...pathProblems("path", folder),
    ...(FILE_NAME.test(fileName) ? [] : ["file_name is invalid"]),
    ...pathProblems("file_name", fileName),
  ];
  if (problems.length > 0) throw invalidParams(problems);
  return { name, version, file: percentEncoded(path) };
}

/** In the generic era a package of a run's name is tied to that run. */
function linkRun(
  { store, profile }: Services,
  project: number,
  key: { name: string; version: string; id: number },
): void {
  if (profile !== "16.4" || !/^\d+$/.test(key.version)) return;
  const run = store.runs.byIid(project, Number(key.version));
  if (run !== undefined && key.name === `ml_experiment_${run.experiment_iid}`) {
    store.runs.linkPackage(run, key.id);
  }
}
