/**
 * A run at a moment on one line, for a log.
 *
 * @module
 */
import type { RunUpdate } from "../record/watch.ts";
import { count, numberText } from "./format.ts";
import { plainLine } from "./text.ts";

/** Metrics that are said. */
const MAX_METRICS = 12;

/** Which run it is, its state, how many cells were executed, and each metric under its name. */
export function updateLine(update: RunUpdate): string {
  const { run_id, name, status, failed_cell, cells, metrics } = update;
  const values = Object.entries(metrics).map(([key, value]) =>
    `${key} ${numberText(value)}`
  );
  const more = values.length - MAX_METRICS;
  return plainLine(
    [
      run_id.slice(0, 8),
      name,
      failed_cell === undefined ? status : `${status} in ${failed_cell}`,
      ...cells === 0 ? [] : [count(cells, "cell")],
      ...values.slice(0, MAX_METRICS),
      ...more > 0 ? [count(more, "more metric")] : [],
    ].join("  "),
  );
}
