/**
 * Two or more runs side by side: what `nbtrack compare --json` prints.
 *
 * @module
 */
import { align, type CellPair } from "./align.ts";
import { cellName } from "./cell_name.ts";
import { changedEnvironment, changedModules, changedSeed } from "./changed.ts";
import type { Change, Dimension } from "./schema/documents.ts";
import { type CurveDigests, UNKNOWN_CURVES } from "./curves.ts";
import { packageVersions } from "./packages.ts";
import type { RunRecord } from "./schema/record.ts";
import { type RunSummary, runSummarySchema } from "./schema/summary.ts";
import { diffText } from "./text_diff.ts";

/** One key with its value in each run, in the order of the runs; null where a run has none. */
export interface ComparedValue<T> {
  key: string;
  values: (T | null)[];
}

/** A dataset in each run: digests as values, rows and sizes beside them. */
export interface ComparedDataset extends ComparedValue<string> {
  rows: (number | null)[];
  /** Bytes. */
  sizes: (number | null)[];
}

/** A metric in each run: its last values. */
export interface ComparedMetric
  extends ComparedValue<RunSummary["metrics"][string]> {
  /** The last values are the same, and earlier ones or their steps are not. @default {false} */
  curve?: true;
}

/** One difference between the cells of the first run and those of another. */
export interface CellDifference {
  change: "added" | "removed" | "changed" | "moved";
  diff: string;
  /** The run that is compared with the first. */
  run_id: string;
  /** Its position in the first run's order; null when it is not there. */
  before: number | null;
  /** Its position in the other run's order; null when it is not there. */
  after: number | null;
  /** What it is called in each of the two, such as `[3]`. */
  names: { before: string | null; after: string | null };
}

/** A difference that no table shows: in local modules, seed or environment. */
export interface OtherDifference extends Change {
  /** The run that is compared with the first. */
  run_id: string;
}

/** Runs side by side. */
export interface Comparison {
  runs: RunSummary[];
  params: ComparedValue<string>[];
  metrics: ComparedMetric[];
  datasets: ComparedDataset[];
  packages: ComparedValue<string>[];
  /** Digests of the artifacts that users logged. */
  artifacts: ComparedValue<string>[];
  cells: CellDifference[];
  /** What else differs, in words. */
  others: OtherDifference[];
  /** What is not known of a run, so that nothing can be said of it. */
  unknown: { run_id: string; what: string; why: string }[];
}

/** What of a run may not have been recorded at all. */
const KINDS: readonly string[] = ["cells", "datasets", "packages"];

/** How to compare. */
export interface ComparisonOptions {
  /** Keeps values that are the same everywhere. @default {false} */
  all?: boolean;
  /** Digests of metrics, by which those are told that end alike. @default {last values alone are compared} */
  curves?: CurveDigests;
}

/** Puts runs side by side; cells are compared with those of the first. */
export function compareRuns(
  records: readonly RunRecord[],
  options: ComparisonOptions = {},
): Comparison {
  const all = options.all === true;
  const first = records[0];
  const endAlike = compareMetricsOf(records, { all: true })
    .some(({ values }) => !differ(values));
  const hasCurves = (run_id: string) =>
    options.curves === undefined || options.curves.has(run_id) || !endAlike;
  const datasets = compareMaps(
    records,
    (run) => new Map(run.datasets.map((d) => [d.name, d])),
    true,
  ).map(({ key, values }) => ({
    key,
    values: values.map((d) => d?.digest ?? null),
    rows: values.map((d) => d?.rows ?? null),
    sizes: values.map((d) => d?.size ?? null),
  }));
  return {
    runs: records.map(summaryOf),
    params: compareMaps(
      records,
      (run) => new Map(Object.entries(run.params)),
      all,
    ),
    metrics: compareMetricsOf(records, options),
    datasets: all ? datasets : datasets.filter((d) => differ(d.values)),
    packages: compareMaps(
      records,
      (run) =>
        new Map(
          [...packageVersions(run)].map(([name, p]) => [name, p.versions]),
        ),
      all,
    ),
    artifacts: compareMaps(
      records,
      (run) =>
        new Map(
          run.artifacts.flatMap(({ path, origin, digest }) =>
            origin === "user" && digest !== null ? [[path, digest]] : []
          ),
        ),
      all,
    ),
    cells: first === undefined
      ? []
      : records.slice(1).flatMap((other) => compareCells(first, other)),
    others: first === undefined
      ? []
      : records.slice(1).flatMap((other) => otherDifferences(first, other)),
    unknown: records.flatMap(({ run_id, missing }) =>
      [
        ...missing.filter(({ what }) => KINDS.includes(what)),
        ...hasCurves(run_id) ? [] : [UNKNOWN_CURVES],
      ].map((gap) => ({ run_id, ...gap }))
    ),
  };
}

