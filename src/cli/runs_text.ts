/**
 * Runs as a table.
 *
 * @module
 */
import type { RunSummary } from "../runs/summary.ts";
import { ago, duration, metricText } from "./format.ts";
import { table } from "./table.ts";

/** Metrics and params that get a column. */
const MAX_COLUMNS = 8;

/** A table of runs: what they are, then their metrics and what params tell them apart. */
export function runsText(
  runs: readonly RunSummary[],
  width: number,
  now: number = Date.now(),
): string {
  if (runs.length === 0) return "No runs.";
  const metrics = keysByUse(runs, (run) => Object.keys(run.metrics));
  const params = keysByUse(runs, (run) => Object.keys(run.params)).filter((
    key,
  ) =>
    runs.length === 1 || new Set(runs.map((run) => run.params[key])).size > 1
  );
  const several = new Set(runs.map((run) => run.experiment)).size > 1;
  return table(
    [
      { title: "RUN", whole: true },
      { title: "NAME" },
      ...(several ? [{ title: "EXPERIMENT" }] : []),
      { title: "STATUS", whole: true },
      { title: "STARTED" },
      { title: "TOOK", right: true },
      ...metrics.map((key) => ({ title: key, right: true })),
      ...params.map((key) => ({ title: key })),
      { title: "DELIVERY" },
    ],
    runs.map((run) => [
      run.run_id.slice(0, 8),
      run.name,
      ...(several ? [run.experiment] : []),
      run.status,
      ago(run.start_time, now),
      run.end_time === null ? "" : duration(run.end_time - run.start_time),
      ...metrics.map((key) => metricText(own(run.metrics, key))),
      ...params.map((key) => own(run.params, key) ?? ""),
      deliveryText(run),
    ]),
    width,
  );
}

/** How far a run has reached its server, in short. */
export function deliveryText({ delivery }: RunSummary): string {
  return delivery.error === null
    ? delivery.state
    : `${delivery.state}: ${delivery.error}`;
}

function keysByUse(
  runs: readonly RunSummary[],
  read: (run: RunSummary) => string[],
): string[] {
  const uses = new Map<string, number>();
  for (const run of runs) {
    for (const key of read(run)) uses.set(key, (uses.get(key) ?? 0) + 1);
  }
  return [...uses].sort(([, a], [, b]) => b - a).slice(0, MAX_COLUMNS).map((
    [key],
  ) => key);
}

function own<T>(values: Record<string, T>, key: string): T | undefined {
  return Object.hasOwn(values, key) ? values[key] : undefined;
}
