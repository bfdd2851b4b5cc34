/**
 * What `sweep()` takes and gives.
 *
 * @module
 */
import type { ParamValue, Run, TrackOptions } from "./types.ts";

/** A range of numbers that `random` draws from. */
export interface SweepRangeInCell {
  /** The lowest number. */
  readonly low: number;
  /** The highest number. */
  readonly high: number;
  /** Whole numbers only. @default {false} */
  readonly int?: boolean;
  /** Drawn evenly by magnitude. @default {false} */
  readonly log?: boolean;
}

/** The values of each param that is varied, or the range that they are drawn from. */
export type SweepSpaceInCell = {
  readonly [param: string]: readonly ParamValue[] | SweepRangeInCell;
};

/** The params of one of a sweep's runs. */
export type SweptParams<S extends SweepSpaceInCell> = {
  readonly [K in keyof S]: S[K] extends readonly ParamValue[] ? S[K][number]
    : number;
};

/** Options of a sweep: those of its runs, and its own. */
export interface SweepOptionsInCell extends
  Pick<
    TrackOptions<{ readonly [key: string]: ParamValue }>,
    "params" | "data" | "tags" | "gitlab" | "trackingUri" | "token" | "quiet"
  > {
  /** The experiment of its runs. @default {that of the run which is open, else "sweep"} */
  experiment?: string;
  /** How many combinations are drawn from lists and ranges. @default {every combination of the lists is run} */
  random?: number;
  /** How often each combination is run, each time with another seed. @default {1} */
  repeat?: number;
  /** The first seed, which combinations are drawn by, too. @default {1 when runs are repeated, else none} */
  seed?: number;
  /** The metric that is best when it is highest. */
  max?: string;
  /** The metric that is best when it is lowest. */
  min?: string;
  /** The id of a sweep that was cut off: what has ended is kept, the rest is run. */
  resume?: string;
}

/** What is done in each run. */
export type SweepBody<S extends SweepSpaceInCell> = (
  run: Run,
  params: SweptParams<S>,
) => unknown;

/** What became of one of a sweep's runs. */
export interface SweptRun {
  /** Its id. */
  readonly run_id: string;
  /** Its params, as texts. */
  readonly params: Readonly<Record<string, string>>;
  /** Its seed; null when it has none. */
  readonly seed: number | null;
  /** How it ended. */
  readonly status: "FINISHED" | "FAILED";
  /** Why it failed; null when it did not. */
  readonly error: string | null;
  /** The last value of each metric. */
  readonly metrics: Readonly<Record<string, number>>;
}

/** A combination, with what its runs have logged. */
export interface SweepRow {
  /** Its params, as texts. */
  readonly params: Readonly<Record<string, string>>;
  /** How many of its runs finished. */
  readonly n: number;
  /** How many failed. */
  readonly failed: number;
  /** Of each metric the mean of the last values, and their standard deviation (over n − 1; null for n = 1). */
  readonly metrics: Readonly<
    Record<
      string,
      {
        readonly mean: number;
        readonly std: number | null;
        readonly n: number;
      }
    >
  >;
}

/** A sweep that has ended. As a cell's last value it shows its table. */
export interface SweepInCell {
  /** The id of the run that its runs belong to. */
  readonly run_id: string;
  /** Each combination. */
  readonly rows: readonly SweepRow[];
  /** The best combination; null when no metric was named, or none has logged it. */
  readonly best: SweepRow | null;
  /** Every run. */
  readonly runs: readonly SweptRun[];
}
