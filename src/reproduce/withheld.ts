/**
 * What a sandbox withholds of that which the run read.
 *
 * @module
 */
import type { Manifest } from "../record/bundle/manifest.ts";
import {
  isOfTheProcess,
  variablesIn,
  variablesRead,
} from "../record/variables.ts";
import type { SandboxGrants } from "./replay/types.ts";
import { isGranted } from "./sandbox/permissions.ts";

/** Names that a sandbox does not give to what the run read by them. */
export interface Withheld {
  variables: string[];
  hosts: string[];
}

/**
 * Every process has one, and packages look into it; a sandbox has an empty one. A cell that names it may show what it says.
 */
const EMPTIED = "PATH";

/** What a sandbox with these grants withholds, as far as the record and the cells name it. */
export function withheldFrom(
  manifest: Pick<Manifest, "env_names" | "hosts">,
  sources: readonly string[],
  { env, net }: SandboxGrants,
): Withheld {
  const named = new Set(sources.flatMap(variablesIn));
  return {
    variables: variablesRead(manifest, sources).filter((name) =>
      !env.includes(name) &&
      (!isOfTheProcess(name) || name === EMPTIED && named.has(name))
    ),
    hosts: [...new Set(manifest.hosts)].filter((host) => !isGranted(host, net)),
  };
}
