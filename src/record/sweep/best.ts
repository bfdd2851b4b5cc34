/**
 * Which combination of a sweep was best, by the mean over its seeds.
 *
 * @module
 */
import { metricOf } from "../query.ts";
import { NbtrackError } from "../../base/errors.ts";
import { spreadOf } from "../../base/numbers.ts";
import type { Journal } from "../../journal/journal.ts";
import { summaryOfRow } from "../journal_record.ts";
import { bestByMean } from "./best_mean.ts";
import type { SweepTrial } from "./space.ts";

/** What is wanted of a metric. */
export interface SweepGoal {
  /** Its key. */
  metric: string;
  direction: "max" | "min";
}

/** The best combination. */
export interface SweepBest {
  params: Record<string, string>;
  run_ids: string[];
  metric: string;
  mean: number;
  /** Over n − 1; null for one value. */
  std: number | null;
  n: number;
}

/** `metrics.accuracy`, or `accuracy`, as a metric's key. */
export function metricKey(text: string): string {
  return text.replace(/^metrics?\./, "").replace(/^[`"](.*)[`"]$/, "$1");
}

/**
 * What `--max` or `--min` names, as a goal.
 *
 * @throws {NbtrackError} when it is no metric
 */
export function parseGoal(
  text: string,
  direction: SweepGoal["direction"],
): SweepGoal {
  const other = /^(param|tag|attribute)s?\./.exec(text)?.[1];
  if (other === undefined) return { metric: metricKey(text), direction };
  throw new NbtrackError(
    `--${direction} compares a metric, and ${text} is ${
      other === "attribute" ? "an" : "a"
    } ${other}.`,
    { hint: "Name a metric that the runs log, such as metrics.accuracy." },
  );
}

/**
 * The combination with the best mean of a metric's last values; null when no run that finished has logged it as a
 * finite number.
 *
 * @param runs the runs of each trial, by its number
 */
export function bestOf(
  journal: Journal,
  trials: readonly SweepTrial[],
  runs: ReadonlyMap<number, readonly string[]>,
  { metric, direction }: SweepGoal,
): SweepBest | null {
  const combinations = Map.groupBy(trials, (trial) => trial.combination);
  const best = bestByMean(
    combinations.values().map((group) => ({
      params: group[0]?.params ?? {},
      values: group.flatMap(({ n }) =>
        (runs.get(n) ?? []).flatMap((run_id) => {
          const row = journal.runs.get(run_id);
          if (row === undefined || row.status !== "FINISHED") return [];
          const value = metricOf(summaryOfRow(journal, row), metric);
          return value === undefined ? [] : [{ run_id, value }];
        })
      ),
    })),
    { direction, valuesOf: ({ values }) => values.map(({ value }) => value) },
  );
  if (best === null) return null;
  const { group: { params, values }, mean } = best;
  return {
    params,
    run_ids: values.map(({ run_id }) => run_id),
    metric,
    mean,
    std: spreadOf(values.map(({ value }) => value), mean),
    n: values.length,
  };
}

/** The best combination as it may be printed. */
export function shownBest(
  best: SweepBest | null,
  journal: Journal,
): SweepBest | null {
  return best && {
    ...best,
    params: Object.fromEntries(
      Object.entries(best.params).map(([key, value]) => [
        key,
        journal.redactor.named(key, value).text,
      ]),
    ),
  };
}
