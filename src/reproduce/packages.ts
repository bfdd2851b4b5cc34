/**
 * The run's packages: its lock made again from valid names, everything fetched and checked before the first cell.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { messageOf } from "../base/errors.ts";
import { runProcess } from "../base/process.ts";
import { quote } from "../base/quote.ts";
import { VERSION } from "../base/version.ts";
import { mergeLocks, sliceLock } from "../packages/lock.ts";
import { emptyLock, type Lock, parseLock } from "../packages/lock_file.ts";
import { npmIdParts, rebuildLock } from "../packages/rebuild_lock.ts";
import {
  denoSays,
  registryLock,
  resolvedLock,
} from "../packages/registry_lock.ts";
import type { PROJECT_FILES } from "../record/bundle/manifest.ts";
import type { ReadableBundle } from "../record/bundle/read.ts";
import { cellName } from "../record/cell_name.ts";
import { lessonsBeside, OWN_MODULE } from "./replay/own_module.ts";
import { importedPackages, preload, preloadOwn } from "./replay/preload.ts";
import { type ReplayConfig, specifiersIn } from "./replay/replay_config.ts";
import type { Cause, SandboxSurroundings } from "./replay/types.ts";
import type { Workspace } from "./replay/workspace.ts";

/** How long fetching may take, milliseconds. */
const FETCH_TIMEOUT_MS = 300_000;
/** So many entries of a lock that are refused are named. */
const MAX_NAMED = 5;
/** Longest lock that is read back, bytes. */
const MAX_LOCK_BYTES = 64 << 20;

/** What is needed to put packages in place. */
export interface PlacePackagesOptions {
  /** The Deno that fetches. */
  denoPath: string;
  /** The configuration of the replay. */
  config: ReplayConfig;
  /** The text of the lock; null when there is none. */
  lock: string | null;
  /** Takes the newest packages that the imports allow in place of the recorded ones. */
  newest: boolean;
  /** A sandbox: its cache is filled, and its configuration is written where its cells cannot change it. */
  sandbox?: SandboxSurroundings | undefined;
  /** Hosts whose modules a sandbox may import. */
  hosts?: readonly string[] | undefined;
}

/** What became of the packages. */
export interface PlacedPackages {
  /** Why the replay cannot be run. */
  failures: Cause[];
  /** What the lock had before anything was added. */
  lock: Lock;
  /** Whether imports that the lock does not know are refused. */
  frozen: boolean;
  /** What nbtrack itself added to the lock. */
  owned: ReadonlySet<string>;
  /** The lock that the cells can write; null when they cannot. */
  lockPath: string | null;
}

/** Where Deno reads configuration and lock, and how it is asked to fetch. */
interface Fetching {
  folder: string;
  /** The configuration's path. */
  config: string;
  lock: string;
  module: string;
  env: Record<string, string> | undefined;
}

/**
 * Where a plain replay has its configuration and lock: in the notebook's folder under the names they had there, since a
 * cell may list it; what it did not have lies beside it.
 */
function plainFetching(
  { config, manifest: { project_files } }: ReadableBundle,
  { root, cwd, own }: Workspace,
): Fetching {
  const had = (name: (typeof PROJECT_FILES)[number]) =>
    project_files === null || project_files.includes(name);
  const name = had("deno.json") || !had("deno.jsonc")
    ? "deno.json"
    : "deno.jsonc";
  // Deno also finds one in the folder above; relative names in a user's own are from where it lies.
  const folder = had(name) || config !== null ? cwd : root;
  return {
    folder: cwd,
    config: `${folder}/${name}`,
    lock: `${had("deno.lock") ? cwd : own}/deno.lock`,
    module: OWN_MODULE,
    env: undefined,
  };
}

