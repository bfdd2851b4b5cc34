/**
 * The executions that a metric depends on, as far as the sources say; nothing is run.
 *
 * @module
 */
import {
  ExecutionTimes,
  loggersOf,
  LOGS_METRICS,
  mentioning,
  OPENS_RUN,
} from "./result_makers.ts";
import type { RunRecord } from "./schema/record.ts";

/** Finds the executions behind metrics of one run. */
export interface CellsBehind {
  /** @param times When its points were logged, some of them at least; null where that is not known */
  of(metric: string, times: Iterable<number | null>): number[];
}

/** Reads the sources of a run once, for all its metrics. */
export async function cellsBehind(
  { cells, seed, start_time }: Pick<RunRecord, "cells" | "seed" | "start_time">,
): Promise<CellsBehind> {
  // A parser is loaded for it, and nowhere else.
  const { analyse, neededBy } = await import("../analysis/analysis.ts");
  const analysis = analyse(
    cells.map(({ source, status, flags }) => ({
      source: flags.includes("excluded") ? "" : source,
      status,
    })),
    { seeded: seed !== null },
  );
  const running = new ExecutionTimes(cells);
  const opener = running.at(start_time);
  return {
    of(metric, times) {
      if (cells.length === 0) return [];
      const found = new Set([...times].map((time) => running.at(time)));
      const targets = new Set(
        loggersOf(cells, [...found], metric, LOGS_METRICS),
      );
      // What is logged belongs to a run.
      const opened = opener ??
        mentioning(cells, OPENS_RUN).findLast((index) =>
          index <= Math.max(...targets)
        );
      if (opened !== undefined) targets.add(opened);
      return [...neededBy(analysis, targets, "likely")];
    },
  };
}
