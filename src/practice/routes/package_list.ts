/**
 * `packages` and `packages/{id}/package_files`: the lists of the packages API.
 *
 * @module
 */
import { onPage, PAGE, pageHeaders, pageOf } from "../requests/paging.ts";
import { LEVEL, type ProjectContext } from "../requests/access.ts";
import { json, notFound, refuseForbidden } from "../protocol/answers.ts";
import type { Ways } from "../requests/auth.ts";
import { apiUrl, webUrl } from "../requests/entities.ts";
import { coerce } from "../protocol/params.ts";
import { authorizeReading, enterPackages } from "../requests/package_access.ts";
import { type Area, type Route, route } from "../requests/router.ts";
import type { PackageFile, StoredPackage } from "../store/packages.ts";

const WAYS: Ways = {
  bearer: ["access", "oauth", "job"],
  privateToken: true,
  jobToken: true,
};

const area: Area<ProjectContext> = {
  readsBody: false,
  before: (context) => enterPackages(context, WAYS),
};

const PACKAGES = "/api/v4/projects/:id/packages";
/** What may be asked for; only the last two are ever stored. */
const PACKAGE_TYPES =
  "maven,npm,conan,nuget,pypi,composer,golang,debian,rubygems,helm,terraform_module,generic,ml_model"
    .split(",");

/** The routes of the packages API that list and remove. */
export const packageListRoutes: readonly Route[] = [
  route(PACKAGES, { GET: list }, { area, permission: "read_package" }),
  route(`${PACKAGES}/:package`, { GET: get, DELETE: remove }, {
    area,
    permission: { GET: "read_package", DELETE: "delete_package" },
  }),
  route(`${PACKAGES}/:package/package_files`, { GET: listFiles }, {
    area,
    permission: "read_package",
  }),
  route(`${PACKAGES}/:package/package_files/:file`, { DELETE: removeFile }, {
    area,
    permission: "delete_package",
  }),
];

function list(context: ProjectContext): Response {
  const params = coerce(context.input, {
    ...PAGE,
    package_type: { type: "string", values: PACKAGE_TYPES },
    package_name: { type: "string" },
    package_version: { type: "string" },
  });
  authorizeReading(context);
  const page = pageOf(params);
  const { packages, total } = context.services.store.packages.list(
    context.project.id,
    {
      type: params.package_type,
      name: params.package_name,
      version: params.package_version,
    },
    page,
  );
  return json(
    packages.map((one) => packageEntity(context, one)),
    200,
    pageHeaders(context, page, total),
  );
}

function get(context: ProjectContext): Response {
  authorizeReading(context);
  return json(packageEntity(context, find(context)));
}

function listFiles(context: ProjectContext): Response {
  const page = pageOf(coerce(context.input, PAGE));
  authorizeReading(context);
  const { id } = find(context);
  const files = context.services.store.packages.files(id);
  return json(
    onPage(files, page).map((file) => fileEntity(id, file)),
    200,
    pageHeaders(context, page, files.length),
  );
}

function remove(context: ProjectContext): Response {
  const { id } = find(context);
  mayRemove(context);
  context.services.store.packages.remove(id);
  return new Response(null, { status: 204 });
}

function removeFile(context: ProjectContext): Response {
  const { id } = find(context);
  mayRemove(context);
  const file = Number(context.variables["file"]);
  if (!context.services.store.packages.removeFile(id, file)) throw notFound();
  return new Response(null, { status: 204 });
}

function mayRemove({ project, level }: ProjectContext): void {
  if (!project.packages || level < LEVEL.maintainer) throw refuseForbidden();
}

function find({ variables, services, project }: ProjectContext): StoredPackage {
  const id = Number(variables["package"]);
  const found = Number.isSafeInteger(id)
    ? services.store.packages.byId(project.id, id)
    : undefined;
  if (found === undefined) throw notFound();
  return found;
}

function packageEntity(
  { services, project }: ProjectContext,
  one: StoredPackage,
) {
  return {
    id: one.id,
    name: one.name,
    version: one.version,
    package_type: one.type,
    status: one.status,
    _links: {
      web_path: new URL(`${webUrl(services, project)}/-/packages/${one.id}`)
        .pathname,
      delete_api_path: `${apiUrl(services, project.id)}/packages/${one.id}`,
    },
    created_at: new Date(one.created_at).toISOString(),
    last_downloaded_at: null,
    tags: [],
  };
}

function fileEntity(packageId: number, file: PackageFile) {
  return {
    id: file.id,
    package_id: packageId,
    created_at: new Date(file.created_at).toISOString(),
    file_name: file.file_name,
    size: file.size,
    file_md5: null,
    file_sha1: null,
    file_sha256: file.sha256,
  };
}