/** Writes `deno.json` and `deno.lock` of the replay, fetches every package of the lock and checks its integrity. */
export async function placePackages(
  bundle: ReadableBundle,
  workspace: Workspace,
  options: PlacePackagesOptions,
): Promise<PlacedPackages> {
  const { sandbox } = options;
  const fetching = sandbox === undefined ? plainFetching(bundle, workspace) : {
    folder: sandbox.config,
    config: `${sandbox.config}/deno.json`,
    lock: `${sandbox.config}/deno.lock`,
    module: sandbox.module,
    env: sandbox.fetchEnv,
  };
  const result = (
    failures: readonly string[],
    lock: Lock,
    more: Partial<PlacedPackages> = {},
  ): PlacedPackages => ({
    failures: failures.map((what) => ({ dimension: "packages", what })),
    lock,
    frozen: true,
    owned: new Set(),
    lockPath: sandbox === undefined ? fetching.lock : null,
    ...more,
  });
  const scratch = `${sandbox?.root ?? workspace.own}/registry`;
  let lock = emptyLock();
  try {
    if (options.newest) {
      if (sandbox !== undefined) {
        const newest = await resolvedLock(
          [...importedPackages(bundle, options.config)],
          { folder: `${scratch}/newest`, env: fetching.env },
        );
        lock = rebuildLock(newest).lock;
      }
    } else if (options.lock !== null) {
      const { lock: rebuilt, refused } = rebuildLock(parseLock(options.lock));
      if (refused.length > 0) return result(refused.slice(0, MAX_NAMED), lock);
      lock = rebuilt;
    }
    const unlocked = options.newest && sandbox === undefined
      ? []
      : unlockedImports(bundle, lock, options.config);
    const needed = unlocked.filter(({ cell }) => !cell.failed);
    const failures = needed.map(({ specifier, cell }) =>
      `the lock has no ${specifier}, which cell ${cell.name} imports`
    );
    if (sandbox !== undefined) failures.push(...otherHosts(lock, options));
    if (failures.length > 0) return result(failures, lock);
    await sandbox?.seed(lock);
    const known = await registryLock(Object.keys(lock.npm), {
      folder: `${scratch}/exact`,
      env: fetching.env,
    });
    const checked = withRegistry(lock, known);
    if (checked.contradictions.length > 0) {
      return result(checked.contradictions, lock);
    }
    lock = checked.lock;
    const frozen = sandbox !== undefined ||
      !options.newest && unlocked.length === 0;
    const fetched = await fetchAll(bundle, lock, fetching, options, workspace);
    await writeConfig(fetching, options.config, frozen);
    return result(fetched.failures, lock, { frozen, owned: fetched.owned });
  } catch (error) {
    return result([messageOf(error)], lock);
  }
}

async function fetchAll(
  bundle: ReadableBundle,
  lock: Lock,
  fetching: Fetching,
  options: PlacePackagesOptions,
  { own }: Workspace,
): Promise<{ failures: string[]; owned: Set<string> }> {
  const { sandbox, hosts = [] } = options;
  const { folder, module, env } = fetching;
  const target = sandbox === undefined ? own : folder;
  const newest = options.newest && sandbox === undefined;
  const modules = { module, sandbox: sandbox !== undefined };
  const cache = async (name: string, text: string, flags: string[] = []) => {
    await Deno.writeTextFile(`${target}/${name}`, text);
    const { success, stderr } = await runProcess(options.denoPath, {
      args: [
        "cache",
        "--quiet",
        "--node-modules-dir=none",
        `--config=${fetching.config}`,
        ...sandbox === undefined || hosts.length === 0
          ? []
          : [`--allow-import=${hosts.join(",")}`],
        ...flags,
        `${target}/${name}`,
      ],
      cwd: folder,
      env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1", ...env },
      clearEnv: env !== undefined,
      signal: AbortSignal.timeout(FETCH_TIMEOUT_MS),
    });
    return success ? null : denoSays(stderr);
  };
  await writeConfig(fetching, options.config, false);
  // Where Deno has to add nbtrack's own packages to a lock, it also puts two versions of one package together.
  const ownLock = `${target}/nbtrack.lock`;
  const failed = await cache("own.ts", preloadOwn(modules), [
    `--lock=${ownLock}`,
    "--frozen=false",
  ]);
  if (failed !== null) return { failures: [failed], owned: new Set() };
  const whole = mergeLocks(
    lock,
    existsSync(ownLock) ? await readLock(ownLock) : emptyLock(),
  );
  await Deno.writeTextFile(
    fetching.lock,
    `${JSON.stringify(newest ? lock : whole, null, 2)}\n`,
  );
  const why = await cache(
    "preload.ts",
    preload(bundle, lock, { newest, ...modules }),
  );
  if (why !== null) return { failures: [why], owned: new Set() };
  if (newest) return { failures: [], owned: new Set() };
  const { contradictions, owned } = compareLocks(
    await readLock(fetching.lock),
    lock,
  );
  return { failures: contradictions, owned };
}

