/**
 * The lock that Deno would write today for what the cells import.
 *
 * @module
 */
import { capturePackages } from "../packages/packages.ts";
import { type Lock, parseLock } from "../packages/lock_file.ts";
import type { ReadableBundle } from "../record/bundle/read.ts";
import { replayConfig } from "./replay_config.ts";
import { makeWorkspace, placeModules } from "./workspace.ts";

/** The newest packages that a run's imports allow; null when they cannot be found out. */
export async function newestLock(bundle: ReadableBundle): Promise<Lock | null> {
  const workspace = await makeWorkspace(bundle.manifest, undefined);
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
    await Deno.remove(workspace.root, { recursive: true });
  }
}
