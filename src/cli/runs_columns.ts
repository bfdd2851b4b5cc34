/**
 * The columns of a table of runs.
 *
 * @module
 */
import { nameText } from "../base/markup.ts";
import { ownValue } from "../base/values.ts";
import type { RunField } from "../record/query.ts";
import type { RunSummary } from "../record/schema/summary.ts";
import { ago, numberText, spanText } from "./format.ts";
import { differs, isAsked, type RunsColumn } from "./runs_worth.ts";

/** A metric or param narrower than this can no longer be recognised. */
const MIN_VALUE_WIDTH = 16;
/** A curve and its value are whole. */
const MIN_CURVE_WIDTH = 24;

/** What columns are made for. */
export interface ColumnsWanted {
  /** Milliseconds since 1970. */
  now: number;
  /** Metrics and params that the runs were filtered and sorted by. */
  asked: readonly RunField[];
  /** Ids of the best runs. */
  best: ReadonlySet<string> | undefined;
  /** Curves of one metric by run id, for a column behind it. */
  curves: { metric: string; of: ReadonlyMap<string, string> } | undefined;
}

/** All that runs can be told by, in the order in which it is shown. */
export function runColumns(
  runs: readonly RunSummary[],
  { now, asked, best, curves }: ColumnsWanted,
): RunsColumn[] {
  const several = new Set(runs.map((run) => run.experiment)).size > 1;
  const [metrics, params] = valueColumns(runs, curves);
  return [
    ...identity(several),
    ...(best === undefined || best.size === 0 ? [] : [{
      title: "BEST",
      whole: true,
      always: true,
      text: ({ run_id }: RunSummary) => best.has(run_id) ? "best" : "",
    }]),
    ...about(now),
    ...askedFirst(metrics, asked),
    SEED,
    ...askedFirst(params, asked),
    DELIVERY,
  ].filter((column) => column.always || says(column, runs));
}

/** A column that says something; one of a sweep's seeds only where it tells runs apart. */
function says(column: RunsColumn, runs: readonly RunSummary[]): boolean {
  if (column === SEED) {
    return runs.length > 1 && differs(column, runs) &&
      // Its notebook has it as a param already.
      !runs.every((run) => ownValue(run.params, "seed") === column.text(run));
  }
  return runs.some((run) => column.text(run) !== "");
}

function askedFirst(
  columns: readonly RunsColumn[],
  asked: readonly RunField[],
): RunsColumn[] {
  return [true, false].flatMap((wanted) =>
    columns.filter((column) => isAsked(column, asked) === wanted)
  );
}

const SEED: RunsColumn = {
  title: "seed",
  whole: true,
  right: true,
  field: { kind: "attributes", key: "seed" },
  text: (run) => run.seed === null ? "" : String(run.seed),
};

/** What every run is known by. */
function identity(several: boolean): RunsColumn[] {
  return [
    {
      title: "RUN",
      whole: true,
      always: true,
      text: (run) => run.run_id.slice(0, 8),
    },
    {
      title: "NAME",
      whole: true,
      always: true,
      text: (run) => nameText(run.name),
    },
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
function about(now: number): RunsColumn[] {
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
      text: (run) => spanText(run.start_time, run.end_time) ?? "",
    },
  ];
}

const DELIVERY: RunsColumn = {
  title: "DELIVERY",
  least: 9,
  state: true,
  text: deliveryText,
};

/** A column for each metric, and one for each param that differs between the runs; those of most runs first. */
function valueColumns(
  runs: readonly RunSummary[],
  curves: ColumnsWanted["curves"],
): [metrics: RunsColumn[], params: RunsColumn[]] {
  const metrics = keysByUse(runs, (run) => Object.keys(run.metrics));
  const params = keysByUse(runs, (run) => Object.keys(run.params)).filter((
    key,
  ) =>
    runs.length === 1 || new Set(runs.map((run) => run.params[key])).size > 1
  );
  return [
    metrics.map((key) => ({
      title: key,
      field: { kind: "metrics", key },
      right: true,
      least: key === curves?.metric ? MIN_CURVE_WIDTH : MIN_VALUE_WIDTH,
      text: (run: RunSummary) => {
        const curve = key === curves?.metric
          ? curves.of.get(run.run_id)
          : undefined;
        const value = numberText(ownValue(run.metrics, key));
        return curve === undefined ? value : `${curve} ${value}`;
      },
    })),
    params.map((key) => ({
      title: key,
      field: { kind: "params", key },
      least: MIN_VALUE_WIDTH,
      text: (run: RunSummary) => ownValue(run.params, key) ?? "",
    })),
  ];
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
