/**
 * Sentences with a stranger's names in them: cut, and not more of them than are read.
 *
 * @module
 */
import { oneLine, shortened } from "../base/markup.ts";

/** How many things of one kind are named. */
const MAX_NAMED = 5;
const MAX_NAME = 120;
const MAX_WARNINGS = 500;
const MAX_WARNING = 2000;

/** A sentence for each of the first names, and one for the others. */
export function eachNamed(
  names: readonly string[],
  one: (name: string) => string,
  more: (count: number) => string,
): string[] {
  const said = names.slice(0, MAX_NAMED).map((name) =>
    one(oneLine(shortened(name, MAX_NAME)))
  );
  const left = names.length - said.length;
  return left === 0
    ? said
    : left === 1
    ? [...said, one(oneLine(shortened(names.at(-1) ?? "", MAX_NAME)))]
    : [...said, more(left)];
}

/** The warnings of a verdict, each once. */
export function limitedWarnings(warnings: Iterable<string>): string[] {
  const all = [...new Set(warnings)].map((one) => shortened(one, MAX_WARNING));
  const left = all.length - MAX_WARNINGS;
  return left > 0
    ? [...all.slice(0, MAX_WARNINGS), `and ${left} more warnings`]
    : all;
}
