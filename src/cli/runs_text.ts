/**
 * Runs as a table.
 *
 * @module
 */
import type { RunSummary } from "../record/schema/summary.ts";
import { ago, duration, metricText } from "./format.ts";
import { canFit, type ShownColumn, table } from "./table.ts";
import { fit, plainLine } from "./text.ts";

/** Metrics and params that get a column. */
const MAX_COLUMNS = 8;
/** A metric or param narrower than this can no longer be recognised. */
const MIN_VALUE_WIDTH = 16;

/** A column and what it says of a run. */
interface RunColumn extends ShownColumn {
  text: (run: RunSummary) => string;
}

/** A table of runs: what they are, then their metrics and the params that differ, as far as these fit. */
export function runsText(
  runs: readonly RunSummary[],
  width: number,
  now: number = Date.now(),
): string {
  if (runs.length === 0) return "No runs.";
  const several = new Set(runs.map((run) => run.experiment)).size > 1;
  const experiment = {
    title: "EXPERIMENT",
    least: 12,
    text: (run: RunSummary) => run.experiment,
  };
  const reproduces = {
    title: "REPRODUCES",
    whole: true,
    text: (run: RunSummary) =>
      run.reproduces === null
        ? ""
        : `${run.reproduces.slice(0, 8)}${
          run.provenance === "sandbox" ? " (sandbox)" : ""
        }`,
  };
  const head: RunColumn[] = [
    { title: "RUN", whole: true, text: (run) => run.run_id.slice(0, 8) },
    { title: "NAME", least: 12, text: (run) => run.name },
    ...(several ? [experiment] : []),
    { title: "STATUS", whole: true, text: (run) => run.status },
    ...(runs.some((run) => run.reproduces !== null) ? [reproduces] : []),
    { title: "STARTED", whole: true, text: (run) => ago(run.start_time, now) },
  ];
  const took: RunColumn = {
    title: "TOOK",
    right: true,
    whole: true,
    text: (run) =>
      run.end_time === null ? "" : duration(run.end_time - run.start_time),
  };
  const tail: RunColumn = { title: "DELIVERY", least: 9, text: deliveryText };
  const values = valueColumns(runs);
  const all = new Set([took, ...values]);
  const shown = () =>
    [...head, took, ...values, tail].filter((column) =>
      head.includes(column) || column === tail || all.has(column)
    );
  const rows = (columns: readonly RunColumn[]) =>
    runs.map((run) => columns.map((column) => column.text(run)));
  for (const column of [took, ...byWorth(values, runs).toReversed()]) {
    if (canFit(shown(), rows(shown()), width)) break;
    all.delete(column);
  }
  const left = values.filter((c) => !all.has(c)).map((c) => c.title);
  const text = table(shown(), rows(shown()), width);
  if (left.length === 0) return text;
  const how = several
    ? "--experiment NAME, show and --json"
    : "show and --json";
  return `${text}\n${fit(plainLine(`Left out: ${left.join(", ")}`), width)}\n${
    fit(`(${how} have them.)`, width)
  }`;
}

/** A column for each metric, then for each param that differs between the runs. */
function valueColumns(runs: readonly RunSummary[]): RunColumn[] {
  const metrics = keysByUse(runs, (run) => Object.keys(run.metrics));
  const params = keysByUse(runs, (run) => Object.keys(run.params)).filter((
    key,
  ) =>
    runs.length === 1 || new Set(runs.map((run) => run.params[key])).size > 1
  );
  return [
    ...metrics.map((key) => ({
      title: key,
      right: true,
      least: MIN_VALUE_WIDTH,
      text: (run: RunSummary) => metricText(own(run.metrics, key)),
    })),
    ...params.map((key) => ({
      title: key,
      least: MIN_VALUE_WIDTH,
      text: (run: RunSummary) => own(run.params, key) ?? "",
    })),
  ];
}

/** Those that differ between the runs first, metrics and params in turn: neither is of use without the other. */
function byWorth(
  values: readonly RunColumn[],
  runs: readonly RunSummary[],
): RunColumn[] {
  const differs = (column: RunColumn) =>
    new Set(runs.map((run) => column.text(run))).size > 1;
  const different = values.filter(differs);
  const alike = values.filter((column) => !different.includes(column));
  return [different, alike].flatMap((some) => {
    const metrics = some.filter((column) => column.right);
    const params = some.filter((column) => !column.right);
    const most = Math.max(metrics.length, params.length);
    return Array.from({ length: most }, (_, i) => [metrics[i], params[i]])
      .flat().filter((column) => column !== undefined);
  });
}

/** How far a run has reached its server, in short. */
function deliveryText({ delivery }: RunSummary): string {
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
