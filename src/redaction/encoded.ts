/**
 * Texts that lie in another text in an encoded form: Base64, Base32, numbers for letters, packed.
 * Loaded inside cells: nothing here may load a library.
 *
 * @module
 */

import { letterCodes } from "./letter_codes.ts";
import { charactersOf, hasLongWord } from "./long_words.ts";
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
const BELOW_128 = charactersOf(/[A-Za-f]/);
/** A text of Base64 or Base32 has as many digits without a break, most texts have no such word. */
const FEWEST_DIGITS = 16;
/** Another line of the same. */
const NEXT_LINE = /(?:\r?\n|\\n)(?:[\w+/-]{4,}={0,2}|[\w+/-]{2,3}={1,2})/y;
/** Base32, in large letters also over lines. */
const BASE32 =
  /\b(?:[A-Z2-7]{16,}(?:\r?\n[A-Z2-7]{8,})*|[a-z2-7]{24,})(?![A-Za-z\d])/g;
const LARGE_BASE32 = charactersOf(/[A-Z2-7]/);
const SMALL_BASE32 = charactersOf(/[a-z2-7]/);
/** What a digit of Base32 stands for, by its character's code; 255 for what is none. */
const BASE32_VALUES = new Uint8Array(128).fill(255);
for (
  const [value, digit] of [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"].entries()
) {
  BASE32_VALUES[digit.charCodeAt(0)] = value;
  BASE32_VALUES[digit.toLowerCase().charCodeAt(0)] = value;
}
/** Letters that are each a text of a list. */
const LETTERS = /(?:(["'`])[\x21-\x7e]\1,\s{0,20}){11,}(["'`])[\x21-\x7e]\2/g;
/** Lines of bytes with where they stand before them, and what they say behind them. */
const DUMP =
  /^(?:[\da-f]{4,8}:?[ \t]{1,4}(?:(?:[\da-f]{2}){1,2}[ \t]{1,3}){1,16}[^\n]{0,80}(?:\n|$)){2,}/gim;
/** Where the second of them stands. */
const SECOND_OF_DUMP = "0010";
/** In longer texts no list of letters is looked for, characters. */
const LONGEST_LIST = 200_000;
/** Whether texts hardly have a character. @param code its code */
function isStrange(code: number): boolean {
  return code < 32
    ? code !== 9 && code !== 10 && code !== 13 && code !== 27
    : code > 126;
}
/** Such a part of another line of Base64 may be strange. */
const MOST_STRANGE = 0.2;
/** So many lines are joined. */
const MOST_LINES = 20_000;

/** The encoded texts in a text; what does not say text, such as a picture or a digest, is none. */
export function encodedTexts(text: string): EncodedText[] {
  const found: EncodedText[] = [];
  const add = (start: number, length: number, said: string | null) => {
    if (said !== null) found.push({ start, end: start + length, text: said });
  };
  const hasWords = hasLongWord(text, FEWEST_DIGITS);
  BASE64.lastIndex = 0;
  for (let match; hasWords && (match = BASE64.exec(text)) !== null;) {
    const start = match.index;
    if (fromBase64(match[0]) === null) continue;
    const end = lastLine(text, start + match[0].length, match[0]);
    add(start, end - start, fromBase64(text.slice(start, end)));
    BASE64.lastIndex = end;
  }
  found.push(...numberedTexts(text));
  if (text.length <= LONGEST_LIST) {
    for (const { 0: run, index } of text.matchAll(LETTERS)) {
      add(index, run.length, run.replace(/(["'`])(.)\1,?\s*/g, "$2"));
    }
    if (text.includes(SECOND_OF_DUMP)) {
      for (const { 0: run, index } of text.matchAll(DUMP)) {
        add(index, run.length, readable(fromDump(run)));
      }
    }
  }
  const has32 = hasWords && (hasLongWord(text, 16, LARGE_BASE32) ||
    hasLongWord(text, 24, SMALL_BASE32));
  for (const { 0: run, index } of has32 ? text.matchAll(BASE32) : []) {
    add(index, run.length, readableBytes(fromBase32(run)));
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

function fromDump(lines: string): string {
  const digits = lines.replace(
    /^[\da-f]{4,8}:?[ \t]+((?:(?:[\da-f]{2}){1,2}[ \t]{1,2})+).*\n?/gim,
    (_, bytes: string) => bytes.replace(/[ \t]/g, ""),
  );
  return digits.replace(
    /[\da-f]{2}/gi,
    (byte) => String.fromCharCode(parseInt(byte, 16)),
  );
}

/** The bytes that a run of Base32 stands for. */
function fromBase32(run: string): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(run.length * 5 / 8));
  let [bits, held, size] = [0, 0, 0];
  for (let at = 0; at < run.length; at++) {
    const value = BASE32_VALUES[run.charCodeAt(at)] ?? 255;
    if (value === 255) continue; // a line's end
    held = (held << 5 | value) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes[size++] = held >> bits & 0xff;
  }
  return bytes.subarray(0, size);
}

/** Where Base64 ends that goes on in the next lines: each but the last is as long as the second, and says text. */
function lastLine(text: string, from: number, first: string): number {
  let end = from;
  const digits = digitsOf(first);
  const skip = textBegins(digits) ?? 0;
  // What is left of the last group of four.
  let open = digits.slice(digits.length - (digits.length - skip) % 4);
  let longest = Infinity;
  for (let lines = 0; lines < MOST_LINES; lines++) {
    NEXT_LINE.lastIndex = end;
    const next = NEXT_LINE.exec(text)?.[0];
    // Padding ends it.
    if (next === undefined || text[end - 1] === "=") break;
    const line = digitsOf(next);
    if (line.length > longest || !goesOn(open, line)) break;
    end += next.length;
    open = (open + line).slice((open + line).length & ~3);
    if (line.length < longest && longest !== Infinity) break;
    longest = line.length;
  }
  return end;
}

/** The digits of a piece of Base64. */
function digitsOf(run: string): string {
  return run.replace(/\\n|[\r\n=]/g, "").replaceAll("-", "+")
    .replaceAll("_", "/");
}

/** Whether another line of Base64 says text too: of a word or a number that stands below many signs are strange. */
function goesOn(open: string, line: string): boolean {
  const bytes = decodeBase64(open + line)?.replaceAll("\0", "") ?? "";
  const strange = strangeOnes(bytes);
  // A letter of another language is two of them.
  return strange <= bytes.length * MOST_STRANGE ||
    strange <= 2 && !/^(?:[A-Za-z]?[a-z]+|[A-Z]+|\d+)$/.test(line);
}

/** What stands before may be joined to it: it is read from each of four characters on. */
function fromBase64(run: string): string | null {
  const plain = digitsOf(run);
  const skip = textBegins(plain);
  const text = skip === null ? null : decodeBase64(plain.slice(skip));
  return text === null ? null : readable(text);
}

/** The character from which on digits of Base64 say text. */
function textBegins(plain: string): number | null {
  for (let skip = 0; skip < 4 && plain.length - skip >= 16; skip++) {
    if (!beginsLikeText(plain, skip)) continue;
    const text = decodeBase64(plain.slice(skip));
    if (text !== null && readable(text) !== null) return skip;
  }
  return null;
}

/** Whether each of the first four groups stands for bytes below 128 at its beginning. */
function beginsLikeText(plain: string, from: number): boolean {
  for (let at = from; at < from + 16; at += 4) {
    if (BELOW_128[plain.charCodeAt(at)] !== 1) return false;
  }
  return true;
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
  return isReadable(bytes.length, text.length, strangeOnes(text)) ? text : null;
}

/** The same of bytes: those of a long word that says nothing are never made a text. */
function readableBytes(bytes: Uint8Array): string | null {
  const text = bytes.filter((byte) => byte !== 0);
  const strange = text.reduce((n, byte) => n + Number(isStrange(byte)), 0);
  return isReadable(bytes.length, text.length, strange)
    ? new TextDecoder("latin1").decode(text)
    : null;
}

/** @param all How many bytes there are @param others those of them that are not zero @param strange those that texts hardly have */
function isReadable(all: number, others: number, strange: number): boolean {
  return others >= 6 && others >= all * 0.22 && strange <= others * 0.08;
}

function strangeOnes(text: string): number {
  let strange = 0;
  for (let at = 0; at < text.length; at++) {
    if (isStrange(text.charCodeAt(at))) strange++;
  }
  return strange;
}
