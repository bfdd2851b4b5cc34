/**
 * The configuration that a kernel started in a folder reads: `deno.json` or `package.json`, the workspace
 * around it, the lock.
 *
 * @module
 */
import { isPresent } from "../base/files.ts";
import { z } from "../base/zod.ts";
import {
  ancestors,
  hasFile,
  type MissingConfig,
  parentOf,
  readJson,
} from "./config_files.ts";
import { toFileUrl } from "../base/file_urls.ts";
import { matchesQuick } from "../base/quick_glob.ts";

const stringRecord = z.record(z.string(), z.string());

const configSchema = z.looseObject({
  imports: stringRecord.optional(),
  scopes: z.record(z.string(), stringRecord).optional(),
  importMap: z.string().optional(),
  links: z.array(z.string()).optional(),
  workspace: z.union([
    z.array(z.string()),
    z.looseObject({ members: z.array(z.string()).optional() }),
  ]).optional(),
  lock: z.union([
    z.boolean(),
    z.string(),
    z.looseObject({ path: z.string().optional() }),
  ]).optional(),
  nodeModulesDir: z.union([z.boolean(), z.string()]).optional(),
  compilerOptions: z.looseObject({}).optional(),
  unstable: z.array(z.string()).optional(),
});

const importMapSchema = configSchema.pick({ imports: true, scopes: true });

const packageSchema = z.looseObject({
  dependencies: stringRecord.optional(),
  devDependencies: stringRecord.optional(),
  optionalDependencies: stringRecord.optional(),
});

/** What of a `deno.json` is read. */
export type DenoConfig = z.infer<typeof configSchema>;

/** A configuration file and where it lies. */
export interface ConfigFile {
  path: string;
  /** What its relative paths are relative to. */
  base: URL;
  config: DenoConfig;
}

/** Everything that decides how a notebook's imports resolve. */
export interface NotebookConfig {
  /** The `deno.json` that Deno finds from the folder; null when there is none. */
  file: ConfigFile | null;
  /** The workspace's root, when `file` is a member of one. */
  root: ConfigFile | null;
  /** An import map of a file of its own (`"importMap"`). */
  importMap: ConfigFile | null;
  /** The lock the kernel reads and writes; null when it has none. */
  lockPath: string | null;
  /** Dependencies of the `package.json` beside the configuration: name to `npm:` specifier. */
  packageJson: ReadonlyMap<string, string>;
  /** The `node_modules` folder the kernel loads from; null when it uses the cache. */
  nodeModules: string | null;
  /** What could not be read. */
  missing: MissingConfig[];
}

/** Reads the configuration of a notebook's folder. Files that cannot be read are named in `missing`. */
export function readNotebookConfig(cwd: string): NotebookConfig {
  const missing: MissingConfig[] = [];
  const folders = [...ancestors(cwd)];
  const folder = folders.find((dir) =>
    configIn(dir) !== null || hasFile(dir, PACKAGE)
  );
  const path = folder === undefined ? null : configIn(folder);
  const file = path === null ? null : readConfig(path, missing);
  const root = file === null || folder === undefined
    ? null
    : workspaceRoot(folder, missing);
  const top = root ?? file;
  const packageJson = folder === undefined
    ? null
    : readPackageJson(folder, missing);
  const mapFile = top?.config.importMap;
  return {
    file,
    root,
    importMap: top === null || mapFile === undefined
      ? null
      : readImportMap(top, mapFile, missing),
    lockPath: lockOf(top, folder),
    packageJson: packageJson ?? new Map(),
    nodeModules: nodeModulesOf(top, folder, packageJson !== null),
    missing,
  };
}

/** Whether what an import map names is a file that is not there. @param file The map's own path */
export function isFileGone(target: unknown, file: string): boolean {
  if (typeof target !== "string" || !/^(?:\.{0,2}\/|file:)/.test(target)) {
    return false;
  }
  const url = URL.parse(target, toFileUrl(file));
  return url !== null && !isPresent(url);
}

const PACKAGE = "package.json";

function configIn(dir: string): string | null {
  const name = ["deno.json", "deno.jsonc"].find((name) => hasFile(dir, name));
  return name === undefined ? null : `${dir}/${name}`;
}

function readConfig(
  path: string,
  missing: MissingConfig[],
): ConfigFile | null {
  const config = readJson(path, configSchema, missing);
  return config === null ? null : { path, base: toFileUrl(path), config };
}

function readImportMap(
  top: ConfigFile,
  mapFile: string,
  missing: MissingConfig[],
): ConfigFile | null {
  const base = new URL(mapFile, top.base);
  if (base.protocol !== "file:") {
    missing.push({
      what: "import map",
      why: `${mapFile} is not a local file`,
    });
    return null;
  }
  const config = readJson(base, importMapSchema, missing);
  return config === null ? null : { path: mapFile, base, config };
}

function readPackageJson(
  dir: string,
  missing: MissingConfig[],
): Map<string, string> | null {
  if (!hasFile(dir, PACKAGE)) return null;
  const json = readJson(`${dir}/${PACKAGE}`, packageSchema, missing);
  const all = {
    ...json?.optionalDependencies,
    ...json?.devDependencies,
    ...json?.dependencies,
  };
  const entries = Object.entries(all).flatMap(
    ([name, range]): [string, string][] => {
      if (/^(?:npm|jsr):/.test(range)) return [[name, range]];
      if (/^(?:file|link|workspace|git|https?|catalog)[:+]/.test(range)) {
        return [];
      }
      return [[name, `npm:${name}@${range}`]];
    },
  );
  return new Map(entries);
}

/** The configuration above that names this folder as a member of its workspace. */
function workspaceRoot(
  folder: string,
  missing: MissingConfig[],
): ConfigFile | null {
  for (const dir of [...ancestors(folder)].slice(1)) {
    const path = configIn(dir);
    if (path === null) continue;
    const file = readConfig(path, missing);
    const { workspace } = file?.config ?? {};
    if (workspace === undefined) continue;
    const members = Array.isArray(workspace) ? workspace : workspace.members;
    const inside = folder.slice(dir.length).replaceAll("\\", "/").replace(
      /^\/|\/$/g,
      "",
    );
    const member = (members ?? []).some((pattern) =>
      matchesQuick(inside, pattern.replace(/^\.\//, "").replace(/\/$/, ""))
    );
    if (member) return file;
  }
  return null;
}

function lockOf(top: ConfigFile | null, folder: string | undefined) {
  const { lock } = top?.config ?? {};
  if (lock === false || folder === undefined) return null;
  const named = typeof lock === "string"
    ? lock
    : typeof lock === "object"
    ? lock.path
    : undefined;
  const dir = top === null ? folder : parentOf(top.path);
  if (named === undefined) return `${dir}/deno.lock`;
  return /^(?:\/|[a-z]:[/\\])/i.test(named) ? named : `${dir}/${named}`;
}

function nodeModulesOf(
  top: ConfigFile | null,
  folder: string | undefined,
  hasPackageJson: boolean,
): string | null {
  const mode = top?.config.nodeModulesDir;
  const used = mode === undefined
    ? hasPackageJson
    : mode !== "none" && mode !== false;
  return used && folder !== undefined
    ? `${top === null ? folder : parentOf(top.path)}/node_modules`
    : null;
}
