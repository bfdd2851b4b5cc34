/**
 * Experiment tracking for Deno notebooks: `track()` in a cell records the run by itself, on this machine and as a
 * run of a GitLab experiment, and anyone can reproduce it from what was recorded.
 *
 * @example Usage
 * ```ts no-eval
 * import { track } from "@nbtrack/nbtrack";
 *
 * const run = await track("penguins-knn", { params: { k: 5 }, data: "penguins.csv", seed: 7 });
 * run.logMetric("accuracy", 0.97);
 * await run.end();
 * ```
 *
 * @module
 */
export { track } from "./src/track/track.ts";
export { sweep } from "./src/track/sweep.ts";
export type {
  SweepBody,
  SweepInCell,
  SweepOptionsInCell,
  SweepRangeInCell,
  SweepRow,
  SweepSpaceInCell,
  SweptParams,
  SweptRun,
} from "./src/track/sweep_types.ts";
export type {
  EndStatus,
  GitLabProject,
  MetricOptions,
  ModelFiles,
  ModelOptions,
  ParamKey,
  ParamsInput,
  ParamsOf,
  ParamsSchema,
  ParamValue,
  Run,
  RunCallbacks,
  RunCallbacksOptions,
  RunChart,
  RunChartOptions,
  RunStatus,
  SchemaResult,
  TrackOptions,
} from "./src/track/types.ts";
export {
  type Progress,
  progress,
  type ProgressOptions,
} from "./src/track/progress.ts";
export { compare, runs } from "./src/track/find_runs.ts";
export type {
  ComparedPoint,
  ComparedRow,
  ComparedRuns,
  RunEntry,
  RunsOptions,
  RunToCompare,
  TableValue,
} from "./src/record/listed_types.ts";
export { load } from "./src/record/load.ts";
export type {
  LoadedArtifact,
  LoadedCell,
  LoadedDataset,
  LoadedPoint,
  LoadedRun,
  LoadOptions,
} from "./src/record/load.ts";
export { isTrackOptionsError, TrackOptionsError } from "./src/track/errors.ts";
export {
  isNbtrackError,
  NbtrackError,
  type NbtrackErrorOptions,
} from "./src/base/errors.ts";
