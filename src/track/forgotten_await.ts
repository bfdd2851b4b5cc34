/**
 * `const run = track(…)` without `await` gives a promise: whoever uses it as a run gets a sentence.
 *
 * @module
 */
import { TrackOptionsError } from "./errors.ts";
import type { Run } from "./types.ts";

const MEMBERS: readonly (keyof Run)[] = [
  "id",
  "name",
  "experiment",
  "url",
  "status",
  "params",
  "seed",
  "logParam",
  "logParams",
  "logMetric",
  "logMetrics",
  "setTag",
  "setTags",
  "logArtifact",
  "logDataset",
  "registerModel",
  "chart",
  "callbacks",
  "end",
];

const REMINDER = "track() is awaited: write `const run = await track(…)`.";

/** Lets a promise of a run say what is wrong where a member of a run is asked of it. */
export function remindOfAwait<T>(promise: Promise<T>): Promise<T> {
  for (const member of MEMBERS) {
    Object.defineProperty(promise, member, {
      configurable: true,
      get() {
        throw new TrackOptionsError(
          `There is no run yet to take "${member}" from. ${REMINDER}`,
        );
      },
    });
  }
  return Object.defineProperty(promise, Symbol.for("Jupyter.display"), {
    configurable: true,
    value: () => ({ "text/plain": REMINDER }),
  });
}
