/**
 * The module graph of what a session's cells import, with a lock of exactly the versions their kernel uses.
 *
 * @module
 */
import type { CellImports } from "./cell_imports.ts";
import type { MissingConfig } from "./config_files.ts";
import { toFileUrl } from "../base/file_urls.ts";
import { mergeLocks } from "./lock.ts";
import { formatLock, isLockError, type Lock, parseLock } from "./lock_file.ts";
import {
  denoInfo,
  type DenoInfoOptions,
  type Dependency,
  isDenoInfoError,
  type Module,
  type ModuleGraph,
} from "./deno_info.ts";

/** One module that cells ask for, as an absolute specifier. */
export interface AskedModule {
  /** Absolute: a `file:` URL, `npm:…`, `https:…`, `node:…`, or a bare name of the import map. */
  specifier: string;
  /** The `type` of its import attributes. */
  attribute: string | null;
  /** Whether its version is fixed already, so that the order of the cells does not matter for it. */
  decided: boolean;
}

/** What is reached from the cells. */
export interface Reached {
  modules: ReadonlyMap<string, Module>;
  /** What the cells ask for, by specifier. */
  index: ReadonlyMap<string, Dependency>;
  redirects: ReadonlyMap<string, string>;
  missing: MissingConfig[];
}

/** Options of {@linkcode reachModules}. */
export interface ReachOptions extends DenoInfoOptions {
  /** The lock that is read and extended. */
  lock: string;
  /**
   * Whether to let the lock grow cell by cell, as the kernel resolved: a version that an earlier cell chose
   * serves later ones.
   */
  inOrder: boolean;
}

/** Which parts of the graph are given up, in order, when Deno does not answer in time. */
const RETREATS = [[], ["--no-remote"], ["--no-remote", "--no-npm"]] as const;

/** More resolutions than this are not done one after the other. */
const MAX_STEPS = 40;

/**
 * Resolves what cells ask for, in the order of the cells.
 *
 * A package that cannot be had is named in `missing`; the others are resolved without it, because Deno
 * resolves the packages of a graph all together or not at all.
 *
 * @param folder a folder of ours for the index files
 */
export async function reachModules(
  cells: readonly AskedModule[][],
  folder: string,
  options: ReachOptions,
): Promise<Reached> {
  const end = performance.now() + options.timeout_ms;
  const missing: MissingConfig[] = [];
  const asked = new Map<string, AskedModule>();
  const failed = new Set<string>();
  let retreat = 0;

  const file = `${folder}/index.ts`;
  const indexUrl = toFileUrl(file).href;
  const read = async (wanted: Iterable<AskedModule>): Promise<ModuleGraph> => {
    await Deno.writeTextFile(file, indexOf(wanted));
    for (;; retreat++) {
      const left = end - performance.now();
      const last = retreat >= RETREATS.length - 1;
      try {
        const before = await readLock(options.lock);
        const graph = await denoInfo(file, {
          ...options,
          flags: RETREATS[Math.min(retreat, RETREATS.length - 1)] ?? [],
          timeout_ms: Math.round(last ? Math.max(left, 5000) : left / 2),
        });
        const after = await readLock(options.lock);
        if (before !== null && after !== null) {
          const text = formatLock(mergeLocks(before, after));
          await Deno.writeTextFile(options.lock, text);
        }
        return graph;
      } catch (e) {
        if (!isDenoInfoError(e) || !e.timedOut || last) throw e;
        missing.push({
          what: retreat === 0 ? "remote modules" : "npm packages",
          why:
            `the network did not answer in time, so they were left out of the packages`,
        });
      }
    }
  };

  const index = new Map<string, Dependency>();
  const steps = stepsOf(cells, options.inOrder);
  let graph: ModuleGraph = { modules: [], redirects: {} };
  for (const step of steps) {
    for (const one of step) asked.set(one.specifier, one);
    graph = await read(good(asked, failed));
    const root = graph.modules.find((m) => m.specifier === indexUrl);
    for (const d of root?.dependencies ?? []) index.set(d.specifier, d);
    let packages = graph;
    while (npmErrors(packages).length > 0 && retreat < 2) {
      for (const { specifier, error = "" } of npmErrors(packages)) {
        if (!failed.has(specifier)) {
          missing.push({ what: specifier, why: firstLine(error) });
        }
        failed.add(specifier);
      }
      packages = await read(packagesIn(graph, failed));
    }
    if (packages !== graph) graph = merged(graph, packages);
  }
  return {
    modules: new Map(graph.modules.map((m) => [m.specifier, m])),
    index,
    redirects: new Map(Object.entries(graph.redirects)),
    missing,
  };
}