/** The summary that a record begins with. */
export function summaryOf(record: RunRecord): RunSummary {
  const { params, metrics, tags } = record;
  // A schema lets go of a member that is called __proto__.
  return { ...runSummarySchema.parse(record), params, metrics, tags };
}

function compareMaps<T>(
  records: readonly RunRecord[],
  read: (run: RunRecord) => ReadonlyMap<string, T>,
  all: boolean,
): ComparedValue<T>[] {
  const maps = records.map(read);
  const keys = [...new Set(maps.flatMap((map) => [...map.keys()]))].sort();
  return keys.map((key) => ({
    key,
    values: maps.map((map) => map.get(key) ?? null),
  })).filter(({ values }) => all || differ(values));
}

function compareMetricsOf(
  records: readonly RunRecord[],
  { all = false, curves }: ComparisonOptions,
): ComparedMetric[] {
  return compareMaps(
    records,
    (run) => new Map(Object.entries(run.metrics)),
    true,
  ).flatMap((metric): ComparedMetric[] => {
    if (differ(metric.values)) return [metric];
    const known = records.flatMap(({ run_id }) =>
      curves?.get(run_id)?.get(metric.key) ?? []
    );
    if (differ(known)) return [{ ...metric, curve: true }];
    return all ? [metric] : [];
  });
}

function differ(values: readonly unknown[]): boolean {
  return values.some((value) => value !== values[0]);
}

function compareCells(first: RunRecord, other: RunRecord): CellDifference[] {
  const unknown = [first, other].some(({ missing }) =>
    missing.some(({ what }) => what === "cells")
  );
  if (unknown) return [];
  return align(first.cells, other.cells).flatMap((pair) =>
    pair.type === "same" ? [] : [{
      change: pair.type,
      diff: diffOf(pair),
      run_id: other.run_id,
      before: pair.before?.index ?? null,
      after: pair.after?.index ?? null,
      names: {
        before: pair.before === null ? null : cellName(pair.before),
        after: pair.after === null ? null : cellName(pair.after),
      },
    }]
  );
}

function otherDifferences(
  first: RunRecord,
  other: RunRecord,
): OtherDifference[] {
  const { run_id } = other;
  const known = (what: string) =>
    ![first, other].some(({ missing }) =>
      missing.some((gap) => gap.what === what)
    );
  const as = (dimension: Dimension, whats: Iterable<string>) =>
    [...whats].map((what) => ({ run_id, dimension, what }));
  return [
    ...(known("packages") ? as("code", changedModules(first, other)) : []),
    ...(known("seed") ? as("seed", changedSeed(first, other)) : []),
    ...as(
      "environment",
      changedEnvironment(first.environment, other.environment),
    ),
  ];
}

function diffOf(pair: CellPair): string {
  switch (pair.type) {
    case "added":
      return prefixed("+", pair.after.source);
    case "removed":
      return prefixed("-", pair.before.source);
    case "moved":
      return `@@ cell ${cellName(pair.before)} → cell ${
        cellName(pair.after)
      } @@\n${prefixed(" ", pair.after.source)}`;
    default:
      return diffText(pair.before.source, pair.after.source);
  }
}

function prefixed(sign: string, text: string): string {
  return text.split("\n").map((line) => sign + line).join("\n");
}
