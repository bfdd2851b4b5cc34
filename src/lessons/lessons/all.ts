/**
 * The exercises of the lessons in `notebooks/`.
 *
 * @module
 */
import type { Exercise } from "../points/types.ts";
import { firstRun } from "./first_run.ts";
import { oneByte } from "./one_byte.ts";
import { oneChange } from "./one_change.ts";
import { whatIsCaptured } from "./what_is_captured.ts";

/** Every lesson's exercise by its number in two digits. */
export const LESSONS: ReadonlyMap<string, Exercise> = new Map([
  ["01", firstRun],
  ["02", whatIsCaptured],
  ["03", oneChange],
  ["04", oneByte],
]);
