/**
 * The words of a reproduction: what was found, and why.
 *
 * @module
 */
import type { Lock } from "../../packages/lock_file.ts";
import type {
  ArtifactVerdict,
  LoggedDifference,
  MaskUse,
  MetricVerdict,
  OutputVerdict,
  ParamVerdict,
} from "../compare/types.ts";

export type {
  ArtifactVerdict,
  LoggedDifference,
  MaskUse,
  MetricVerdict,
  OutputVerdict,
  ParamVerdict,
};

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
  /** What of a dimension it is that can be taken as it is now alone: a dataset's name, a cell, a module. */
  part?: string;
  /** Planned positions of the cells that it can reach; any when left out. */
  reaches?: ReadonlySet<number>;
  /** The variable that it is, with values by which a run can show what it changes. */
  variable?: { name: string; values: readonly string[] };
}

/** Something that was not as it was, and whether that alone changed a result. */
export interface TriedDifference extends Cause {
  /** Null where it could not be shown, neither that it did nor that it did not. */
  changes: boolean | null;
}

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
  params: ParamVerdict[];
  /** Whatever else was logged and came out different, with its dimension. */
  logged: (LoggedDifference & { dimension: ReproduceDimension })[];
  causes: Cause[];
  warnings: string[];
  /** Each thing that was not as it was recorded. */
  differences: TriedDifference[];
  /** What differs and is no difference, with both texts. */
  masked: MaskUse[];
  /** What it was given as it was then and is otherwise here: time zone and locale. */
  as_recorded: string[];
  /** The folder that was asked for; null when it was a temporary one, which is gone. */
  dir: string | null;
  /** The Deno that ran it. */
  deno: string;
  seconds: number;
}

/** A cell execution of the replay. */
export interface ReplayedCell {
  /** Position in the order it was executed now. */
  index: number;
  status: "ok" | "error" | "aborted" | "skipped";
  outputs: { output_type: string; [member: string]: unknown }[];
}

/** What a sandbox has besides its work folder. */
export interface SandboxSurroundings {
  /** The folder of all of it. */
  root: string;
  /** Configuration and lock, which the sandboxed code cannot write. */
  config: string;
  /** What a notebook imports as nbtrack. */
  module: string;
  /** The environment of a Deno that fills the sandbox's cache: the machine's settings, and that cache. */
  fetchEnv: Record<string, string>;
  /** Puts the packages of a lock in the cache as far as the machine's has them. */
  seed(lock: Lock): Promise<void>;
}

/** What the user lets a sandbox reach besides its own folder. */
export interface SandboxGrants {
  /** Hosts, as `--allow-net` takes them. */
  net: readonly string[];
  /** Names of environment variables. */
  env: readonly string[];
}
