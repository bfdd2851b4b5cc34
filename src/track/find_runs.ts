/**
 * Earlier runs in a notebook, as rows and side by side.
 *
 * Imported inside cells: what reads runs is loaded when it is called.
 *
 * @module
 */
import { inCell, NbtrackError } from "../base/errors.ts";
import { lazyImport } from "../base/lazy.ts";
import type {
  ComparedRuns,
  RunEntry,
  RunsOptions,
  RunToCompare,
} from "../record/listed_types.ts";
import {
  givenText,
  type KnownOption,
  refuseWrong,
  TEXT_OPTION,
  wholeOption,
} from "../base/known_options.ts";

type Readers = typeof import("../view/runs_in_cell.ts");

const OPTIONS: Record<keyof RunsOptions, KnownOption> = {
  filter: TEXT_OPTION,
  sort: TEXT_OPTION,
  limit: wholeOption(1),
};

/**
 * The runs of an experiment as rows, newest first: plain objects with a column for each param, metric and tag. As a
 * cell's last value they show themselves as a table with the best value of each metric marked.
 *
 * @param experiment Its name, or its address on GitLab or an MLflow server. Without one, every run on this machine.
 * @param options Which runs, and in which order.
 * @throws {QueryError} when filter or sort cannot be understood
 * @throws {NbtrackError} when an option is not known, or not what it takes
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
  return await inCell(async () => {
    if (experiment !== undefined && typeof experiment !== "string") {
      throw new NbtrackError(
        `runs() takes the experiment's name first, a text; it was given ${
          givenText(experiment)
        }.`,
        {
          hint:
            'Write runs("penguins-knn", { limit: 5 }), or runs() for every run.',
        },
      );
    }
    refuseWrong("runs()", options, OPTIONS);
    return await (await readers()).runsInCell(experiment, options);
  });
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
  return await inCell(async () =>
    await (await readers()).compareInCell(toCompare)
  );
}

function readers(): Promise<Readers> {
  return lazyImport<Readers>("../view/runs_in_cell.ts", import.meta.url);
}
