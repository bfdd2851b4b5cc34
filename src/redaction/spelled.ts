/**
 * A known value that is written letter by letter in another way: in other case, backwards, with anything but letters and
 * digits between its letters, or only its first or second half.
 * Loaded inside cells: it imports only files that may be loaded there.
 *
 * @module
 */
import { onlyLetters } from "./escaped.ts";
import { looksLikeKey, looksRandom } from "./plausible.ts";

/** Shorter values, and shorter halves, would be found by chance. */
const SHORTEST = { whole: 12, half: 8 };
/** Longer values are no tokens; they are found as they are written. */
const LONGEST = 2000;

/** A text is read without its tags in pieces of so many characters. */
const PIECE_CHARS = 65_536;
/** In longer texts no table of single letters is looked for, characters. */
export const LONGEST_TABLE = 200_000;

/** The letters and digits of a text, in one case. */
export function skeletonOf(text: string): string {
  return onlyLetters(text).toLowerCase();
}

/** A text whose tags of HTML are blank: letters with markup between them stand as they are read, at their positions. */
export function withoutTags(text: string): string {
  return text.includes("</")
    ? text.replace(
      /<\/?[a-z][^<>]{0,200}>/gi,
      (tag) => " ".repeat(tag.length),
    )
    : text;
}

/** {@linkcode skeletonOf} a text {@linkcode withoutTags}. */
export function skeletonWithoutTags(text: string): string {
  let skeleton = "";
  for (let at = 0; at < text.length;) {
    const close = text.lastIndexOf(">", at + PIECE_CHARS) + 1;
    const end = close > at ? close : at + PIECE_CHARS;
    skeleton += skeletonOf(withoutTags(text.slice(at, end)));
    at = end;
  }
  return skeleton;
}

/** A number that stands alone, one more than the one before it, is an index: it is blank, the letters beside it stay. */
export function withoutIndex(text: string): string {
  if (text.length > LONGEST_TABLE) return text;
  let last = -1;
  return text.replace(/(?<!\w|\d\.)\d{1,5}(?!\w|\.\d)/g, (digits) => {
    const n = Number(digits);
    if (n !== last + 1 && (last >= 0 || n > 1)) return digits;
    last = n;
    return " ".repeat(digits.length);
  });
}

/** A JSON document without the names of texts and numbers: what stands under them in a table's rows stands in one row. */
export function withoutMemberNames(json: string): string {
  if (json.length > LONGEST_TABLE) return json;
  return json.replace(
    /"(?:[^"\\]|\\.)*"(?=\s*:\s*["\d])/g,
    (name) => " ".repeat(name.length),
  );
}

/** What to look for in the skeleton of a text; nothing for a value that words may spell by chance. */
export function spelledForms(value: string): string[] {
  if (value.length > LONGEST || !/^[\w.+/=~-]+$/.test(value)) return [];
  if (!looksRandom(value) && !looksLikeKey(value)) return [];
  const whole = skeletonOf(value);
  if (whole.length < SHORTEST.whole) return [];
  const half = Math.ceil(whole.length / 2);
  return half < SHORTEST.half
    ? [whole, backwards(whole)]
    : [whole.slice(0, half), whole.slice(-half), backwards(whole)];
}

/** Where a form is spelled in a text: from its first letter to its last, and on while the value goes on. */
export function whereSpelled(
  text: string,
  form: string,
  value: string,
): [number, number][] {
  const gap = "[^A-Za-z\\d]*";
  const pattern = new RegExp([...form].join(gap), "gi");
  const whole = skeletonOf(value);
  const at = whole.indexOf(form);
  return [...text.matchAll(pattern)].map(({ 0: all, index }) => {
    let [start, end] = [index, index + all.length];
    if (at < 0) return [start, end];
    for (let i = at - 1; i >= 0; i--) {
      const before = lastLetter(text, start);
      if (before < 0 || text[before]?.toLowerCase() !== whole[i]) break;
      start = before;
    }
    for (let i = at + form.length; i < whole.length; i++) {
      const next = nextLetter(text, end);
      if (next < 0 || text[next]?.toLowerCase() !== whole[i]) break;
      end = next + 1;
    }
    return [start, end];
  });
}

/** A JSON document without the texts and numbers between two positions: the first of them becomes `placeholder`. */
export function withoutTexts(
  json: string,
  [start, end]: readonly [number, number],
  { placeholder, keepsNames }: { placeholder: string; keepsNames: boolean },
): string {
  let isFirst = true;
  return json.replace(
    /("(?:[^"\\]|\\.)*")(\s*:)?|-?\d[\d.eE+-]*/g,
    (all: string, text = "", colon = "", at = 0) => {
      if (at + all.length <= start || at >= end) return all;
      // The index of a list that is written as an object stays, and so do the names of a table's columns.
      if (colon !== "" && (keepsNames || /^"\d+"$/.test(text))) return all;
      if (!isFirst) return text === "" ? "0" : `""${colon}`;
      isFirst = false;
      return JSON.stringify(placeholder) + colon;
    },
  );
}

/** Whether a JSON document has texts of a few letters one after the other. */
export function hasSingleLetters(json: string): boolean {
  return /(?:"[^"\\]{1,3}"[^"]{1,40}){3}"/.test(json);
}

/** Whether a JSON document has small whole numbers one after the other. */
export function hasNumbers(json: string): boolean {
  return /(?:\d{1,3}[^\w.]{1,24}){7}/.test(json);
}

function backwards(text: string): string {
  return [...text].reverse().join("");
}

/** Texts of a line or so may stand between two letters, not more. */
const MOST_BETWEEN = 200;

function lastLetter(text: string, before: number): number {
  for (let i = before - 1; i >= 0 && i >= before - MOST_BETWEEN; i--) {
    if (/[A-Za-z\d]/.test(text[i] ?? "")) return i;
  }
  return -1;
}

function nextLetter(text: string, from: number): number {
  for (let i = from; i < text.length && i < from + MOST_BETWEEN; i++) {
    if (/[A-Za-z\d]/.test(text[i] ?? "")) return i;
  }
  return -1;
}
