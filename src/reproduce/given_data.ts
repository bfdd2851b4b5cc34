/**
 * Data that the user gave instead of a run's own: whether the run has such data at all.
 *
 * @module
 */
import { nearest } from "../base/nearest.ts";
import type { BundledDataset } from "../record/bundle/manifest.ts";
import { ReproduceError } from "./replay/errors.ts";
import type { DataOptions } from "./find_data.ts";

/** @throws {ReproduceError} when data was given for a name that the run cannot take data for */
export function refuseUnknownData(
  datasets: readonly BundledDataset[],
  { given }: DataOptions,
): void {
  for (const [name, path] of Object.entries(given)) {
    const dataset = datasets.find((one) => one.name === name);
    const cannot = `Cannot use --data ${name}=${path}`;
    const names = datasets.map((one) => one.name);
    if (dataset === undefined) {
      const near = nearest(name, names);
      throw new ReproduceError(`${cannot}: the run has no dataset ${name}.`, {
        hint: near !== null
          ? `Did you mean ${near}?`
          : names.length === 0
          ? "It names no data: track() takes it as data:."
          : `Its datasets are ${names.join(", ")}.`,
      });
    }
    if (dataset.kind === "url") {
      throw new ReproduceError(
        `${cannot}: the notebook fetches ${name} from its address itself.`,
        { hint: "Leave it out: the address is asked whether it changed." },
      );
    }
    if (dataset.kind === "memory" || dataset.kind === null) {
      throw new ReproduceError(
        `${cannot}: ${name} is no file, ${
          dataset.kind === null
            ? "it could not be read when it was recorded"
            : "the notebook makes it in memory"
        }.`,
        { hint: "Leave it out." },
      );
    }
  }
}
