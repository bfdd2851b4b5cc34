/**
 * An earlier run in a notebook: to compare with it, or to go on from it.
 *
 * Imported inside cells: what reads the run is loaded when `load()` is called.
 *
 * @module
 */
import { lazyImport } from "../base/lazy.ts";

import type { LoadedRun, LoadOptions } from "./loaded_types.ts";

export type {
  LoadedArtifact,
  LoadedCell,
  LoadedDataset,
  LoadedPoint,
  LoadedRun,
  LoadOptions,
} from "./loaded_types.ts";

/**
 * Loads an earlier run: from this machine's journal, or from GitLab by its address.
 *
 * @param run Its id or the beginning of it, `last`, its name within an experiment, or its address on GitLab.
 * @param options In which experiment a name is meant.
 * @returns The run as it was recorded.
 * @throws {RunNotFoundError} naming the nearest one
 *
 * @example Usage
 * ```ts no-eval
 * import { load, track } from "@nbtrack/nbtrack";
 *
 * const old = await load("3f2a");
 * const run = await track("penguins-knn", { params: { k: 7 }, from: old });
 * ```
 */
export async function load(
  run: string,
  options: LoadOptions = {},
): Promise<LoadedRun> {
  const { loadRun } = await lazyImport<typeof import("./loaded_run.ts")>(
    "./loaded_run.ts",
    import.meta.url,
  );
  return await loadRun(run, options);
}
