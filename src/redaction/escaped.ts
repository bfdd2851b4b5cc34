/**
 * The forms in which a text may be written: escaped for JSON, URLs or HTML, coloured, split over lines, as Base64,
 * as hexadecimal digits, in UTF-16.
 * Loaded inside cells: it imports only files that may be loaded there.
 *
 * @module
 */
import { ENTITIES, withoutLayer } from "./unescaped.ts";

/** What may stand between two characters of a text that was coloured, wrapped or split over pieces. */
const BETWEEN =
  "(?:[\\s\\0\\ufffd\\u200b-\\u200d\\u00ad\\ufeff]|=\\r?\\n|\\\\{1,8}[nrt]|\\x1b(?:\\[[0-?]*[ -/]*[@-~]|[\\]PX^_][^\\x07\\x1b]*(?:\\x07|\\x1b\\\\)|[@-Z\\\\^_])|[\"'`]\\s{0,9}[+,]\\s{0,20}[\"'`]|\\\\{1,8}u001b\\[[\\d;]*m){0,24}";
/** So much of a long text is looked for. */
const MOST_CHARS = 96;
/** How often at most a text is escaped where letters are looked for, as {@linkcode loosePattern} does. */
const MOST_LAYERS = 9;
/** Which bytes are letters or digits. */
const LETTERS = Uint8Array.from(
  { length: 256 },
  (_, byte) => /[A-Za-z\d]/.test(String.fromCharCode(byte)) ? 1 : 0,
);
/** Letters of a longer text are read from its bytes, characters. */
const LONG_TEXT = 65_536;

/** A pattern that finds a text in every escaped form; when `split`, also with line ends and colours in it. */
export function loosePattern(text: string, split: boolean): RegExp {
  const chars = [...beginningOf(text)].map(charForms);
  return new RegExp(chars.join(split ? BETWEEN : ""), "g");
}

/** What {@linkcode loosePattern} looks for: no half of a character. */
function beginningOf(text: string): string {
  const isHalf = (text.codePointAt(MOST_CHARS - 1) ?? 0) > 0xffff;
  return text.slice(0, isHalf ? MOST_CHARS - 1 : MOST_CHARS);
}

/** A pattern for each character of long texts, by whether something may stand before it. */
const ONE_CHAR = new Map<string, RegExp>();
/** Texts of many languages make no more patterns than these. */
const MOST_PATTERNS = 2000;

/**
 * Where a text ends of which {@linkcode loosePattern} found the beginning, up to `from`; where it is another one from
 * some character on, the end of the word there.
 */
export function endOfLoose(
  written: string,
  from: number,
  text: string,
  split: boolean,
): number {
  let end = from;
  for (const char of text.slice(beginningOf(text).length)) {
    const key = `${split ? "" : "="}${char}`;
    let pattern = ONE_CHAR.get(key);
    if (pattern === undefined) {
      if (ONE_CHAR.size >= MOST_PATTERNS) ONE_CHAR.clear();
      pattern = new RegExp((split ? BETWEEN : "") + charForms(char), "y");
      ONE_CHAR.set(key, pattern);
    }
    pattern.lastIndex = end;
    if (!pattern.test(written)) return end + wordAt(written, end, text.length);
    end = pattern.lastIndex;
  }
  return end;
}

