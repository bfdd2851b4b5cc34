/**
 * Which executions made a result: those in which it was logged, and the one that opened the run.
 *
 * @module
 */
import type { Journal } from "../journal/journal.ts";
import type { ReadableBundle } from "../record/bundle/read.ts";
import { NbtrackError } from "../base/errors.ts";
import { unknownArtifact, unknownMetric } from "../record/journal_reader.ts";
import {
  ExecutionTimes,
  loggersOf,
  LOGS_METRICS,
  mentioning,
  OPENS_RUN,
} from "../record/result_makers.ts";

/** A result of a run. */
export type SliceTarget =
  | { metric: string }
  | { cell: number }
  | { artifact: string };

/** Who made a result. */
export interface Makers {
  /** The executions that logged or showed it. */
  executions: number[];
  /** The execution that opened the run; null where none did. */
  opener: number | null;
  /** Executions that opened runs before it in its session. */
  openers: number[];
}

/**
 * Finds the executions that made a result.
 *
 * @throws {UnknownNameError} when the run has no such metric or artifact
 * @throws {NbtrackError} when it has no such cell
 */
export function makersOf(
  bundle: ReadableBundle,
  target: SliceTarget,
  journal: Journal,
): Makers {
  const { manifest } = bundle;
  const times = new ExecutionTimes(manifest.cells);
  const { run } = manifest;
  const opener = run.opened_by_runner ? null : times.at(run.start_time) ??
    mentioning(bundle.cells, OPENS_RUN)[run.ordinal] ?? null;
  return {
    executions: executionsOf(bundle, target, journal, times),
    opener,
    openers: earlierOpeners(bundle, journal, times, opener),
  };
}

function executionsOf(
  bundle: ReadableBundle,
  target: SliceTarget,
  journal: Journal,
  times: ExecutionTimes,
): number[] {
  const { manifest, cells } = bundle;
  const { run_id } = manifest.run;
  if ("cell" in target) {
    const cell = cells[target.cell];
    if (cell === undefined) {
      throw new NbtrackError(
        `Run ${
          run_id.slice(0, 8)
        } has no cell ${target.cell}: it executed ${cells.length}.`,
        {
          hint: `nbtrack show ${
            run_id.slice(0, 8)
          } --json lists them by "index", from 0.`,
        },
      );
    }
    return [target.cell, ...updatesOf(bundle, target.cell)];
  }
  if ("metric" in target) {
    const keys = manifest.metrics.map(({ key }) => key);
    const metric = manifest.metrics.find(({ key }) => key === target.metric);
    if (metric === undefined) throw unknownMetric(run_id, target.metric, keys);
    return loggersOf(
      bundle.cells,
      metric.points.map(([, timestamp]) => times.at(timestamp)),
      target.metric,
      LOGS_METRICS,
    );
  }
  const paths = manifest.artifacts.map(({ path }) => path);
  if (!paths.includes(target.artifact)) {
    throw unknownArtifact(run_id, target.artifact, paths);
  }
  const row = journal.artifacts.get(run_id, target.artifact);
  return loggersOf(
    bundle.cells,
    row === undefined ? [null] : [times.at(row.time)],
    target.artifact,
    /\blog(?:Artifact|Model)\b|\bregisterModel\b/,
  );
}

/** Later executions that update what a cell displayed. */
function updatesOf({ cells }: ReadableBundle, cell: number): number[] {
  if (!/display_id|display_data/.test(cells[cell]?.source ?? "")) return [];
  return cells.flatMap(({ source }, i) =>
    i > cell && /update_display_data|\bupdate\s*:\s*true/.test(source)
      ? [i]
      : []
  );
}

/** The executions that opened the session's runs before this one. */
function earlierOpeners(
  bundle: ReadableBundle,
  journal: Journal,
  times: ExecutionTimes,
  opener: number | null,
): number[] {
  const { run } = bundle.manifest;
  if (run.ordinal === 0) return [];
  const row = journal.runs.get(run.run_id);
  const known = row === undefined
    ? []
    : journal.runs.list({ session_id: row.session_id })
      .filter(({ start_time }) => start_time < row.start_time)
      .flatMap(({ start_time }) => times.at(start_time) ?? []);
  return known.length === run.ordinal
    ? known
    : mentioning(bundle.cells, OPENS_RUN).filter((index) =>
      opener === null || index < opener
    );
}
