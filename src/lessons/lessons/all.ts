/**
 * The exercises of the lessons in `notebooks/`.
 *
 * @module
 */
import type { Exercise } from "../points/types.ts";
import { chance } from "./chance.ts";
import { firstRun } from "./first_run.ts";
import { forkingPaths } from "./forking_paths.ts";
import { leakage } from "./leakage.ts";
import { oneByte } from "./one_byte.ts";
import { oneChange } from "./one_change.ts";
import { outOfOrder } from "./out_of_order.ts";
import { share } from "./share.ts";
import { strangersRun } from "./strangers_run.ts";
import { whatIsCaptured } from "./what_is_captured.ts";

/** Every lesson's exercise by its number in two digits. */
export const LESSONS: ReadonlyMap<string, Exercise> = new Map([
  ["01", firstRun],
  ["02", whatIsCaptured],
  ["03", oneChange],
  ["04", oneByte],
  ["05", outOfOrder],
  ["06", chance],
  ["07", forkingPaths],
  ["08", strangersRun],
  ["09", leakage],
  ["10", share],
]);
