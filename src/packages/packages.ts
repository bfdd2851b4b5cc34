/**
 * Which packages and local modules the cells of a session import, at exactly which versions.
 *
 * @module
 */
import { removedAtExit } from "../base/at_exit.ts";
import { hasFile, type MissingConfig } from "./config_files.ts";
import { type NotebookConfig, readNotebookConfig } from "./deno_config.ts";
import { folderOf, fromFileUrl, toFolderUrl } from "../base/file_urls.ts";
import {
  type LocalModule,
  MAX_MODULE_BYTES,
  readLocalModules,
} from "./local_modules.ts";
import { lockedVersion, packagesOf, sliceLock } from "./lock.ts";
import { formatLock, type Lock } from "./lock_file.ts";
import { type NamedModule, namedModules } from "./named_modules.ts";
import { usedOtherwise } from "./node_modules.ts";
import { portableConfig, workspaceOf } from "./portable_config.ts";
import {
  type OutsideRequest,
  type ResolvedImport,
  sortModules,
} from "./reached.ts";
import type { CapturePackagesOptions } from "./capture_options.ts";
import { resolveCells } from "./resolve_cells.ts";

export type { CapturePackagesOptions } from "./capture_options.ts";
import { parseSpecifier } from "./specifiers.ts";

/** A package a run used. */
export interface Package {
  /** The package's name; a built-in module (`node:fs`) for `node`, the URL of a module for `https`. */
  name: string;
  /** The exact version; Deno's for `node`; for `https` the one in the URL, else empty. */
  version: string;
  registry: "npm" | "jsr" | "https" | "node";
  /** Integrity as `deno.lock` has it; null for `node` and linked packages. */
  integrity: string | null;
  /** Whether a cell or a local module imports it itself. */
  direct: boolean;
  /** What was asked for, when it is direct: `npm:d3-array@^3`. */
  specifier?: string;
}

/** What the cells of a session load. */
export interface CapturedPackages {
  packages: Package[];
  /** Local files, in the order they are reached; those of nbtrack itself are not among them. */
  modules: LocalModule[];
  /** The text of a `deno.lock` of just these packages. */
  lock: string;
  /** What each import led to. */
  imports: ResolvedImport[];
  /** The `deno.json` a reproduction needs beside the notebook; null when it needs none. */
  config: string | null;
  /** What could not be found out, and why. */
  missing: MissingConfig[];
}

