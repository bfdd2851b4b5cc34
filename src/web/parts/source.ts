/**
 * What pages are made from: runs of the journal, or of a server.
 *
 * @module
 */
import type { SessionRow } from "../../record/session_rows.ts";
import type { JsonNumber } from "../../base/numbers.ts";
import type { RunField } from "../../record/query.ts";
import type {
  RowSelection,
  RowsWanted,
  TableRow,
} from "../../record/run_rows.ts";
import type { RunRecord } from "../../record/schema/record.ts";
import type { Ends } from "../../journal/metric_range.ts";
import type { RunSummary } from "../../record/schema/summary.ts";
import type { SweepGoal } from "../../record/sweep/best.ts";
import type { Buckets } from "../../view/charts.ts";
import type { OtherValue, ValuesOfRuns } from "./values.ts";

/** An experiment in short. */
export interface ExperimentRow {
  name: string;
  runs: number;
  /** How many of them are open. */
  open: number;
  /** When the last one began, milliseconds since 1970; null when it is not known. */
  last_time: number | null;
}

/** A metric of a run. */
export interface MetricRow {
  key: string;
  /** How many points it has; null when it is not known. */
  count: number | null;
  last: JsonNumber | null;
  /** Its lowest and highest value; null where they are found by reading its points. */
  ends: Ends | null;
}

/** What the runs of a table have: names of columns. */
export interface TableKeys {
  /** Params that are not the same in all of them. */
  differing: readonly string[];
  params: readonly string[];
  /** Those that most of them have first. */
  metrics: readonly string[];
  /** Metrics that are not the same in all of them, in that order. */
  telling: readonly string[];
  tags: readonly string[];
}

/** A point of a metric. */
export interface PointRow {
  step: number | null;
  timestamp: number | null;
  value: JsonNumber | null;
}

/** A run that reproduces another one. */
export interface ReproductionRow {
  run_id: string;
  name: string;
  start_time: number;
  /** What it found; null where it says nothing. */
  verdict: string | null;
}

/** A run that stands out by a metric. */
export interface BestRun {
  run_id: string;
  name: string;
  value: JsonNumber;
}

/** What changed of a run. */
export interface RunNews {
  run_id: string;
  changed:
    readonly ("status" | "metrics" | "cells" | "artifacts" | "delivery")[];
}

/** How metrics are read into buckets. */
export interface BucketsWanted {
  /** @default {"step"} */
  x?: "step" | "time";
  /** Only positions between these two. @default {all} */
  domain?: readonly [number, number] | undefined;
}

/** The text of a run's notebook file, without what its author keeps out of the record. */
export interface NotebookTexts {
  /** As the run kept it; null where it did not. */
  kept: string | null;
  /** As it is on this machine now; null where it is not to be had. */
  now: string | null;
}

/** Stars of runs; they stay on this machine. */
export interface RunStars {
  /** Those of an experiment, or of some runs. */
  among(
    of: { experiment: string } | { run_ids: readonly string[] },
  ): ReadonlySet<string>;
  /**
   * Gives a star to a run, or takes it away.
   *
   * @throws {RunNotFoundError} when there is no such run
   */
  set(run_id: string, starred: boolean): void;
}

/** Reads what pages show. */
export interface PageSource {
  /** Where the runs lie, in words; null for this machine's journal. */
  readonly server: string | null;
  /** How old what is read may be, milliseconds; 0 where it is what is there. */
  readonly age_ms: number;
  experiments(): Promise<ExperimentRow[]>;
  /**
   * The runs of a table.
   *
   * @throws {QueryError} when the filter or the order cannot be understood
   * @throws {UnknownNameError} when there is no such experiment
   */
  select(wanted: RowsWanted): Promise<RowSelection>;
  /** Reads more of some rows of an experiment. */
  fill(
    experiment: string,
    rows: readonly TableRow[],
    fields: readonly RunField[],
  ): Promise<void>;
  /**
   * Other values of metrics of some of an experiment's runs than the last: the best ones (the last where a name does
   * not say what is good), the lowest, the highest, or those at a step (the last at or before it). Left out where
   * points are not at hand.
   *
   * @throws {QueryError} when they are too many to be read
   */
  values?: (
    experiment: string,
    run_ids: readonly string[],
    keys: readonly string[],
    at: OtherValue,
  ) => Promise<ValuesOfRuns>;
  /** Stars that whoever looks gives to runs; left out where none are kept. */
  stars?: RunStars;
  /** The best run of an experiment by a metric; the newest that has it where its name does not say what is good. */
  best(
    experiment: string,
    metric: string,
    end?: "low" | "high",
  ): Promise<BestRun | null>;
  /** What the runs of a table have, for its columns. */
  keys(run_ids: readonly string[]): Promise<TableKeys>;
  /**
   * The id of the run that a text means.
   *
   * @throws {RunNotFoundError} when there is none
   */
  find(text: string): Promise<string>;
  /**
   * A run in full.
   *
   * @throws {RunNotFoundError} when there is none
   */
  record(run_id: string): Promise<RunRecord>;
  /** A run with what its notebook does not show of its state, which is looked for now where nobody has. */
  withState(run: RunRecord): Promise<RunRecord>;
  /** The file of a run's notebook. */
  notebookTexts(run: RunRecord): Promise<NotebookTexts>;
  /** The run before a run in its experiment; null when there is none, or it is not known. */
  before(run: RunRecord): Promise<{ run_id: string; name: string } | null>;
  /** The runs that reproduce a run, newest first. */
  reproductions(run_id: string): Promise<ReproductionRow[]>;
  /** The runs that a run is the parent of, oldest first: those of a sweep, and those that go on from it. */
  children(run_id: string): Promise<RunSummary[]>;
  /** What a sweep calls best; null where it does not say. Left out where that is not to be had. */
  goal?: (run_id: string) => Promise<SweepGoal | null>;
  metrics(run_id: string): Promise<MetricRow[]>;
  /** Metrics of a run in buckets; null for all. Those it does not have are left out. */
  buckets(
    run_id: string,
    keys: readonly string[] | null,
    wanted?: BucketsWanted,
  ): Promise<Map<string, Buckets>>;
  /**
   * Every point of a metric.
   *
   * @throws {UnknownNameError} when the run has no such metric
   */
  points(run_id: string, key: string): Promise<Iterable<PointRow>>;
  /**
   * An artifact's bytes.
   *
   * @throws {UnknownNameError} when the run has no such artifact
   */
  artifact(run_id: string, path: string): Promise<ReadableStream<Uint8Array>>;
  /** The sessions, newest first; null where there are none to be had. */
  sessions(limit: number): Promise<SessionRow[]> | null;
  /** What changed since the last time; undefined where nothing is to be learnt. */
  changes?: () => RunNews[];
}
