/**
 * Checking the options of `track()` without loading zod if they are plainly right.
 *
 * @module
 */
import { isObject } from "../base/values.ts";
import { messageOf } from "../base/errors.ts";
import { lazyImport } from "../base/lazy.ts";
import { TrackOptionsError } from "./errors.ts";
import type { State } from "./state.ts";

const MAX_NAME_CHARS = 255;

/** For each option the values that are right beyond doubt; others are left to the schema. */
const PLAIN: Record<string, (value: unknown) => boolean> = {
  params: isObject,
  metrics: (value) =>
    Array.isArray(value) && value.every((name) => isName(name, Infinity)),
  data: () => true,
  seed: (value) =>
    Number.isInteger(value) && Number(value) >= 0 && Number(value) < 2 ** 32,
  name: (value) => isName(value, MAX_NAME_CHARS),
  description: (value) => typeof value === "string",
  tags: (value) =>
    isObject(value) &&
    Object.values(value).every((text) => typeof text === "string"),
  deliver: (value) => value === "ask",
  quiet: (value) => typeof value === "boolean",
  live: (value) =>
    Array.isArray(value) && value.every((name) => isName(name, Infinity)),
  points: (value) => value === "all",
  artifacts: (value) => value === "auto",
  system: (value) => typeof value === "boolean",
};

/**
 * Checks what `track()` was given.
 *
 * @throws {TrackOptionsError} naming the first wrong option
 */
export async function checkTrackOptions(
  state: State,
  experiment: unknown,
  options: unknown,
): Promise<void> {
  if (arePlainlyRight(experiment, options)) return;
  let module;
  try {
    module = await lazyImport<typeof import("./options.ts")>(
      "./options.ts",
      import.meta.url,
    );
  } catch (error) {
    // A package.json beside the notebook keeps npm packages from loading: the run goes on unchecked.
    state.problems.set(
      "options",
      `The options were not checked. ${messageOf(error)}`,
    );
    if (!isName(experiment, MAX_NAME_CHARS)) {
      throw new TrackOptionsError("track() takes the experiment's name first.");
    }
    return;
  }
  module.checkOptions(experiment, options);
}

/** Whether experiment and options are right beyond doubt; when not, the schema decides. */
export function arePlainlyRight(
  experiment: unknown,
  options: unknown,
): boolean {
  return isName(experiment, MAX_NAME_CHARS) && isObject(options) &&
    Object.entries(options).every(([key, value]) =>
      value !== undefined && Object.hasOwn(PLAIN, key) &&
      PLAIN[key]?.(value) === true
    );
}

function isName(value: unknown, max: number): boolean {
  return typeof value === "string" && value.trim() !== "" &&
    value.length <= max;
}
