/**
 * The run's packages: its lock made again from valid names, everything fetched and checked before the first cell.
 *
 * @module
 */
import { messageOf } from "../../base/errors.ts";
import { emptyLock, type Lock, parseLock } from "../../packages/lock_file.ts";
import { rebuildLock } from "../../packages/rebuild_lock.ts";
import { registryLock, resolvedLock } from "../../packages/registry_lock.ts";
import type { ReadableBundle } from "../../record/bundle/read.ts";
import { importedPackages } from "../replay/preload.ts";
import type { Workspace } from "../replay/workspace.ts";
import { fetchAll, plainFetching, writeConfig } from "./fetch_packages.ts";
import { otherHosts, unlockedImports, withRegistry } from "./lock_checks.ts";
import type {
  PlacedPackages,
  PlacePackagesOptions,
} from "./placed_packages.ts";

/** So many entries of a lock that are refused are named. */
const MAX_NAMED = 5;

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
