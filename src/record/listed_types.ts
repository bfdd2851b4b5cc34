/**
 * What `runs()` and `compare()` give in a notebook.
 *
 * @module
 */

/** A value of a param in a table: a number where its text is one. */
export type TableValue = string | number | null;

/**
 * A run as a row: a plain object with a column for each param, metric and tag that one of the runs has, as Plot, arquero
 * and a `for` loop take it. Times are milliseconds since 1970.
 */
export interface RunEntry {
  /** Its id, a UUID. */
  run_id: string;
  /** Its name. */
  name: string;
  /** The experiment's name. */
  experiment: string;
  /** MLflow's run state. */
  status: string;
  /** When it was opened. */
  start_time: number;
  /** Null while it goes on. */
  end_time: number | null;
  /** How long it took; null while it goes on. */
  seconds: number | null;
  /** A param; null where this run has none of that name. */
  [param: `params.${string}`]: TableValue;
  /** The last value of a metric; null where this run has none of that name. */
  [metric: `metrics.${string}`]: number | null;
  /** A tag; null where this run has none of that name. */
  [tag: `tags.${string}`]: string | null;
}

/** Which runs {@linkcode runs} gives. */
export interface RunsOptions {
  /** As `nbtrack runs --filter` takes it: `metrics.loss < 0.3 and params.k = '5'`. @default {every run} */
  filter?: string;
  /** `metrics.loss`, `-metrics.accuracy`, `start_time`. @default {newest first} */
  sort?: string;
  /** At most so many. @default {all} */
  limit?: number;
}

/** A run to compare: its id or the beginning of it, its address, a handle, a row of `runs()`, or one of `load()`. */
export type RunToCompare =
  | string
  | { readonly id: string }
  | { readonly run_id: string };

/** One key, and its value in each run; null where a run has none. */
export interface ComparedRow<T> {
  /** What is compared. */
  key: string;
  /** In the order of the runs. */
  values: (T | null)[];
}

/** A point of a metric, under the run it belongs to: rows for a chart. */
export interface ComparedPoint {
  /** The run's id. */
  run_id: string;
  /** The run's name. */
  run: string;
  /** Null when a server does not say it. */
  step: number | null;
  /** The value as logged. */
  value: number;
}

/** Runs side by side; only what differs between them. As a cell's last value it shows tables and curves. */
export interface ComparedRuns {
  /** The runs as rows, in the order they were given. */
  readonly runs: readonly RunEntry[];
  /** Params, as texts. */
  readonly params: readonly ComparedRow<string>[];
  /** Last values. */
  readonly metrics: readonly ComparedRow<number>[];
  /** Digests of data. */
  readonly datasets: readonly ComparedRow<string>[];
  /** Versions of packages. */
  readonly packages: readonly ComparedRow<string>[];
  /** Digests of what was logged. */
  readonly artifacts: readonly ComparedRow<string>[];
  /** What differs in cells, with a text difference. */
  readonly cells: readonly {
    change: "added" | "removed" | "changed" | "moved";
    diff: string;
    run_id: string;
  }[];
  /** What else differs (seed, environment, local modules), in words. */
  readonly others: readonly {
    dimension: string;
    what: string;
    run_id: string;
  }[];
  /** Every point of a metric of all the runs. */
  points(metric: string): Promise<ComparedPoint[]>;
}
