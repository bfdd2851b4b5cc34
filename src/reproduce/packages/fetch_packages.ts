/**
 * Fetching every package of a lock, and nbtrack's own, before the first cell.
 *
 * @module
 */
import { isPresent } from "../../base/files.ts";
import { runProcess } from "../../base/process.ts";
import { mergeLocks } from "../../packages/lock.ts";
import { emptyLock, type Lock, parseLock } from "../../packages/lock_file.ts";
import { denoSays } from "../../packages/registry_lock.ts";
import type { PROJECT_FILES } from "../../record/bundle/manifest.ts";
import type { ReadableBundle } from "../../record/bundle/read.ts";
import { OWN_MODULE } from "../replay/own_module.ts";
import { preload, preloadOwn } from "../replay/preload.ts";
import type { ReplayConfig } from "../replay/replay_config.ts";
import type { Workspace } from "../replay/workspace.ts";
import { compareLocks } from "./lock_checks.ts";
import type { PlacePackagesOptions } from "./placed_packages.ts";

/** How long fetching may take, milliseconds. */
const FETCH_TIMEOUT_MS = 300_000;

/** Longest lock that is read back, bytes. */
const MAX_LOCK_BYTES = 64 << 20;

/** Where Deno reads configuration and lock, and how it is asked to fetch. */
export interface Fetching {
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
export function plainFetching(
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

/** Fetches everything, and compares the lock with what Deno makes of it. */
export async function fetchAll(
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
    isPresent(ownLock) ? await readLock(ownLock) : emptyLock(),
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

/** @throws {RangeError} when it is too long, or no ordinary file */
export async function readLock(path: string): Promise<Lock> {
  const { size, isFile } = await Deno.lstat(path);
  if (!isFile || size > MAX_LOCK_BYTES) {
    throw new RangeError(
      isFile ? `it has ${size} bytes` : "it is no ordinary file",
    );
  }
  return parseLock(await Deno.readTextFile(path));
}

/** Writes the configuration of the replay. */
export async function writeConfig(
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
