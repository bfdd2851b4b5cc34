/**
 * The lock that Deno would write today for what the cells import.
 *
 * @module
 */
import { capturePackages } from "../packages/packages.ts";
import { type Lock, parseLock } from "../packages/lock_file.ts";
import { rebuildLock } from "../packages/rebuild_lock.ts";
import { resolvedLock } from "../packages/registry_lock.ts";
import type { ReadableBundle } from "../record/bundle/read.ts";
import { importedPackages } from "./replay/preload.ts";
import { parseConfig, replayConfig } from "./replay/replay_config.ts";
import { removeFolder } from "./replay/remove_folder.ts";
import { placeModules } from "./replay/place_modules.ts";
import { makeWorkspace } from "./replay/workspace.ts";

/** The newest packages that a run's imports allow; null when they cannot be found out. */
export async function newestLock(
  bundle: ReadableBundle,
  { sandbox = false }: { sandbox?: boolean | undefined } = {},
): Promise<Lock | null> {
  if (sandbox) return await newestInSandbox(bundle);
  const workspace = await makeWorkspace(bundle.manifest, {
    dir: undefined,
    closed: false,
  });
  using _ = workspace.atExit;
  try {
    await placeModules(bundle, workspace, { sandbox: false });
    await Deno.writeTextFile(
      `${workspace.cwd}/deno.json`,
      JSON.stringify({
        ...replayConfig(bundle, workspace),
        nodeModulesDir: "none",
      }),
    );
    const found = await capturePackages({
      cells: bundle.cells.map((cell) => cell.source),
      cwd: workspace.cwd,
    });
    return found.packages.length === 0 ? null : parseLock(found.lock);
  } finally {
    removeFolder(workspace.root);
  }
}

/** Nothing but names of packages is taken from a stranger's cells, and no cache but the sandbox's is written. */
async function newestInSandbox(bundle: ReadableBundle): Promise<Lock | null> {
  const { makeBox } = await import("./sandbox/box.ts");
  using box = await makeBox();
  const names = [...importedPackages(bundle, parseConfig(bundle.config))];
  if (names.length === 0) return null;
  const found = await resolvedLock(names, {
    folder: `${box.root}/newest`,
    env: box.fetchEnv,
  });
  return rebuildLock(found).lock;
}
