/**
 * Reading runs: one interface, whether they lie in the journal or on a server.
 *
 * @module
 */
import type { RecordedPoint, RunRecord } from "./schema/record.ts";
import type { RunSummary } from "./schema/summary.ts";

/** Which runs to list. */
export interface ListOptions {
  /** Only runs of this experiment. @default {every experiment} */
  experiment?: string | undefined;
  /** MLflow's search language, such as `metrics.loss < 0.3 and params.k = '5'`. @default {every run} */
  filter?: string | undefined;
  /** What to sort by, such as `metrics.loss` or `attributes.start_time DESC`. @default {newest first} */
  sort?: string | undefined;
  /** At most so many. @default {all} */
  limit?: number | undefined;
}

/** Reads runs. */
export interface RunReader {
  /**
   * Runs, newest first unless sorted.
   *
   * @throws {QueryError} when the filter or the order cannot be understood
   * @throws {UnknownNameError} when there is no such experiment
   */
  list(options?: ListOptions): Promise<RunSummary[]>;
  /**
   * A run in full.
   *
   * @throws {RunNotFoundError} when there is no such run
   */
  get(run_id: string): Promise<RunRecord>;
  /**
   * Every point of a metric, in the order of logging as far as that is known.
   *
   * @throws {UnknownNameError} when the run has no such metric
   */
  points(run_id: string, key: string): Promise<RecordedPoint[]>;
  /**
   * An artifact's bytes.
   *
   * @throws {UnknownNameError} when the run has no such artifact
   */
  artifact(run_id: string, path: string): Promise<ReadableStream<Uint8Array>>;
}

/** A run, and what reads it. */
export interface FoundRun {
  run_id: string;
  reader: RunReader;
}
