/**
 * Runs as a table.
 *
 * @module
 */
import { ownValue } from "../base/values.ts";
import type { RunSummary } from "../record/schema/summary.ts";
import { ago, duration, numberText } from "./format.ts";
import type { Paint } from "./paint.ts";
import { canFit, type ShownColumn, table } from "./table.ts";
import { plainLine, wrap } from "./text.ts";

/** Metrics and params that get a column. */
const MAX_COLUMNS = 12;
/** Columns that are named when they are left out. */
const MAX_NAMED = 24;
/** A metric or param narrower than this can no longer be recognised. */
const MIN_VALUE_WIDTH = 16;

/** A column and what it says of a run. */
interface RunColumn extends ShownColumn {
  text: (run: RunSummary) => string;
  /** Never left out. */
  always?: boolean;
  /** A metric or a param. */
  value?: boolean;
}

/** What a table of runs is made for. */
export interface RunsTextOptions {
  /** Columns of the terminal. */
  width: number;
  /** @default {noPaint} */
  paint?: Paint;
  /** Milliseconds since 1970. @default {now} */
  now?: number;
  /** Curves of one metric by run id, for a column behind it. @default {none is shown} */
  curves?: { metric: string; of: ReadonlyMap<string, string> };
}

/**
 * A table of runs: what they are, then their metrics and the params that differ. Names are never shortened: columns
 * that do not fit are left out, those that say least first, and named below the table.
 */
export function runsText(
  runs: readonly RunSummary[],
  { width, paint, now = Date.now(), curves }: RunsTextOptions,
): string {
  if (runs.length === 0) return "No runs.";
  const several = new Set(runs.map((run) => run.experiment)).size > 1;
  const values = valueColumns(runs, curves);
  const columns = [
    ...identity(several),
    ...about(now),
    ...values,
    DELIVERY,
  ].filter((column) =>
    column.always || runs.some((run) => column.text(run) !== "")
  );
  const worth = byWorth(values, runs);
  const left = new Set<RunColumn>(worth.slice(MAX_COLUMNS));
  const shown = () => columns.filter((column) => !left.has(column));
  const rows = () =>
    runs.map((run) => shown().map((column) => column.text(run)));
  for (const column of leastSaidFirst(columns, worth, runs)) {
    if (canFit(shown(), rows(), width)) break;
    left.add(column);
  }
  // Whole names may be wider than the terminal, which then breaks the lines.
  const fits = canFit(shown(), rows(), width);
  const text = table(shown(), rows(), fits ? width : Infinity, paint);
  if (left.size === 0) return text;
  const titles = columns.filter((c) => left.has(c)).map((c) => c.title);
  const more = titles.length - MAX_NAMED;
  const names = [
    ...titles.slice(0, MAX_NAMED),
    ...(more > 0 ? [`${more} more`] : []),
  ];
  const how = several
    ? "--experiment NAME, show and --json"
    : "show and --json";
  return [
    text,
    ...wrap(plainLine(`Left out: ${names.join(", ")}`), width),
    ...wrap(`(${how} have them.)`, width),
  ].join("\n");
}

/** Columns in the order in which they are given up: values that differ between the runs come last. */
function leastSaidFirst(
  columns: readonly RunColumn[],
  worth: readonly RunColumn[],
  runs: readonly RunSummary[],
): RunColumn[] {
  const titled = (title: string) =>
    columns.filter((c) => !c.value && c.title === title);
  const values = worth.slice(0, MAX_COLUMNS).toReversed();
  const different = values.filter((c) => differs(c, runs));
  return [
    ...titled("TOOK"),
    ...values.filter((c) => !different.includes(c)),
    ...titled("DELIVERY"),
    ...titled("STARTED"),
    ...titled("PARENT"),
    ...different,
    ...titled("REPRODUCES"),
  ];
}

function differs(column: RunColumn, runs: readonly RunSummary[]): boolean {
  return new Set(runs.map((run) => column.text(run))).size > 1;
}

/** What every run is known by. */
function identity(several: boolean): RunColumn[] {
  return [
    {
      title: "RUN",
      whole: true,
      always: true,
      text: (run) => run.run_id.slice(0, 8),
    },
    { title: "NAME", whole: true, always: true, text: (run) => run.name },
    ...(several
      ? [{
        title: "EXPERIMENT",
        whole: true,
        always: true,
        text: (run: RunSummary) => run.experiment,
      }]
      : []),
    {
      title: "STATUS",
      whole: true,
      always: true,
      state: true,
      text: (run) =>
        run.failed_cell === undefined
          ? run.status
          : `${run.status} in ${run.failed_cell}`,
    },
  ];
}

/** Of what it is a reproduction, when it began and how long it took. */
function about(now: number): RunColumn[] {
  return [
    {
      title: "REPRODUCES",
      whole: true,
      text: (run) =>
        run.reproduces === null
          ? ""
          : `${run.reproduces.slice(0, 8)}${
            run.provenance === "sandbox" ? " (sandbox)" : ""
          }`,
    },
    {
      title: "PARENT",
      whole: true,
      text: (run) => run.parent?.slice(0, 8) ?? "",
    },
    { title: "STARTED", whole: true, text: (run) => ago(run.start_time, now) },
    {
      title: "TOOK",
      right: true,
      whole: true,
      text: (run) =>
        run.end_time === null ? "" : duration(run.end_time - run.start_time),
    },
  ];
}

const DELIVERY: RunColumn = {
  title: "DELIVERY",
  least: 9,
  state: true,
  text: deliveryText,
};

/** A column for each metric, then for each param that differs between the runs. */
function valueColumns(
  runs: readonly RunSummary[],
  curves: RunsTextOptions["curves"],
): RunColumn[] {
  const metrics = keysByUse(runs, (run) => Object.keys(run.metrics));
  const params = keysByUse(runs, (run) => Object.keys(run.params)).filter((
    key,
  ) =>
    runs.length === 1 || new Set(runs.map((run) => run.params[key])).size > 1
  );
  return [
    ...metrics.map((key) => ({
      title: key,
      value: true,
      right: true,
      least: MIN_VALUE_WIDTH,
      text: (run: RunSummary) => {
        const curve = key === curves?.metric
          ? curves.of.get(run.run_id)
          : undefined;
        const value = numberText(ownValue(run.metrics, key));
        return curve === undefined ? value : `${curve} ${value}`;
      },
    })),
    ...params.map((key) => ({
      title: key,
      value: true,
      least: MIN_VALUE_WIDTH,
      text: (run: RunSummary) => ownValue(run.params, key) ?? "",
    })),
  ];
}

/** Those that differ between the runs first, metrics and params in turn: neither is of use without the other. */
function byWorth(
  values: readonly RunColumn[],
  runs: readonly RunSummary[],
): RunColumn[] {
  const different = values.filter((column) => differs(column, runs));
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
  return [...uses].sort(([, a], [, b]) => b - a).map(([key]) => key);
}
