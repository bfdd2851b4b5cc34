/**
 * What Deno keeps between sessions for code, in files of its own: no record has it, and so it is named.
 *
 * @module
 */
import { type SourceOfRun, sourcesOfRun } from "./sources_of_run.ts";
import { withoutComments } from "../../notebook/literals.ts";
import type { LocalModule } from "../../packages/local_modules.ts";
import type { ReadingRun } from "./reading_run.ts";

/** Where code takes such things from, by what it is called. */
const STORES: readonly [name: string, use: RegExp][] = [
  // To store something alone depends on nothing.
  [
    "localStorage",
    /\blocalStorage\b(?!\s*(?:\?\.|\.)\s*(?:setItem|removeItem|clear)\b)/,
  ],
  ["Deno.openKv", /\bDeno\s*\.\s*openKv\s*\(\s*\)/],
  ["caches", /(?<![.\w$])caches\s*\.\s*(?:open|match|has)\s*\(/],
];

/** Names on a run what its code may take from where Deno keeps it. */
export function nameKeptState(
  reading: ReadingRun,
  modules: readonly LocalModule[],
): void {
  for (const { label, source } of sourcesOfRun(reading, modules)) {
    const stores = storesIn(source);
    if (stores.length === 0) continue;
    reading.journal.entries.setMissing(
      reading.run_id,
      `state of ${label}`,
      `${
        stores.join(", ")
      }: what it holds from earlier sessions is not recorded`,
    );
  }
}

function storesIn(source: SourceOfRun["source"]): string[] {
  const code = withoutComments(source);
  return STORES.filter(([, use]) => use.test(code)).map(([name]) => name);
}
