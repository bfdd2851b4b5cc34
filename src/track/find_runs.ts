/**
 * Earlier runs in a notebook, as rows and side by side.
 *
 * Imported inside cells: what reads runs is loaded when it is called.
 *
 * @module
 */
import { lazyImport } from "../base/lazy.ts";
import type {
  ComparedRuns,
  RunEntry,
  RunsOptions,
  RunToCompare,
} from "../record/listed_types.ts";
import { refuseUnknown } from "./known_options.ts";

type InCell = typeof import("../view/runs_in_cell.ts");

/**
 * The runs of an experiment as rows, newest first: plain objects with a column for each param, metric and tag. As a
 * cell's last value they show themselves as a table with the best value of each metric marked.
 *
 * @param experiment Its name, or its address on GitLab or an MLflow server. Without one, every run on this machine.
 * @param options Which runs, and in which order.
 * @throws {QueryError} when filter or sort cannot be understood
 *
 * @example Usage
 * ```ts no-eval
 * import { runs } from "@nbtrack/nbtrack";
 *
 * const best = await runs("penguins-knn", { sort: "-metrics.accuracy", limit: 5 });
 * for (const run of best) console.log(run["params.k"], run["metrics.accuracy"]);
 * ```
 */
export async function runs(
  experiment?: string,
  options: RunsOptions = {},
): Promise<RunEntry[]> {
  refuseUnknown("runs()", options, ["filter", "sort", "limit"]);
  return await (await inCell()).runsInCell(experiment, options);
}

/**
 * Two or more runs side by side, only what differs. As a cell's last value it shows tables, curves above each other, and
 * what differs in cells.
 *
 * @param toCompare Ids or beginnings of them, addresses, handles, or rows of {@linkcode runs}; at most 50.
 * @throws {RunNotFoundError} naming the nearest one
 *
 * @example Usage
 * ```ts no-eval
 * import { compare, runs } from "@nbtrack/nbtrack";
 *
 * const both = await compare(await runs("penguins-knn", { limit: 2 }));
 * console.log(both.params, await both.points("loss"));
 * ```
 */
export async function compare(
  toCompare: readonly RunToCompare[],
): Promise<ComparedRuns> {
  return await (await inCell()).compareInCell(toCompare);
}

function inCell(): Promise<InCell> {
  return lazyImport<InCell>("../view/runs_in_cell.ts", import.meta.url);
}