/** The lock as the replay left it: what it has that the recorded one has not, nbtrack's own packages aside. */
export async function unlockedAfter(
  { lock: before, owned, lockPath }: PlacedPackages,
): Promise<string[]> {
  if (lockPath === null) return [];
  let after: Lock;
  try {
    after = await readLock(lockPath);
  } catch (error) {
    return [`deno.lock of the replay cannot be read: ${messageOf(error)}`];
  }
  return Object.keys(after.specifiers)
    .filter((key) => !(key in before.specifiers) && !owned.has(key))
    .map((key) => `${key} is not in the recorded lock`);
}

async function readLock(path: string): Promise<Lock> {
  const { size, isFile } = await Deno.lstat(path);
  if (!isFile || size > MAX_LOCK_BYTES) {
    throw new RangeError(
      isFile ? `it has ${size} bytes` : "it is no ordinary file",
    );
  }
  return parseLock(await Deno.readTextFile(path));
}

async function writeConfig(
  { config: path, lock }: Fetching,
  config: ReplayConfig,
  frozen: boolean,
): Promise<void> {
  await Deno.writeTextFile(
    path,
    `${
      JSON.stringify(
        {
          ...config,
          nodeModulesDir: "none",
          lock: { path: lock, frozen },
        },
        null,
        2,
      )
    }\n`,
  );
}

/** How a shown configuration names nbtrack while cells run: Deno takes the package of a path into the lock. */
const OWN_PACKAGE = `jsr:@nbtrack/nbtrack@^${VERSION}`;

/**
 * Copies configuration and lock of a sandbox to beside the notebook, where only people and cells read them.
 *
 * @param names what the notebook's folder had, while cells run; default: what people use afterwards
 */
export function showConfig(
  cwd: string,
  { config, module }: SandboxSurroundings,
  names?: readonly string[],
): void {
  for (const name of names ?? ["deno.json", "deno.lock"]) {
    const own = name === "deno.lock" ? "deno.lock" : "deno.json";
    const text = Deno.readTextFileSync(`${config}/${own}`)
      .replaceAll(
        lessonsBeside(module),
        names === undefined
          ? lessonsBeside(OWN_MODULE)
          : `${OWN_PACKAGE}/lessons`,
      )
      .replaceAll(module, names === undefined ? OWN_MODULE : OWN_PACKAGE)
      .replaceAll(`${config}/deno.lock`, "./deno.lock");
    Deno.writeTextFileSync(`${cwd}/${name}`, text);
  }
}

/** Moves the lock of a plain replay that has ended to beside the notebook, so that the folder can be used by hand. */
export function leaveLock(
  { cwd }: Workspace,
  { lockPath }: PlacedPackages,
): void {
  const beside = `${cwd}/deno.lock`;
  const config = `${cwd}/deno.json`;
  if (lockPath === null || lockPath === beside || !existsSync(config)) return;
  if (existsSync(lockPath)) Deno.copyFileSync(lockPath, beside);
  const text = Deno.readTextFileSync(config);
  Deno.writeTextFileSync(config, text.replaceAll(lockPath, "./deno.lock"));
}

