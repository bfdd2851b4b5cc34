/**
 * The best of some runs by a metric.
 *
 * @module
 */
import { fromJsonNumber, type JsonNumber } from "../../base/numbers.ts";
import { indexOfBest } from "../../view/metric_facts.ts";
import type { BestRun } from "./source.ts";

/** The best run by a metric, the first that has it where no better end is known; null when none has it. */
export function bestRunBy(
  runs: readonly {
    run_id: string;
    name: string;
    metrics: Readonly<Record<string, JsonNumber>>;
  }[],
  metric: string,
): BestRun | null {
  const having = runs.filter((run) => Object.hasOwn(run.metrics, metric));
  const values = having.map((run) =>
    fromJsonNumber(run.metrics[metric] ?? NaN)
  );
  const run = having[indexOfBest(metric, values)] ?? having[0];
  const value = run?.metrics[metric];
  return run === undefined || value === undefined
    ? null
    : { run_id: run.run_id, name: run.name, value };
}
