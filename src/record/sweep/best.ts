/**
 * Which combination of a sweep was best, by the mean over its seeds.
 *
 * @module
 */
import { metricOf } from "../query.ts";
import { meanOf, spreadOf } from "../../base/numbers.ts";
import type { Journal } from "../../journal/journal.ts";
import { summaryOfRow } from "../journal_record.ts";
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
  let best: SweepBest | null = null;
  for (
    const group of Map.groupBy(trials, (trial) => trial.combination).values()
  ) {
    const values = group.flatMap(({ n }) =>
      (runs.get(n) ?? []).flatMap((run_id) => {
        const row = journal.runs.get(run_id);
        if (row === undefined || row.status !== "FINISHED") return [];
        const value = metricOf(summaryOfRow(journal, row), metric);
        return value === undefined ? [] : [{ run_id, value }];
      })
    );
    const mean = meanOf(values.map((v) => v.value));
    if (!Number.isFinite(mean)) continue;
    const better = best === null ||
      (direction === "max" ? mean > best.mean : mean < best.mean);
    if (!better) continue;
    best = {
      params: group[0]?.params ?? {},
      run_ids: values.map((v) => v.run_id),
      metric,
      mean,
      std: spreadOf(values.map((v) => v.value), mean),
      n: values.length,
    };
  }
  return best;
}