interface Unlocked {
  specifier: string;
  cell: { name: string; failed: boolean };
}

/** Imports of packages that the lock does not know. */
function unlockedImports(
  bundle: ReadableBundle,
  lock: Lock,
  { imports = {}, scopes = {} }: ReplayConfig,
): Unlocked[] {
  const known = new Set(
    Object.keys(lock.specifiers).map((key) => packageOf(key)),
  );
  const names = Object.assign({}, ...Object.values(scopes), imports);
  const found: Unlocked[] = [];
  for (const [index, cell] of bundle.cells.entries()) {
    const name = cellName({
      index,
      execution_count: cell.execution_count,
    });
    const failed = cell.outputs.some((o) => o.output_type === "error");
    for (const written of specifiersIn(cell.source)) {
      const specifier = Object.hasOwn(names, written)
        ? names[written]
        : written;
      const wanted = packageOf(specifier);
      if (wanted === null || known.has(wanted)) continue;
      found.push({ specifier, cell: { name, failed } });
    }
  }
  return found;
}

/** `npm:name` or `jsr:name` of a specifier; null for anything else. */
function packageOf(specifier: string): string | null {
  const parts = /^(npm|jsr):\/?((?:@[^/]+\/)?[^/@]+)/.exec(specifier);
  return parts === null ? null : `${parts[1]}:${parts[2]}`;
}

/** Modules of the web come from hosts that the user named, or not at all. */
function otherHosts(
  { remote, redirects }: Lock,
  { hosts = [] }: PlacePackagesOptions,
): string[] {
  const wanted = new Set(
    [...Object.keys(remote), ...Object.entries(redirects).flat()]
      .map((url) => new URL(url).host),
  );
  return [...wanted].filter((host) => !hosts.includes(host)).map((host) =>
    `the run imports modules from ${
      quote(host)
    }: a sandbox fetches them with --allow-net ${host}`
  );
}

/** The lock with the addresses that the registry gives, and what of it the registry contradicts. */
function withRegistry(
  lock: Lock,
  known: Lock,
): { lock: Lock; contradictions: string[] } {
  const entries = new Map(
    Object.entries(known.npm).map(([id, entry]) => [exactId(id), entry]),
  );
  const contradictions: string[] = [];
  const npm = Object.fromEntries(
    Object.entries(lock.npm).map(([id, entry]) => {
      const there = entries.get(exactId(id));
      const { integrity, tarball } = there ?? {};
      if (there === undefined) {
        contradictions.push(`the registry does not have ${id}`);
      } else if (entry.integrity === undefined) {
        contradictions.push(`the lock names no integrity for ${id}`);
      } else if (integrity !== entry.integrity) {
        contradictions.push(
          `${id}: its contents do not have the integrity that the lock names`,
        );
      }
      return [id, tarball === undefined ? entry : { ...entry, tarball }];
    }),
  );
  return { lock: { ...lock, npm }, contradictions };
}

function exactId(id: string): string {
  const parts = npmIdParts(id);
  return parts === null ? id : `${parts.name}@${parts.version}`;
}

/** What Deno changed in the lock: additions for nbtrack itself are its own, all else tells that the lock does not fit. */
function compareLocks(
  after: Lock,
  before: Lock,
): { contradictions: string[]; owned: Set<string> } {
  const owned = Object.keys(after.specifiers).filter((key) =>
    !(key in before.specifiers)
  );
  const own = sliceLock(after, owned);
  const contradictions = Object.entries(before.specifiers)
    .filter(([key, version]) => after.specifiers[key] !== version)
    .map(([key, version]) =>
      `the lock names ${key} ${version}, Deno takes ${
        after.specifiers[key] ?? "nothing"
      }`
    );
  for (const id of Object.keys(after.npm)) {
    if (id in before.npm || id in own.npm) continue;
    contradictions.push(`the lock lacks ${id}, which its packages need`);
  }
  return { contradictions, owned: new Set(owned) };
}