/** Finds out what cells load. Never throws because of what they say: that is named in `missing`. */
export async function capturePackages(
  options: CapturePackagesOptions,
): Promise<CapturedPackages> {
  const { cwd, workDir, ownRoot = new URL("../../", import.meta.url) } =
    options;
  const config = readNotebookConfig(cwd);

  const folder = await Deno.makeTempDir({
    prefix: "nbtrack-",
    ...workDir === undefined ? {} : { dir: workDir },
  });
  using _ = removedAtExit(folder);
  try {
    const folders = { cwd: toFolderUrl(cwd), ownRoot };
    const { found, sorted, local } = await withNamedModules(
      namedModules(options.cells.map(sourceOf), folders.cwd),
      async (cells) => {
        const found = await resolveCells(config, folder, {
          ...options,
          cells: [...options.cells, ...cells],
        });
        const sorted = sortModules(found.asked, found.reached, folders);
        const local = await readLocalModules(
          [...sorted.local, ...linkFiles(config, sorted.local)],
          {
            cwd: folders.cwd,
            maxBytes: options.maxSourceBytes ?? MAX_MODULE_BYTES,
            since_ms: options.since_ms,
          },
        );
        return { found, sorted, local };
      },
      folders.cwd,
    );
    const portable = portableConfig(config, sorted, folders);
    const workspace = workspaceOf(portable, found.lock.workspace);
    const slice = sliceLock(
      found.lock,
      sorted.requests.map((r) => r.specifier).concat(found.remote),
    );
    delete slice.workspace;
    if (workspace !== undefined) slice.workspace = workspace;
    const packages = listPackages(slice, sorted.requests);
    return {
      packages,
      modules: local.modules,
      lock: formatLock(slice),
      imports: sorted.imports,
      config: portable && JSON.stringify(portable, null, 2) + "\n",
      missing: distinct([
        ...config.missing,
        ...changedConfig(config, options.since_ms),
        ...found.missing,
        ...sorted.missing,
        ...local.missing,
        ...usedOtherwise(config.nodeModules, packages),
      ]),
    };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Rounds in which modules name further ones. */
const MAX_ROUNDS = 4;

/** Captures with the modules that texts name, then with those that these name in turn. */
async function withNamedModules<
  T extends { local: { modules: readonly LocalModule[] } },
>(
  named: readonly NamedModule[],
  capture: (cells: { label: string; source: string }[]) => Promise<T>,
  cwd: URL,
): Promise<T> {
  const known = new Map(named.map((module) => [module.url, module]));
  for (let round = 1;; round++) {
    const imports = [...known.keys()].map((url) =>
      `import(${JSON.stringify(url)});`
    );
    const captured = await capture(
      imports.length === 0 ? [] : [{
        label: "the modules that texts name",
        source: imports.join("\n"),
      }],
    );
    const more = captured.local.modules.flatMap(({ path, source, encoding }) =>
      source === null || encoding !== "utf-8"
        ? []
        : namedModules([source], new URL(path, cwd))
    ).filter(({ url }) => !known.has(url));
    if (more.length === 0 || round === MAX_ROUNDS) return captured;
    for (const module of more) known.set(module.url, module);
  }
}

function sourceOf(cell: CapturePackagesOptions["cells"][number]): string {
  return typeof cell === "string" ? cell : cell.source;
}

/** Names and versions from the lock, built-in modules from what is imported. */
function listPackages(
  lock: Lock,
  requests: readonly OutsideRequest[],
): Package[] {
  const direct = new Map<string, string>();
  for (const { specifier } of requests.filter((r) => r.direct).reverse()) {
    const asked = parseSpecifier(specifier);
    if (asked === null) {
      direct.set(`https ${lock.redirects[specifier] ?? specifier}`, specifier);
    } else {
      const version = lockedVersion(lock, specifier);
      direct.set(`${asked.registry} ${asked.name}@${version}`, specifier);
    }
  }
  const locked = packagesOf(lock).map((p): Package => {
    const specifier = direct.get(
      p.registry === "https"
        ? `https ${p.name}`
        : `${p.registry} ${p.name}@${p.version}`,
    );
    return specifier === undefined
      ? { ...p, direct: false }
      : { ...p, direct: true, specifier };
  });
  const builtIn = requests.filter((r) => r.specifier.startsWith("node:")).map((
    { specifier, direct },
  ): Package => ({
    name: specifier,
    version: Deno.version.deno,
    registry: "node",
    integrity: null,
    direct,
    ...direct ? { specifier } : {},
  }));
  return [...locked, ...builtIn];
}

/** Configuration that was edited during the session: the kernel goes on with what it read. */
function changedConfig(
  config: NotebookConfig,
  since_ms: number | undefined,
): MissingConfig[] {
  if (since_ms === undefined) return [];
  return [config.root, config.file, config.importMap].flatMap((file) => {
    if (file === null) return [];
    const changed = Deno.statSync(fromFileUrl(file.base)).mtime?.getTime() ?? 0;
    return changed <= since_ms ? [] : [{
      what: `${file.path.split(/[/\\]/).pop()} as the kernel read it`,
      why:
        "it was changed after the session began and is recorded as it is now",
    }];
  });
}

/** The `deno.json` of each linked package that was reached. */
function linkFiles(
  { file, root }: NotebookConfig,
  local: readonly string[],
): string[] {
  const { base, config } = root ?? file ?? {};
  if (base === undefined) return [];
  return (config?.links ?? []).flatMap((link) => {
    const dir = folderOf(link, base);
    if (!local.some((url) => url.startsWith(dir.href))) return [];
    const name = ["deno.json", "deno.jsonc", "jsr.json"].find((name) =>
      hasFile(fromFileUrl(dir), name)
    );
    return name === undefined ? [] : [new URL(name, dir).href];
  });
}

function distinct(missing: readonly MissingConfig[]): MissingConfig[] {
  const byWhat = new Map<string, MissingConfig>();
  for (const one of missing) {
    if (!byWhat.has(one.what)) byWhat.set(one.what, one);
  }
  return [...byWhat.values()];
}
