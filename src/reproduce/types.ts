/**
 * The words of a reproduction: what was found, and why.
 *
 * @module
 */
import type { JsonNumber } from "../base/numbers.ts";

/** In what a reproduction can differ from its run. */
export type ReproduceDimension =
  | "data"
  | "packages"
  | "order"
  | "seed"
  | "code"
  | "environment";

/** Every dimension, in the order they are looked at. */
export const DIMENSIONS: readonly ReproduceDimension[] = [
  "data",
  "packages",
  "order",
  "seed",
  "code",
  "environment",
];

/** Something that is not as it was. */
export interface Cause {
  dimension: ReproduceDimension;
  what: string;
}

/** A cause, and whether it alone keeps a result from counting as reproduced. */
export interface Difference extends Cause {
  /** The bundle contradicts its own manifest, or the replay its record: never REPRODUCED. */
  contradiction: boolean;
}

/** A metric, then and now: its last value; `same` speaks of every point. */
export interface MetricVerdict {
  key: string;
  recorded: JsonNumber | null;
  reproduced: JsonNumber | null;
  same: boolean;
}

/** The outputs of one cell execution. */
export interface OutputVerdict {
  /** Place in the recorded order of execution, from 0. */
  cell: number;
  same: boolean;
  diff: string | null;
}

/** An artifact. */
export interface ArtifactVerdict {
  path: string;
  same: boolean;
}

/** How often each rule of masking was needed to call two outputs the same. */
export type MaskCounts = Record<string, number>;

/** What `nbtrack reproduce --json` prints. */
export interface Verdict {
  verdict: "REPRODUCED" | "DRIFTED" | "FAILED";
  /** The run that was reproduced. */
  of: string;
  /** The new run; null when there is none. */
  run_id: string | null;
  metrics: MetricVerdict[];
  outputs: OutputVerdict[];
  artifacts: ArtifactVerdict[];
  causes: Cause[];
  warnings: string[];
  /** Masks that were needed, by rule. */
  masked: MaskCounts;
  /** The folder that was asked for; null when it was a temporary one, which is gone. */
  dir: string | null;
  /** The Deno that ran it. */
  deno: string;
  seconds: number;
}

/** A cell execution of the replay. */
export interface ReplayedCell {
  /** Place in the order it was executed now. */
  index: number;
  status: "ok" | "error" | "aborted" | "skipped";
  outputs: { output_type: string; [member: string]: unknown }[];
}
