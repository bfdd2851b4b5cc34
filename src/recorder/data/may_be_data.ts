/**
 * Which files can be data at all: neither code, nor configuration, nor what belongs to the system, to Deno or to
 * nbtrack.
 *
 * @module
 */
import { basename, dirname, isAbsolute, relative } from "node:path";
import { fromFileUrl } from "../../base/file_urls.ts";
import { type OwnFolder, ownFolders } from "../../base/own_folders.ts";

/** nbtrack's own code: what it reads of itself is not the user's, what else lies in a checkout of it may be. */
const OWN_CODE = fromFileUrl(new URL("../../", import.meta.url));
/** Files that say how code runs, and are kept with the packages. */
const CONFIG = new Set(
  "deno.json deno.jsonc deno.lock package.json package-lock.json .npmrc tsconfig.json jsconfig.json .netrc .git"
    .split(" "),
);
/** Variables of the environment: nbtrack looks for those beside a notebook, too. */
const VARIABLES = /^\.env(?:\.|$)/;
/** Modules are kept as such; of files called `.map` those beside code say where it comes from. */
const MODULE = /\.(?:[cm]?[jt]sx?|wasm|node|(?:[cm]?[jt]sx?|css|wasm)\.map)$/i;
/** Folders of the system, which are no data, but for drives that are put in and for memory that is shared. */
const SYSTEM =
  /^\/(?:proc|sys|dev(?!\/shm\/)|etc|usr|bin|sbin|boot|lib(?:32|64)?|run(?!\/media\/)|var\/run(?!\/media\/))(?:\/|$)/;

/** Says of absolute paths whether they can be data of a session; with `config`, also whether they may be its code or configure it. */
export function dataJudge(
  { home, cwd, notebook, config = false }: {
    /** nbtrack's folder. */
    home: string;
    /** The session's folder. */
    cwd: string;
    /** The session's notebook. */
    notebook: string | null;
    config?: boolean;
  },
): (path: string) => boolean {
  // Deno's own folder: packages are no data.
  const cache = ownFolders(cwd).find((f) => f.kind === "cache")?.path;
  const folders = [OWN_CODE, home, cache].filter((f) => f !== undefined);
  return (path) =>
    path !== notebook && (config || !isConfig(basename(path))) &&
    (config || !MODULE.test(path)) &&
    !SYSTEM.test(path.replaceAll("\\", "/")) &&
    !/[\\/](?:node_modules|\.git)[\\/]/.test(path) &&
    !path.endsWith(".ipynb") &&
    !folders.some((folder) => isWithin(folder, path));
}

function isConfig(name: string): boolean {
  return CONFIG.has(name) || VARIABLES.test(name);
}

/**
 * Whether a folder belongs to the project that a notebook is of: it lies in the notebook's folder, or in the one above
 * unless that holds more than a project (it is the home or the temporary folder, or holds one of them). Of any other
 * folder that is listed nothing is taken: most of it was not read.
 */
export function isOfProject(
  folder: string,
  cwd: string,
  own: readonly OwnFolder[] = ownFolders(cwd),
): boolean {
  const above = dirname(cwd);
  const isWide = own.some(({ kind, path }) =>
    kind !== "work folder" && isWithin(above, path)
  );
  const project = isWide ? cwd : above;
  return project !== dirname(project) && isWithin(project, folder) &&
    !/(?:^|[\\/])\.[^.\\/]/.test(relative(cwd, folder));
}

/** Whether a path is that of a module with code. */
export function isCode(path: string): boolean {
  return MODULE.test(path);
}

/** Whether a path lies in a folder, or is it. */
export function isWithin(folder: string, path: string): boolean {
  const inside = relative(folder, path);
  return inside === "" || (!inside.startsWith("..") && !isAbsolute(inside));
}