/** The absolute requests of each cell; imports that lead nowhere are left to Deno to name. */
export function askedOf(
  cell: CellImports,
  options: AskedOptions,
): AskedModule[] {
  const { cwd, packageJson, isDecided } = options;
  return cell.imports.map(({ specifier, resolved, attribute }) => {
    const name = /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier;
    const packaged = resolved === null ? packageJson.get(name) : undefined;
    const absolute = /^(?:\.{0,2}\/|\.{1,2}$)/.test(specifier)
      ? new URL(specifier, cwd).href
      : packaged === undefined
      ? specifier
      : packaged + specifier.slice(name.length);
    return {
      specifier: absolute,
      attribute,
      decided: isDecided(packaged ?? resolved ?? absolute),
    };
  });
}

/** Options of {@linkcode askedOf}. */
export interface AskedOptions {
  /** The notebook's folder, with a slash at the end. */
  cwd: URL;
  /** What bare names mean that only a `package.json` knows. */
  packageJson: ReadonlyMap<string, string>;
  /** Whether the version of a request is fixed already. */
  isDecided: (request: string) => boolean;
}

function stepsOf(
  cells: readonly AskedModule[][],
  inOrder: boolean,
): AskedModule[][] {
  if (!inOrder) return [cells.flat()];
  const seen = new Set<string>();
  const steps: AskedModule[][] = [];
  for (const cell of cells) {
    const fresh = cell.filter(({ specifier }) => !seen.has(specifier));
    for (const { specifier } of fresh) seen.add(specifier);
    if (fresh.length === 0) continue;
    const last = steps.at(-1);
    const resolves = fresh.some(({ decided }) => !decided);
    if (last !== undefined && (!resolves || steps.length >= MAX_STEPS)) {
      last.push(...fresh);
    } else steps.push(fresh);
  }
  return steps;
}

function indexOf(wanted: Iterable<AskedModule>): string {
  let text = "";
  for (const { specifier, attribute } of wanted) {
    // Deno's graph knows no raw bytes; as text the file is found all the same.
    const type = attribute === "bytes" ? "text" : attribute;
    const attributes = type === null
      ? ""
      : ` with { type: ${JSON.stringify(type)} }`;
    text += `import ${JSON.stringify(specifier)}${attributes};\n`;
  }
  return text;
}

function* good(
  asked: ReadonlyMap<string, AskedModule>,
  failed: ReadonlySet<string>,
): Generator<AskedModule> {
  for (const one of asked.values()) if (!failed.has(one.specifier)) yield one;
}

function npmErrors(graph: ModuleGraph): Module[] {
  return graph.modules.filter((m) =>
    m.error !== undefined && m.specifier.startsWith("npm:")
  );
}

/** The packages that a graph imports anywhere, without those that cannot be had. */
function packagesIn(
  graph: ModuleGraph,
  failed: ReadonlySet<string>,
): AskedModule[] {
  const packages = new Set<string>();
  for (const { dependencies } of graph.modules) {
    for (const { code } of dependencies) {
      const to = code?.specifier ?? "";
      if (/^(?:npm|jsr):/.test(to) && !failed.has(to)) packages.add(to);
    }
  }
  return [...packages].map((specifier) => ({
    specifier,
    attribute: null,
    decided: true,
  }));
}

/** The modules of a graph, and the packages of another one that could be resolved. */
function merged(graph: ModuleGraph, packages: ModuleGraph): ModuleGraph {
  const known = new Set(graph.modules.map((m) => m.specifier));
  return {
    modules: [
      ...graph.modules,
      ...packages.modules.filter((m) => !known.has(m.specifier)),
    ],
    redirects: { ...graph.redirects, ...packages.redirects },
  };
}

/** The lock so far; null when there is none, or one of an older version that Deno will write anew. */
async function readLock(path: string): Promise<Lock | null> {
  try {
    return parseLock(await Deno.readTextFile(path));
  } catch (e) {
    if (e instanceof Deno.errors.NotFound || isLockError(e)) return null;
    throw e;
  }
}

function firstLine(text: string): string {
  return text.split("\n")[0] ?? text;
}
