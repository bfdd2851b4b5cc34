/**
 * Where a value stands in a text that was read without its escapes.
 * Loaded inside cells: it imports only files that may be loaded there.
 *
 * @module
 */
import { endOfLoose, loosePattern } from "./escaped.ts";
import type { FoundForm } from "./find_token_forms.ts";

/** Where a value stands in a text in whatever form. */
export function locate(
  text: string,
  found: FoundForm & { value: string },
): FoundForm[] {
  const { value } = found;
  const split = !/\s/.test(value);
  return [...text.matchAll(loosePattern(value, split))]
    .filter(({ 0: all, index }) =>
      value.length >= 8 || !isInsideWord(text, index, index + all.length)
    )
    .map(({ 0: all, index }) => ({
      ...found,
      start: index,
      end: endOfLoose(text, index + all.length, value, split),
    }));
}

function isInsideWord(text: string, start: number, end: number): boolean {
  return /\w\w/.test(text.slice(start - 1, start + 1)) && start > 0 ||
    /\w\w/.test(text.slice(end - 1, end + 1));
}
