/**
 * The best of some runs by a metric.
 *
 * @module
 */
import { fromJsonNumber, type JsonNumber } from "../../base/numbers.ts";
import { ownValue } from "../../base/values.ts";
import { indexOfBestRun, originalValues } from "../../view/best_run.ts";
import { betterEnd } from "../../view/metric_facts.ts";
import type { BestRun } from "./source.ts";

/**
 * The best run by a metric, the first that has it where no better end is known; null when none has it, or none as a
 * finite number. A reproduction whose original has it too is left out.
 */
export function bestRunBy(
  runs: readonly {
    run_id: string;
    name: string;
    reproduces: string | null;
    metrics: Readonly<Record<string, JsonNumber>>;
  }[],
  metric: string,
  end: "low" | "high" | null = betterEnd(metric),
): BestRun | null {
  const ranked = runs.map(({ run_id, reproduces, metrics }) => {
    const own = ownValue(metrics, metric);
    const value = own === undefined ? undefined : fromJsonNumber(own);
    return { run_id, reproduces, value };
  });
  const run = runs[
    end === null
      ? originalValues(ranked).findIndex((value) => value !== undefined)
      : indexOfBestRun(metric, ranked, end)
  ];
  const value = run?.metrics[metric];
  return run === undefined || value === undefined
    ? null
    : { run_id: run.run_id, name: run.name, value };
}
