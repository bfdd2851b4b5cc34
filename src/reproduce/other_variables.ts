/**
 * Variables that a run of this machine read and that are not what they were.
 *
 * @module
 */
import type { Journal } from "../journal/journal.ts";
import type { ReadableBundle } from "../record/bundle/read.ts";
import {
  changedVariables,
  isOfTheProcess,
  MADE_UP,
  variablesIn,
  variablesRead,
} from "../record/variables.ts";
import { isOfProgram } from "../recorder/data/usual_variables.ts";
import { usesByCell } from "./chance.ts";
import type { VerdictParts } from "./judged.ts";
import type { Difference } from "./replay/types.ts";

/** Texts and numbers that sources write down: what a variable is compared with stands among them. */
const LITERALS =
  /(["'`])((?:(?!\1)[^\\\n]){0,64})\1|(?<![\w.])\d+(?:\.\d+)?(?![\w.])/g;
/** What variables are often set to. */
const OFTEN = ["", "true", "false", "yes", "no", "on", "off", "0", "1", "2"];

/**
 * Names each with the cells that it can reach.
 *
 * @param sources The planned cells.
 * @param guesses Whether a value that it had is looked for among what they write down: only of what has all rights.
 */
export async function otherVariables(
  { manifest, file }: Pick<ReadableBundle, "manifest" | "file">,
  sources: readonly string[],
  journal: Journal,
  { guesses }: { guesses: boolean },
): Promise<Difference[]> {
  const literals = sources.flatMap((source) =>
    [...source.matchAll(LITERALS)].map(([all, , text]) => text ?? all)
  );
  const changed = changedVariables(
    journal,
    manifest.run.run_id,
    guesses ? new Set([...literals, ...OFTEN]) : [],
  );
  if (changed.length === 0) return [];
  const modules: string[] = [];
  for (const module of manifest.modules) {
    const bytes = module.file === null ? null : await file(module.file);
    if (bytes !== null) modules.push(new TextDecoder().decode(bytes));
  }
  const uses = usesByCell(sources, modules, variablesIn);
  return changed.map(({ name, what, then }) => ({
    dimension: "environment",
    what,
    contradiction: false,
    reaches: new Set(uses.flatMap((names, i) => names.has(name) ? [i] : [])),
    variable: {
      name,
      values: (then === null ? [MADE_UP, ""] : [then]).filter((value) =>
        value !== Deno.env.get(name)
      ),
    },
  }));
}

/** The variables that a run of another machine read and that are set here: what they were then, nobody knows here. */
export function unknownVariables(
  { bundle: { manifest }, journal, planned, withheld }: Pick<
    VerdictParts,
    "bundle" | "journal" | "planned" | "withheld"
  >,
): string[] {
  if (journal.runs.get(manifest.run.run_id) !== undefined) return [];
  return variablesRead(manifest, planned.map(({ source }) => source))
    .filter((name) =>
      isOfProgram(name) && !isOfTheProcess(name) &&
      Deno.env.get(name) !== undefined && !withheld?.variables.includes(name)
    );
}
