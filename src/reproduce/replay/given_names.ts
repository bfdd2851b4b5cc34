/**
 * Which datasets a run was given.
 *
 * @module
 */
import type { Manifest } from "../../record/bundle/manifest.ts";

/** Names of the datasets that a run did not make itself. */
export function givenNames({ datasets }: Pick<Manifest, "datasets">): string[] {
  return datasets.filter(({ kind, made }) => kind !== "memory" && !made)
    .map(({ name }) => name);
}
