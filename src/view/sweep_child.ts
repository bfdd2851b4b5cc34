/**
 * Which run of a sweep is run again: the sweep itself has no cells of its own.
 *
 * Imported inside cells: nothing here may load a library.
 *
 * @module
 */
import { fromJsonNumber, type JsonNumber } from "../base/numbers.ts";
import { byKeys, parsedJson } from "../base/values.ts";
import type { Journal } from "../journal/journal.ts";
import { bestByMean } from "../record/sweep/best_mean.ts";
import { betterEnd, indexOfBest } from "./metric_facts.ts";

/** Runs of a sweep that are looked at. */
const MOST = 500;

/** A run of a sweep, with the last values of its metrics. */
export interface SweepChild {
  run_id: string;
  status: string;
  reproduces: string | null;
  params: Readonly<Record<string, string>>;
  metrics: Readonly<Record<string, number>>;
}

/** What a sweep calls best. */
interface Goal {
  metric: string;
  direction: string;
}

/** The run to take, and the metric that it is the best by; null where no metric says which is. */
export interface ChosenChild {
  run_id: string;
  by: string | null;
}

/**
 * The best of a sweep's runs that have finished, by the first metric whose name says what is good, else the first of
 * them; null when none has finished.
 *
 * @param goal What the sweep itself calls best, where that is known.
 */
export function childToReproduce(
  children: readonly SweepChild[],
  goal: Goal | null = null,
): ChosenChild | null {
  const finished = children.filter(isResult);
  const [first] = finished;
  if (first === undefined) return null;
  const keys = finished.flatMap(({ metrics }) => Object.keys(metrics));
  const by = goal !== null && keys.includes(goal.metric)
    ? goal.metric
    : keys.find((key) =>
      !key.startsWith("system/") && betterEnd(key) !== null
    ) ?? null;
  if (by === null) return { run_id: first.run_id, by };
  const run_id = goal?.metric === by
    ? bestByGoal(finished, goal)?.run_id
    : finished[indexOfBest(by, finished.map((run) => valueOf(run, by)))]
      ?.run_id;
  return run_id === undefined
    ? { run_id: first.run_id, by: null }
    : { run_id, by };
}

/** The run with the best value of those with the best combination of params. */
function bestByGoal(
  children: readonly SweepChild[],
  goal: Goal,
): SweepChild | undefined {
  const best = bestCombination(children, goal);
  const sign = goal.direction === "max" ? -1 : 1;
  const value = (run: SweepChild) => valueOf(run, goal.metric) ?? NaN;
  return children.filter(({ run_id }) => best?.run_ids.includes(run_id))
    .toSorted((a, b) => sign * (value(a) - value(b)))[0];
}

/** The combination of params with the best mean over its seeds, as the sweep itself says what is best; null of none. */
export function bestCombination(
  children: readonly SweepChild[],
  { metric, direction }: Goal,
): { run_ids: string[]; mean: number } | null {
  const groups = Map.groupBy(
    children.filter((run) =>
      isResult(run) && valueOf(run, metric) !== undefined
    ),
    ({ params }) => JSON.stringify(Object.entries(params).sort()),
  );
  const best = bestByMean(groups.values(), {
    direction,
    valuesOf: (group) => group.map((run) => valueOf(run, metric) ?? NaN),
  });
  return best &&
    { run_ids: best.group.map(({ run_id }) => run_id), mean: best.mean };
}

/** A run of a sweep as it was read. */
export function sweepChild(
  run: Omit<SweepChild, "metrics"> & {
    metrics: Readonly<Record<string, JsonNumber>>;
  },
): SweepChild {
  return {
    ...run,
    metrics: byKeys(
      Object.entries(run.metrics).map(([key, value]) => ({
        key,
        value: fromJsonNumber(value),
      })),
    ),
  };
}

function isResult({ status, reproduces }: SweepChild): boolean {
  return status === "FINISHED" && reproduces === null;
}

function valueOf({ metrics }: SweepChild, key: string): number | undefined {
  return Object.hasOwn(metrics, key) ? metrics[key] : undefined;
}

/** Whether a run is a sweep, and which of its runs is run again. */
export function sweepOf(
  journal: Journal,
  run_id: string,
): { child: ChosenChild | null } | null {
  const json = journal.entries.document(run_id, "sweep");
  if (json === undefined) return null;
  const children = journal.runs.children(run_id)
    .filter(({ listed }) => listed)
    .slice(0, MOST).map((run) => ({
      ...run,
      params: byKeys(journal.entries.params(run.run_id)),
      metrics: Object.fromEntries(
        journal.metrics(run.run_id).flatMap(({ key, last }) =>
          last === null ? [] : [[key, last.value]]
        ),
      ),
    }));
  const { goal } = (parsedJson(json) ?? {}) as {
    goal?: Goal | null;
  };
  return { child: childToReproduce(children, goal ?? null) };
}
