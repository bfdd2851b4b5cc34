/**
 * Texts that lie in another text in an encoded form: Base64, Base32, numbers for letters, packed.
 * Loaded inside cells: nothing here may load a library.
 *
 * @module
 */

import { letterCodes } from "./letter_codes.ts";
import { packedTexts } from "./packed_texts.ts";

/** An encoded text inside another. */
export interface EncodedText {
  /** Index of its first character. */
  start: number;
  /** Index behind its last one. */
  end: number;
  /** What it says. */
  text: string;
}

/** Base64 of letters and signs: each byte is below 128, so that each group of four begins with one of 32 characters. */
const BASE64 =
  /(?<![\w+/-])[\w+/-]{0,3}?(?:[A-Za-f][\w+/-]{3}){5}[\w+/-]*={0,2}/g;
/** Another line of the same. */
const NEXT_LINE = /(?:\r?\n|\\n)[\w+/-]{4,}={0,2}/y;
/** Base32, in large letters also over lines. */
const BASE32 =
  /\b(?:[A-Z2-7]{16,}(?:\r?\n[A-Z2-7]{8,})*|[a-z2-7]{24,})(?![A-Za-z\d])/g;
const BASE32_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/** Characters that texts hardly have. */
// deno-lint-ignore no-control-regex
const STRANGE = /[^\t\n\r\x1b\x20-\x7e]/g;
/** So many lines are joined. */
const MOST_LINES = 20_000;

/** The encoded texts in a text; what does not say text, such as a picture or a digest, is none. */
export function encodedTexts(text: string): EncodedText[] {
  const found: EncodedText[] = [];
  const add = (start: number, length: number, said: string | null) => {
    if (said !== null) found.push({ start, end: start + length, text: said });
  };
  BASE64.lastIndex = 0;
  for (let match; (match = BASE64.exec(text)) !== null;) {
    const start = match.index;
    if (fromBase64(match[0]) === null) continue;
    const end = lastLine(text, start + match[0].length);
    add(start, end - start, fromBase64(text.slice(start, end)));
    BASE64.lastIndex = end;
  }
  found.push(...numberedTexts(text));
  for (const { 0: run, index } of text.matchAll(BASE32)) {
    add(index, run.length, readable(fromBase32(run)));
  }
  return [...found, ...packedTexts(text)];
}

/** The texts whose letters are written as numbers. */
export function numberedTexts(text: string): EncodedText[] {
  return letterCodes(text).flatMap(({ start, end, bytes }) => {
    const said = readable(bytes);
    return said === null ? [] : [{ start, end, text: said }];
  });
}

function fromBase32(run: string): string {
  let bytes = "";
  let [bits, held] = [0, 0];
  for (const digit of run.toUpperCase()) {
    const value = BASE32_DIGITS.indexOf(digit);
    if (value < 0) continue; // a line's end
    held = (held << 5 | value) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes += String.fromCharCode(held >> bits & 0xff);
  }
  return bytes;
}

/** Where Base64 ends that goes on in the next lines. */
function lastLine(text: string, from: number): number {
  let end = from;
  for (let lines = 0; lines < MOST_LINES; lines++) {
    NEXT_LINE.lastIndex = end;
    const next = NEXT_LINE.exec(text)?.[0];
    // Padding ends it.
    if (next === undefined || text[end - 1] === "=") break;
    end += next.length;
  }
  return end;
}

/** What stands before may be joined to it: it is read from each of four characters on. */
function fromBase64(run: string): string | null {
  const plain = run.replace(/\\n|[\r\n=]/g, "").replaceAll("-", "+")
    .replaceAll("_", "/");
  for (let skip = 0; skip < 4 && plain.length - skip >= 16; skip++) {
    if (!/^(?:[A-Za-f].{3}){4}/.test(plain.slice(skip, skip + 16))) continue;
    const text = decodeBase64(plain.slice(skip));
    const said = text === null ? null : readable(text);
    if (said !== null) return said;
  }
  return null;
}

function decodeBase64(text: string): string | null {
  try {
    return atob(text.slice(0, text.length - (text.length % 4 === 1 ? 1 : 0)));
  } catch {
    return null; // a name or a path that only looks like Base64
  }
}

/** Bytes as text, each a character; null when they are none. UTF-16 and UTF-32 have zeros beside each of their letters. */
function readable(bytes: string): string | null {
  const text = bytes.replaceAll("\0", "");
  if (text.length < 6 || text.length < bytes.length * 0.22) return null;
  const strange = text.length - text.replace(STRANGE, "").length;
  return strange <= text.length * 0.08 ? text : null;
}
