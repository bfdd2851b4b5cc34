/**
 * What a sandbox withholds of that which the run read.
 *
 * @module
 */
import type { Manifest } from "../record/bundle/manifest.ts";
import type { SandboxGrants } from "./replay/types.ts";
import { isGranted } from "./sandbox/permissions.ts";

/** Names that a sandbox does not give to what the run read by them. */
export interface Withheld {
  variables: string[];
  hosts: string[];
}

/** Variables by which the process itself is started: they are never made up. */
const OF_THE_PROCESS =
  /^(?:(?:NBTRACK|DENO|LD|DYLD|NODE|NPM|V8)_.*|HOME|PATH|TMPDIR|TZ|LANG|LC_ALL|NO_COLOR|SystemRoot)$/i;
const LITERAL =
  /\bDeno\s*\.\s*env\s*\.\s*(?:get|has)\s*\(\s*["'`](\w+)["'`]\s*\)|\bprocess\s*\.\s*env\s*(?:\.\s*(\w+)|\[\s*["'`](\w+)["'`]\s*\])/g;

/** Variables that a run read, as far as its record and its cells name them. */
export function variablesRead(
  { env_names }: Pick<Manifest, "env_names">,
  sources: readonly string[],
): string[] {
  const read = new Set(env_names);
  for (const source of sources) {
    for (const [, a, b, c] of source.matchAll(LITERAL)) {
      const name = a ?? b ?? c;
      if (name !== undefined) read.add(name);
    }
  }
  return [...read];
}

/** What a sandbox with these grants withholds, as far as the record and the cells name it. */
export function withheldFrom(
  manifest: Pick<Manifest, "env_names" | "hosts">,
  sources: readonly string[],
  { env, net }: SandboxGrants,
): Withheld {
  return {
    variables: variablesRead(manifest, sources).filter((name) =>
      !env.includes(name) && !OF_THE_PROCESS.test(name)
    ),
    hosts: [...new Set(manifest.hosts)].filter((host) => !isGranted(host, net)),
  };
}
