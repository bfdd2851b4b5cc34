/**
 * Whether a value that is found in a text says that it is the secret that is known.
 * Loaded inside cells: it imports only files that may be loaded there.
 *
 * @module
 */
import { looksLikeKey, looksRandom } from "./plausible.ts";
import { isDrawn } from "./spoken.ts";

/** Shorter values would be found by chance. */
const SHORTEST = 6;

/** Whether finding a value in a text says something: a word, a path or a number may be there by chance. */
export function isTelling(value: string): boolean {
  if (value.length < SHORTEST) return false;
  if (
    /^(?:\/|~\/|\.{1,2}\/|[A-Za-z]:\\|unix:|https?:\/\/[^@?]*$)/.test(value) &&
    !looksRandom(value.slice(1))
  ) return false;
  if (/^\d+$/.test(value)) return value.length >= 9;
  if (/^[a-z]+$/i.test(value)) {
    return value.length >= 12 || value.length >= 8 && isDrawn(value);
  }
  return value.length >= 8 || /\d/.test(value) && /[a-z]/i.test(value);
}

/** A short or plain value is part of a longer word by chance. */
export function isInsideWord(
  text: string,
  start: number,
  end: number,
  value: string,
): boolean {
  if (value.length >= 12 && (looksRandom(value) || looksLikeKey(value))) {
    return false;
  }
  const word = /[A-Za-z\d]/;
  const hides = (at: number, inside: string) =>
    word.test(inside) && word.test(text[at] ?? "");
  return value.length < 12 &&
    (hides(start - 1, value[0] ?? "") &&
        !/\\[nrt]$/.test(text.slice(Math.max(0, start - 2), start)) ||
      hides(end, value.at(-1) ?? ""));
}

/** Whether a value is also found with line ends and colours in it. */
export function isSplitToo(value: string): boolean {
  return value.length >= 12 && !/\s/.test(value);
}