/** How long the word is that goes on somewhere. */
function wordAt(text: string, at: number, most: number): number {
  return /^[^\s"'`<>]*/.exec(text.slice(at, at + most))?.[0].length ?? 0;
}

/** A pattern of what a character may be written as. */
function charForms(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  if (code > 0x7e || code < 0x20) return otherForms(char, code);
  const hex = hexDigits(hexOfByte(code));
  const entity = ENTITIES[char];
  const forms = [
    /[A-Za-z\d]/.test(char) ? char : `\\\\{0,8}${escapePattern(char)}`,
    `\\\\{1,8}u(?:00|\\{)${hex}\\}?`,
    `\\\\{1,8}x${hex}`,
    `\\\\{1,8}0?${code.toString(8).padStart(3, "0")}`,
    `%(?:25){0,6}${hex}`,
    `&(?:amp;){0,6}(?:#0{0,6}${code}|#[xX]0{0,6}${hex}${
      entity === undefined ? "" : `|${entity}`
    });`,
  ];
  return `(?:${forms.join("|")})`;
}

/** The same of one that is no sign, letter or digit of ASCII. */
function otherForms(char: string, code: number): string {
  const units = [...Array(char.length).keys()].map((i) =>
    `\\\\{1,8}u${hexDigits(char.charCodeAt(i).toString(16).padStart(4, "0"))}`
  );
  const bytes = [...new TextEncoder().encode(char)].map((byte) =>
    `%(?:25){0,6}${hexDigits(hexOfByte(byte))}`
  );
  const hex = hexDigits(code.toString(16));
  const forms = [
    escapePattern(char),
    units.join(""),
    `\\\\{1,8}u\\{0{0,5}${hex}\\}`,
    bytes.join(""),
    `&(?:amp;){0,6}(?:#0{0,6}${code}|#[xX]0{0,6}${hex});`,
    ...SHORT.get(char) ?? [],
    ...code <= 0xff
      ? [`(?:\\\\{1,8}x|%(?:25){0,6})${hexDigits(hexOfByte(code))}`]
      : [],
  ];
  return `(?:${forms.join("|")})`;
}

/** Line ends and tabs as a backslash and a letter. */
const SHORT: ReadonlyMap<string, string[]> = new Map([
  ["\n", ["\\\\{1,8}[nr]"]],
  ["\r", ["\\\\{1,8}r"]],
  ["\t", ["\\\\{1,8}t"]],
]);

function hexOfByte(code: number): string {
  return code.toString(16).padStart(2, "0");
}

/** Hexadecimal digits of either size. */
function hexDigits(hex: string): string {
  return hex.replace(/[a-f]/g, (d) => `[${d}${d.toUpperCase()}]`);
}

/** Letters and digits that stand in this order wherever {@linkcode loosePattern} finds a text; null when that is not known. */
export function lettersOf(text: string): string | null {
  const beginning = beginningOf(text);
  const letters = onlyLetters(beginning);
  // What looks like an escape itself is not read as one.
  return /[\\%&]/.test(beginning) || letters.length < 4 ? null : letters;
}

/**
 * The letters and digits of a text as it stands and without each layer of escapes. To look here first is cheap: a loose
 * pattern takes milliseconds to compile, and there is one for each value that is known.
 */
export class Letters {
  #view: string;
  readonly #layers: string[] = [];
  #ended = false;

  constructor(text: string) {
    this.#view = text;
  }

  /** Whether letters stand one after the other in a layer. */
  have(letters: string): boolean {
    for (let i = 0;; i++) {
      if (i === this.#layers.length && !this.#add()) return false;
      if (this.#layers[i]?.includes(letters) === true) return true;
    }
  }

  #add(): boolean {
    if (this.#ended) return false;
    if (this.#layers.length === 0) {
      return this.#layers.push(onlyLetters(this.#view)) > 0;
    }
    const next = withoutLayer(this.#view);
    this.#ended = next === this.#view || this.#layers.length > MOST_LAYERS;
    if (this.#ended) return false;
    this.#view = next;
    return this.#layers.push(onlyLetters(next)) > 0;
  }
}

/** Only the letters and digits of ASCII. In a long text they are bytes: a pattern would take many times its memory. */
export function onlyLetters(text: string): string {
  if (text.length <= LONG_TEXT) return text.replace(/[^A-Za-z\d]+/g, "");
  const bytes = new TextEncoder().encode(text);
  let length = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0;
    bytes[length] = byte;
    length += LETTERS[byte] ?? 0;
  }
  return new TextDecoder().decode(bytes.subarray(0, length));
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}

/** What a text looks like inside Base64 (three ways, by where it begins), Base64 for URLs, and as hexadecimal digits. */
export function encodedForms(text: string): string[] {
  const utf8 = new TextEncoder().encode(text);
  const wide = new Uint8Array(text.length * 2);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    wide[2 * i] = code & 0xff;
    wide[2 * i + 1] = code >> 8;
  }
  const forms = new Set<string>();
  for (const bytes of [utf8, wide]) {
    for (const inside of base64Inside(bytes)) {
      forms.add(inside);
      forms.add(inside.replaceAll("+", "-").replaceAll("/", "_"));
    }
    const hex = bytes.reduce((t, b) => t + b.toString(16).padStart(2, "0"), "");
    forms.add(hex);
    forms.add(hex.toUpperCase());
  }
  return [...forms];
}

/** The characters of Base64 that depend on these bytes alone, for each way in which they may lie in it. */
function base64Inside(bytes: Uint8Array): string[] {
  return [0, 1, 2].map((before) => {
    const padded = "\0".repeat(before) + String.fromCharCode(...bytes);
    const first = Math.ceil(before * 8 / 6);
    const last = Math.floor((before + bytes.length) * 8 / 6);
    return btoa(padded).slice(first, last);
  }).filter((inside) => inside.length >= 8);
}
