/**
 * Variables that a run of this machine read and that are not what they were.
 *
 * @module
 */
import type { Journal } from "../journal/journal.ts";
import type { ReadableBundle } from "../record/bundle/read.ts";
import { changedVariables, variablesIn } from "../record/variables.ts";
import { usesByCell } from "./chance.ts";
import type { Difference } from "./replay/types.ts";

/** Names each with the cells that it can reach. @param sources The planned cells. */
export async function otherVariables(
  { manifest, file }: Pick<ReadableBundle, "manifest" | "file">,
  sources: readonly string[],
  journal: Journal,
): Promise<Difference[]> {
  const changed = changedVariables(journal, manifest.run.run_id);
  if (changed.length === 0) return [];
  const modules: string[] = [];
  for (const module of manifest.modules) {
    const bytes = module.file === null ? null : await file(module.file);
    if (bytes !== null) modules.push(new TextDecoder().decode(bytes));
  }
  const uses = usesByCell(sources, modules, variablesIn);
  return changed.map(({ name, what }) => ({
    dimension: "environment",
    what,
    contradiction: false,
    reaches: new Set(uses.flatMap((names, i) => names.has(name) ? [i] : [])),
  }));
}
