/**
 * Texts that lie in another text in an encoded form: Base64, hexadecimal digits, lists of bytes.
 * This file imports nothing: it is loaded inside cells.
 *
 * @module
 */

/** An encoded text inside another. */
export interface EncodedText {
  /** Index of its first character. */
  start: number;
  /** Index behind its last one. */
  end: number;
  /** What it says. */
  text: string;
}

const RUN = /(?<![\w+/-])[\w+/-]{22,}(?:(?:\r?\n|\\n)[\w+/-]{12,})*={0,2}/g;
const HEX_LIST =
  /(?<![\w,:-])(?:(?:0x)?[\da-f]{2}(?:[\s:-]|,\s{0,12})){11,}(?:0x)?[\da-f]{2}(?!\w)/gi;
const BYTE_LIST = /(?<!\d)(?:\d{1,3},\s{1,12}){11,}\d{1,3}(?!\d)/g;
/** So many characters tell whether a run is text. */
const PROBE = 64;
/** Characters that texts hardly have. */
// deno-lint-ignore no-control-regex
const STRANGE = /[^\t\n\r\x1b\x20-\x7e]/g;

/** The encoded texts in a text; what does not say text, such as a picture or a digest, is none. */
export function encodedTexts(text: string): EncodedText[] {
  const found: EncodedText[] = [];
  const add = (start: number, length: number, said: string | null) => {
    if (said !== null) found.push({ start, end: start + length, text: said });
  };
  for (const { 0: run, index } of text.matchAll(RUN)) {
    const whole = fromHex(run) ?? fromBase64(run);
    add(index, run.length, whole);
    if (whole !== null || !/\n/.test(run)) continue;
    // Lines that do not belong together.
    for (const { 0: line, index: at } of run.matchAll(/[\w+/-]{22,}={0,2}/g)) {
      add(index + at, line.length, fromHex(line) ?? fromBase64(line));
    }
  }
  if (/[\da-f]{2}[\s:,-]{1,3}(?:0x)?[\da-f]{2}[\s:,-]/i.test(text)) {
    for (const { 0: run, index } of text.matchAll(HEX_LIST)) {
      add(index, run.length, fromHex(run.replace(/0x|[^\da-f]/gi, "")));
    }
  }
  if (/\d,\s{1,12}\d{1,3},\s/.test(text)) {
    for (const { 0: run, index } of text.matchAll(BYTE_LIST)) {
      add(index, run.length, fromBytes(run));
    }
  }
  return found;
}

function fromBytes(run: string): string | null {
  const numbers = run.split(/,\s*/).map(Number);
  return numbers.every((n) => n < 256)
    ? readable(String.fromCharCode(...numbers.slice(0, 10_000)))
    : null;
}

function fromHex(run: string): string | null {
  if (run.length % 2 !== 0 || !/^[\da-f]+$/i.test(run)) return null;
  const decode = (hex: string) => {
    let text = "";
    for (let i = 0; i < hex.length; i += 2) {
      text += String.fromCharCode(parseInt(hex.slice(i, i + 2), 16));
    }
    return text;
  };
  return readable(decode(run.slice(0, PROBE))) === null
    ? null
    : readable(decode(run));
}

/** What stands before may be joined to it: it is read from each of four characters on. */
function fromBase64(run: string): string | null {
  const plain = run.replace(/\\n|[\r\n=]/g, "").replaceAll("-", "+").replaceAll(
    "_",
    "/",
  );
  for (let skip = 0; skip < 4 && plain.length - skip >= 16; skip++) {
    const probe = decodeBase64(plain.slice(skip, skip + PROBE));
    if (probe === null || readable(probe) === null) continue;
    const whole = decodeBase64(plain.slice(skip));
    return whole === null ? null : readable(whole) ?? readable(probe);
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

/** Bytes as text, each a character; null when they are none. UTF-16 has a zero beside each of its letters. */
function readable(bytes: string): string | null {
  const text = bytes.replaceAll("\0", "");
  if (text.length < 6 || text.length < bytes.length * 0.45) return null;
  const strange = text.length -
    text.replace(STRANGE, "").length;
  return strange <= text.length * 0.08 ? text : null;
}
