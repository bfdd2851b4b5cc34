/**
 * What `load()` gives: an earlier run as notebooks see it.
 *
 * @module
 */

/** A point of a metric. */
export interface LoadedPoint {
  /** Null when a server does not say it. */
  readonly step: number | null;
  /** Milliseconds since 1970; null when a server does not say it. */
  readonly timestamp: number | null;
  /** The value as logged. */
  readonly value: number;
}

/** A dataset of an earlier run. */
export interface LoadedDataset {
  /** The name it was logged under. */
  readonly name: string;
  /** `sha256:` and 64 hex digits; null when it has none. */
  readonly digest: string | null;
  /** Rows of its table; null when it is none. */
  readonly rows: number | null;
  /** Columns of its table; null when it is none. */
  readonly columns:
    | readonly { readonly name: string; readonly type: string }[]
    | null;
  /** Where it came from. */
  readonly uri: string | null;
  /**
   * Its text, exactly as the run read it.
   *
   * @throws {NbtrackError} when it is no text, or cannot be had with the recorded digest
   */
  read(): Promise<string>;
  /**
   * Its bytes, exactly as the run read them.
   *
   * @throws {NbtrackError} when they cannot be had with the recorded digest
   */
  bytes(): Promise<Uint8Array>;
}

/** An artifact of an earlier run. */
export interface LoadedArtifact {
  /** Its path within the run. */
  readonly path: string;
  /** Bytes; null when a server does not say it. */
  readonly size: number | null;
  /** Its text. */
  read(): Promise<string>;
  /** Its bytes. */
  bytes(): Promise<Uint8Array>;
}

/** A cell execution of an earlier run. */
export interface LoadedCell {
  /** Position in the order of execution, from 0. */
  readonly index: number;
  /** As executed. */
  readonly source: string;
  /** `ok`, `error`, `aborted` or `running`. */
  readonly status: string;
  /** As nbformat has them. */
  readonly outputs: readonly Record<string, unknown>[];
}

/** An earlier run. */
export interface LoadedRun {
  /** Its id, a UUID. */
  readonly id: string;
  /** Its name. */
  readonly name: string;
  /** The experiment's name. */
  readonly experiment: string;
  /** MLflow's run state. */
  readonly status: string;
  /** Params, as texts. */
  readonly params: Readonly<Record<string, string>>;
  /** Tags. */
  readonly tags: Readonly<Record<string, string>>;
  /** The last value of each metric. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Its datasets. */
  readonly datasets: readonly LoadedDataset[];
  /** Its artifacts, those of its record included. */
  readonly artifacts: readonly LoadedArtifact[];
  /** Its cell executions, in the order they happened. */
  readonly cells: readonly LoadedCell[];
  /**
   * Every point of a metric.
   *
   * @throws {UnknownNameError} when it has no such metric
   */
  points(metric: string): Promise<LoadedPoint[]>;
  /** A dataset by its name. @throws {NbtrackError} naming those there are */
  dataset(name: string): LoadedDataset;
  /** An artifact by its path. @throws {NbtrackError} naming those there are */
  artifact(path: string): LoadedArtifact;
}

/** Options of {@linkcode load}. */
export interface LoadOptions {
  /** The experiment in which a name, or `last`, is meant. @default {names are not searched} */
  experiment?: string;
}
