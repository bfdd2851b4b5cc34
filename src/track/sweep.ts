/**
 * `sweep()`: a function run once for each combination of params, each a run of its own below one parent.
 *
 * Imported inside cells: what it needs is loaded when it is called.
 *
 * @module
 */
import { inCell } from "../base/errors.ts";
import { lazyImport } from "../base/lazy.ts";
import type {
  SweepBody,
  SweepInCell,
  SweepOptionsInCell,
  SweepSpaceInCell,
} from "./sweep_types.ts";

/**
 * Runs a function for every combination of some params' values, one after the other, as `nbtrack run --grid` runs a
 * notebook: each is a run with its params and seed, and all of them belong to one run, the sweep's. A run that fails
 * is FAILED, and the others go on.
 *
 * @param space The values of each param.
 * @param body What is done in each run, with its params.
 * @param options The experiment, how often each combination is repeated, and what is best.
 * @returns The combinations with the mean and the spread of what they logged. As a cell's last value a table.
 * @throws {TrackOptionsError} when the space or an option cannot be used
 *
 * @example Usage
 * ```ts no-eval
 * import { sweep } from "@nbtrack/nbtrack";
 *
 * await sweep({ k: [1, 3, 5] }, (run, { k }) => {
 *   run.logMetric("drawn", k + Math.random());
 * }, { experiment: "draws", repeat: 5, max: "drawn" })
 * ```
 */
export async function sweep<const S extends SweepSpaceInCell>(
  space: S,
  body: SweepBody<S>,
  options: SweepOptionsInCell = {},
): Promise<SweepInCell> {
  return await inCell(async () => {
    const { runSweepInCell } = await lazyImport<
      typeof import("./sweep_run.ts")
    >("./sweep_run.ts", import.meta.url);
    return await runSweepInCell(space, body, options);
  });
}
