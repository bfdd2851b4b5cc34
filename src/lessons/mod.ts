/**
 * Lessons: `check()` tells a student what of an exercise holds, by the record of what was executed, logged,
 * fingerprinted and reproduced, and a teacher writes exercises of the same few points.
 *
 * @example A teacher's own exercise
 * ```ts no-eval
 * import { changedOnly, check, logged, ran } from "@nbtrack/nbtrack/lessons";
 *
 * await check({
 *   title: "Which k?",
 *   points: [
 *     ran("fit"), // a cell with the comment line "// cell: fit"
 *     logged("accuracy", { experiment: "penguins-knn" }),
 *     changedOnly("k", { experiment: "penguins-knn" }),
 *   ],
 *   hints: ["A run has one k: a second k is a second run."],
 * })
 * ```
 *
 * @module
 */
import "../base/packages_of_cells.ts";
import "./packages_of_lessons.ts";
export { check, type CheckFunction } from "./check.ts";
export { type LessonServer, practiceServer } from "./server.ts";
export { nbtrack, type Printed } from "./command.ts";
export type { CheckedPoint, CheckResult, Hint } from "./result.ts";
export type {
  StudentCell,
  StudentDataset,
  StudentMetric,
  StudentRecord,
  StudentReproduction,
  StudentRun,
} from "./evidence/types.ts";
export {
  cannotSee,
  type Exercise,
  type Finding,
  HOLDS,
  notTried,
  notYet,
  type Point,
  point,
  type PointState,
} from "./points/types.ts";
export { type CellOptions, inOrder, mended, ran } from "./points/cells.ts";
export {
  changedOnly,
  finished,
  logged,
  type MetricPointOptions,
  seeded,
  usesData,
} from "./points/runs.ts";
export type { RunOptions } from "./points/select.ts";
export {
  reproduced,
  type ReproductionOptions,
} from "./points/reproductions.ts";
