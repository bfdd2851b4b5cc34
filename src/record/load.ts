/**
 * An earlier run in a notebook: to compare with it, or to go on from it.
 *
 * Imported inside cells: what reads the run is loaded when `load()` is called.
 *
 * @module
 */
import { inCell, NbtrackError } from "../base/errors.ts";
import { givenText, refuseWrong, TEXT_OPTION } from "../base/known_options.ts";
import { lazyImport } from "../base/lazy.ts";

import type { RunToCompare } from "./listed_types.ts";
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
 * @throws {NbtrackError} when it is given something else, or an option that it cannot use
 *
 * @example Usage
 * ```ts no-eval
 * import { load, track } from "@nbtrack/nbtrack";
 *
 * const old = await load("3f2a");
 * const run = await track("penguins-knn", { params: { k: 7 }, from: old });
 * ```
 */
export function load(run: string, options?: LoadOptions): Promise<LoadedRun>;
/**
 * Loads several earlier runs.
 *
 * @param runs Ids or beginnings of them, addresses, or rows of `runs()`.
 * @param options In which experiment names are meant.
 * @returns The runs as they were recorded, in that order.
 * @throws {RunNotFoundError} naming the nearest one
 * @throws {NbtrackError} when it is given something else, or an option that it cannot use
 *
 * @example Usage
 * ```ts no-eval
 * import { load, runs } from "@nbtrack/nbtrack";
 *
 * for (const run of await load(await runs("penguins-knn", { limit: 3 }))) {
 *   console.log(run.name, await run.points("loss"));
 * }
 * ```
 */
export function load(
  runs: readonly RunToCompare[],
  options?: LoadOptions,
): Promise<LoadedRun[]>;
export async function load(
  run: string | readonly RunToCompare[],
  options: LoadOptions = {},
): Promise<LoadedRun | LoadedRun[]> {
  return await inCell(async () => {
    if (
      typeof run !== "string" &&
      !(Object(run) === run && Symbol.iterator in run)
    ) {
      throw new NbtrackError(
        `load() takes a run's id, its name or its address, or a list of runs; it was given ${
          givenText(run)
        }.`,
        { hint: 'Write load("3f2a"), or load(await runs("penguins-knn")).' },
      );
    }
    refuseWrong("load()", options, { experiment: TEXT_OPTION });
    const { loadRun, loadRuns } = await lazyImport<
      typeof import("./loaded_run.ts")
    >(
      "./loaded_run.ts",
      import.meta.url,
    );
    return typeof run === "string"
      ? await loadRun(run, options)
      : await loadRuns(run, options);
  });
}
