/**
 * Letters that stand for others: full width, bold and script of mathematics, small ones above the line. Unicode says which
 * letter each is (NFKC).
 * Loaded inside cells: it imports only files that may be loaded there.
 *
 * @module
 */
import { isLongAscii } from "./words_in_text.ts";

/** Letters, digits and signs in another dress; those outside the basic plane as the two halves they are stored in. */
const LETTER =
  "(?:[\u00aa\u00b2\u00b3\u00b9\u00ba\u02b0-\u02b8\u1d2c-\u1d6a\u2070-\u209c\u2102-\u2138\u2460-\u24ff\ufe4d-\ufe6b\uff01-\uff5e]|\ud835[\udc00-\udfff]|\ud83c[\udd10-\udd69])";
const DRESSED = new RegExp(LETTER, "g");
/** Some of them, with what may stand between. */
const RUN = new RegExp(`(?:${LETTER}[^\\n]{0,8}?){4,}`, "g");
/** So much around them is looked at too, characters. */
const AROUND = 80;

/** A piece of a text in plain letters. */
export interface Narrowed {
  text: string;
  /** Where each of its characters stands in the text that was given, and its end. */
  positions: readonly number[];
}

/** The pieces of a text that have letters in another dress, in plain ones. */
export function narrowed(text: string): Narrowed[] {
  if (isLongAscii(text)) return [];
  const pieces: [number, number][] = [];
  for (const { 0: run, index } of text.matchAll(RUN)) {
    const last = pieces.at(-1);
    const end = index + run.length + AROUND;
    if (last !== undefined && last[1] >= index - AROUND) last[1] = end;
    else pieces.push([Math.max(0, index - AROUND), end]);
  }
  return pieces.map(([start, end]) => plain(text.slice(start, end), start));
}

function plain(text: string, start: number): Narrowed {
  let narrow = "";
  const positions: number[] = [];
  let at = 0;
  const copy = (end: number) => {
    narrow += text.slice(at, end);
    for (; at < end; at++) positions.push(start + at);
  };
  for (const { 0: letter, index } of text.matchAll(DRESSED)) {
    copy(index);
    const letters = letter.normalize("NFKC");
    narrow += letters;
    for (let i = 0; i < letters.length; i++) positions.push(start + index);
    at = index + letter.length;
  }
  copy(text.length);
  positions.push(start + text.length);
  return { text: narrow, positions };
}
