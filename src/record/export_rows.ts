/**
 * Runs and their points as rows of a table.
 *
 * @module
 */
import { metricOf } from "./query.ts";
import { ownValue } from "../base/values.ts";
import type { Journal } from "../journal/journal.ts";
import { JournalReader } from "./journal_reader.ts";
import type { RunSummary } from "./schema/summary.ts";

/** A value of a row; null where a run has none. */
export type ExportValue = string | number | null;

/** A column of a table. Times are milliseconds since 1970 (UTC). */
export interface ExportColumn {
  name: string;
  type: "text" | "number" | "time";
}

/** A table whose rows are made one after the other. */
export interface ExportTable {
  columns: readonly ExportColumn[];
  rows: Iterable<readonly ExportValue[]>;
}

/** Which runs become rows. */
export interface ExportOptions {
  /** Only runs of this experiment. @default {every experiment} */
  experiment?: string | undefined;
}

const text = (name: string): ExportColumn => ({ name, type: "text" });

/**
 * A row a run, newest first: what it is, then each param, metric (its last value) and tag that a run has.
 *
 * @throws {UnknownNameError} when there is no such experiment
 */
export async function runTable(
  journal: Journal,
  options: ExportOptions = {},
): Promise<ExportTable> {
  const runs = await new JournalReader(journal).list(options);
  const keys = (read: (run: RunSummary) => Record<string, unknown>) =>
    [...new Set(runs.flatMap((run) => Object.keys(read(run))))].sort();
  const params = keys((run) => run.params);
  const metrics = keys((run) => run.metrics);
  const tags = keys((run) => run.tags);
  return {
    columns: [
      ...["run_id", "experiment", "name", "status"].map(text),
      { name: "start_time", type: "time" },
      { name: "end_time", type: "time" },
      { name: "seed", type: "number" },
      ...params.map((key) => text(`params.${key}`)),
      ...metrics.map((key) => ({
        name: `metrics.${key}`,
        type: "number" as const,
      })),
      ...tags.map((key) => text(`tags.${key}`)),
    ],
    rows: runs.map((run) => [
      run.run_id,
      run.experiment,
      run.name,
      run.status,
      run.start_time,
      run.end_time,
      run.seed,
      ...params.map((key) => ownValue(run.params, key) ?? null),
      ...metrics.map((key) => metricOf(run, key) ?? null),
      ...tags.map((key) => ownValue(run.tags, key) ?? null),
    ]),
  };
}

/**
 * A row a point, runs newest first, the points of each in the order they were logged.
 *
 * @throws {UnknownNameError} when there is no such experiment
 */
export async function pointTable(
  journal: Journal,
  options: ExportOptions = {},
): Promise<ExportTable> {
  const runs = await new JournalReader(journal).list(options);
  return {
    columns: [
      ...["run_id", "experiment", "name", "metric"].map(text),
      { name: "step", type: "number" },
      { name: "timestamp", type: "time" },
      { name: "value", type: "number" },
    ],
    rows: pointRows(journal, runs),
  };
}

function* pointRows(
  journal: Journal,
  runs: readonly RunSummary[],
): Generator<ExportValue[]> {
  for (const { run_id, experiment, name } of runs) {
    for (const { key, step, timestamp, value } of journal.points(run_id)) {
      yield [run_id, experiment, name, key, step, timestamp, value];
    }
  }
}
