/**
 * Which run of a sweep is run again: the sweep itself has no cells of its own.
 *
 * Imported inside cells: nothing here may load a library.
 *
 * @module
 */
import { parsedJson } from "../base/values.ts";
import type { Journal } from "../journal/journal.ts";
import { betterEnd, indexOfBest } from "./metric_facts.ts";

/** Runs of a sweep that are looked at. */
const MOST = 500;

/** A run of a sweep, with the last values of its metrics. */
export interface SweepChild {
  run_id: string;
  status: string;
  reproduces: string | null;
  metrics: Readonly<Record<string, number>>;
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
  goal: { metric: string; direction: string } | null = null,
): ChosenChild | null {
  const finished = children.filter(({ status, reproduces }) =>
    status === "FINISHED" && reproduces === null
  );
  const [first] = finished;
  if (first === undefined) return null;
  const keys = finished.flatMap(({ metrics }) => Object.keys(metrics));
  const by = goal !== null && keys.includes(goal.metric)
    ? goal.metric
    : keys.find((key) =>
      !key.startsWith("system/") && betterEnd(key) !== null
    ) ?? null;
  if (by === null) return { run_id: first.run_id, by };
  const values = finished.map(({ metrics }) =>
    Object.hasOwn(metrics, by) ? metrics[by] : undefined
  );
  const best = finished[
    goal?.metric === by ? indexOfGoal(goal, values) : indexOfBest(by, values)
  ];
  return best === undefined
    ? { run_id: first.run_id, by: null }
    : { run_id: best.run_id, by };
}

function indexOfGoal(
  { direction }: { direction: string },
  values: readonly (number | undefined)[],
): number {
  const finite = values.filter((value) => Number.isFinite(value)) as number[];
  return values.indexOf(
    direction === "min" ? Math.min(...finite) : Math.max(...finite),
  );
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
      metrics: Object.fromEntries(
        journal.metrics(run.run_id).flatMap(({ key, last }) =>
          last === null ? [] : [[key, last.value]]
        ),
      ),
    }));
  const { goal } = (parsedJson(json) ?? {}) as {
    goal?: { metric: string; direction: string } | null;
  };
  return { child: childToReproduce(children, goal ?? null) };
}
