/**
 * Texts of which each letter is written as a number: lists of bytes in decimal, hexadecimal, octal or binary digits, as
 * programs print them and as JSON has them. Read in one pass, as outputs of numbers are long.
 * Loaded inside cells: it imports only files that may be loaded there.
 *
 * @module
 */

import { charactersOf, joinedPieces, longWords } from "./long_words.ts";

/** A run of numbers, and the characters that it says. */
export interface LetterCodes {
  /** Index of its first character. */
  start: number;
  /** Index behind its last one. */
  end: number;
  /** One character for each byte. */
  bytes: string;
}

/** Fewer numbers are no secret. */
const FEWEST = 8;
const [DECIMAL, HEX, OCTAL, BINARY, NAME] = [1, 2, 4, 8, 16];
const [ESCAPE, BRACKET] = [27, 91];
/** What each digit stands for. */
const VALUES = Uint8Array.from(
  { length: 128 },
  (_, code) => parseInt(String.fromCharCode(code), 16) || 0,
);
/** What each character may be a digit of; 0 between words. */
const CLASSES = new Uint8Array(128);
for (
  const [of, digits] of [
    [NAME, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_."],
    [DECIMAL, "0123456789"],
    [HEX, "0123456789abcdefABCDEF"],
    [OCTAL, "01234567"],
    [BINARY, "01"],
  ] as const
) {
  for (let i = 0; i < digits.length; i++) {
    const code = digits.charCodeAt(i);
    CLASSES[code] = (CLASSES[code] ?? 0) | of;
  }
}
/** Bytes that texts consist of; zeros beside letters are UTF-16 and UTF-32. */
const IN_TEXT = Uint8Array.from(
  { length: 256 },
  (_, byte) =>
    byte >= 32 && byte < 127 || [0, 9, 10, 13].includes(byte) ? 1 : 0,
);
const LATIN = new TextDecoder("latin1");
/** What stands before a number in code. */
const PREFIX = /^(?:0?[xX]|[uU]|0[bBoO])(?=[\da-fA-F]*$)/;

/** Bytes one after the other in one way of writing. */
class Run {
  #start = 0;
  #end = 0;
  /** How many there are. */
  size = 0;
  #bytes = new Uint8Array(64);
  readonly #found: LetterCodes[];

  constructor(found: LetterCodes[]) {
    this.#found = found;
  }

  add(byte: number, start: number, end: number): void {
    if (this.size === 0) this.#start = start;
    if (this.size === this.#bytes.length) {
      const larger = new Uint8Array(2 * this.size);
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes[this.size++] = byte;
    this.#end = end;
  }

  close(): void {
    if (this.size >= FEWEST) {
      this.#found.push({
        start: this.#start,
        end: this.#end,
        bytes: LATIN.decode(this.#bytes.subarray(0, this.size)),
      });
    }
    this.size = 0;
  }
}

/** Numbers with an index before each: `{"0":103,"1":108}`, and tables. */
class Keyed {
  readonly #runs: readonly [Run, Run];
  readonly #keys = [-1, -1];
  #before = -1;
  #start = 0;
  #count = 0;

  constructor(found: LetterCodes[]) {
    this.#runs = [new Run(found), new Run(found)];
  }

  add(value: number, start: number, end: number): void {
    const turn = ++this.#count % 2;
    const run = this.#runs[turn === 0 ? 0 : 1];
    const key = this.#before;
    if (key !== (this.#keys[turn] ?? -1) + 1 || IN_TEXT[value] !== 1) {
      run.close();
    }
    if (key >= 0 && IN_TEXT[value] === 1) run.add(value, this.#start, end);
    this.#keys[turn] = key;
    this.#before = value;
    this.#start = start;
  }

  close(): void {
    for (const run of this.#runs) run.close();
    this.#keys.fill(-1);
    this.#before = -1;
  }
}

/** Where so many numbers stand one after the other; nothing else is read. */
const NUMBERS =
  // deno-lint-ignore no-control-regex
  /\b(?:[\da-fA-FxXoObBuU]{1,32}(?:[^\w.\x1b]|\x1b\[[\d;]{0,12}m){1,24}){7,}[\da-fA-FxXoObBuU]{1,32}(?!\w)/g;
/** What such a run may consist of, and of how many characters at least; colours have an `m`. */
const IN_NUMBERS = charactersOf(/[^\w.]|[\da-fmoux]/i);
const FEWEST_CHARS = 15;
/** Hexadecimal digits without anything between, which are no fraction of a number. */
const DIGITS = /\b(?!(?<=\d\.)\d{16,20}(?!\w))[\da-fA-F]{16,}(?!\w)/g;
const HEX_DIGITS = charactersOf(/[\da-f]/i);
const FEWEST_DIGITS = 16;

/** The runs of numbers of a text that may be letters. */
export function letterCodes(text: string): LetterCodes[] {
  const found: LetterCodes[] = [];
  const read = (piece: string, pattern: RegExp, from: number) => {
    for (const { 0: run, index } of piece.matchAll(pattern)) {
      for (const one of scan(run)) {
        const start = one.start + index + from;
        found.push({ ...one, start, end: one.end + index + from });
      }
    }
  };
  for (const [start, end] of joinedPieces(numbersIn(text))) {
    read(text.slice(start, end), NUMBERS, start);
  }
  for (
    const [start, end] of joinedPieces(
      longWords(text, FEWEST_DIGITS, HEX_DIGITS),
    )
  ) {
    read(text.slice(start, end), DIGITS, start);
  }
  return found;
}

/** The pieces of a text in which runs of numbers may stand. */
function* numbersIn(text: string): Generator<{ start: number; end: number }> {
  for (const piece of longWords(text, FEWEST_CHARS, IN_NUMBERS)) {
    if (hasNumbers(text, piece.start, piece.end)) yield piece;
  }
}

/** Whether a piece of a text has so many words as a run of numbers. */
function hasNumbers(text: string, start: number, end: number): boolean {
  let [words, isInside] = [0, false];
  for (let at = start; at < end && words < FEWEST; at++) {
    const isDigit = (CLASSES[text.charCodeAt(at)] ?? 0) !== 0;
    if (isDigit && !isInside) words++;
    isInside = isDigit;
  }
  return words >= FEWEST;
}

/** Bytes of which each is written with so many digits of so many bits. */
class Digits extends Run {
  readonly #width: number;
  readonly #bits: number;

  constructor(found: LetterCodes[], width: number, bits: number) {
    super(found);
    this.#width = width;
    this.#bits = bits;
  }

  /** Reads a word of digits. */
  read(text: string, start: number, end: number): void {
    if ((end - start) % this.#width !== 0) return this.close();
    for (let at = start; at < end;) {
      let byte = 0;
      for (const next = at + this.#width; at < next; at++) {
        byte = byte << this.#bits | (VALUES[text.charCodeAt(at)] ?? 0);
      }
      if (IN_TEXT[byte] === 1) this.add(byte, at - this.#width, at);
      else this.close();
    }
  }
}

/** Reads numbers from left to right, in each way of writing at once. */
function scan(text: string): LetterCodes[] {
  const found: LetterCodes[] = [];
  const plain = new Run(found);
  const keyed = new Keyed(found);
  const hex = new Digits(found, 2, 4);
  const octal = new Digits(found, 3, 3);
  const binary = new Digits(found, 8, 1);
  for (let at = 0; at < text.length;) {
    const code = text.charCodeAt(at);
    if (code === ESCAPE && text[at + 1] === "[") {
      // A colour is no number.
      at += 2;
      while (at < text.length && text.charCodeAt(at) < 64) at++;
    }
    if ((CLASSES[code] ?? 0) === 0) {
      // A length before a list is no part of it: `Uint8Array(26) [`.
      if (code === BRACKET && plain.size === 1) plain.close();
      at++;
      continue;
    }
    let start = at;
    let kinds = DECIMAL | HEX | OCTAL | BINARY;
    let value = 0;
    for (let c = CLASSES[code] ?? 0; c !== 0;) {
      kinds &= c;
      value = value * 10 + text.charCodeAt(at++) - 48;
      c = CLASSES[text.charCodeAt(at)] ?? 0;
    }
    if ((kinds & HEX) === 0) {
      const prefix = at - start > 10
        ? 0
        : PREFIX.exec(text.slice(start, at))?.[0].length ?? 0;
      start += prefix;
      if (start === at) continue;
      if (prefix > 0) kinds = HEX | OCTAL | BINARY;
    }
    if ((kinds & DECIMAL) === 0 || at - start > 6) {
      plain.close();
      keyed.close();
    } else {
      if (IN_TEXT[value] === 1) plain.add(value, start, at);
      else plain.close();
      keyed.add(value, start, at);
    }
    if ((kinds & HEX) !== 0) hex.read(text, start, at);
    else hex.close();
    if ((kinds & OCTAL) !== 0) octal.read(text, start, at);
    else octal.close();
    if ((kinds & BINARY) !== 0) binary.read(text, start, at);
    else binary.close();
  }
  for (const run of [plain, keyed, hex, octal, binary]) run.close();
  return found;
}
