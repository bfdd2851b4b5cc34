/**
 * The exercises of the lessons in `notebooks/`.
 *
 * @module
 */
import type { Exercise } from "../points/types.ts";
import { firstRun } from "./first_run.ts";

/** Every lesson's exercise by its number in two digits. */
export const LESSONS: ReadonlyMap<string, Exercise> = new Map([
  ["01", firstRun],
]);
