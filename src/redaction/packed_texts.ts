/**
 * Texts that were packed (gzip, zlib, Zstandard, zip, the texts of a PNG) and then written as Base64, hexadecimal digits or a list of bytes.
 * Loaded inside cells: nothing here may load a library.
 *
 * @module
 */
import { unpackedTexts } from "./archives.ts";

/** What was packed, where it stands. */
export interface PackedText {
  /** Index of its first character. */
  start: number;
  /** Index behind its last one. */
  end: number;
  text: string;
}

/** How the first bytes of packed texts look in Base64. */
const BASE64 =
  /(?<![\w+/-])(?:H4sI|eJ[w-z]|eAE|eF[4-7]|eN[o-r]|KLUv\/|UEsDB|iVBORw0KGgo)[\w+/-]{16,}(?:(?:\r?\n|\\n)[\w+/-]{4,})*={0,2}/g;
/** Of gzip in hexadecimal digits, with or without something between. */
const HEX =
  /(?<![\da-zA-Z])1f[^\w]{0,8}8b[^\w]{0,8}08(?:[^\w]{0,8}[\da-f]{2}){16,}/gi;
/** Of gzip as a list of bytes. */
const LIST =
  /(?<![\w.])31[^\w.]{1,20}139[^\w.]{1,20}8(?:[^\w.]{1,20}\d{1,3}){16,}/g;

/** The packed texts in a text. @throws what cannot be unpacked within the limits */
export function packedTexts(text: string): PackedText[] {
  const found: PackedText[] = [];
  const add = (index: number, run: string, bytes: Uint8Array | null) => {
    for (const inner of bytes === null ? [] : unpackedTexts(bytes)) {
      found.push({ start: index, end: index + run.length, text: inner });
    }
  };
  for (const { 0: run, index } of text.matchAll(BASE64)) {
    add(index, run, fromBase64(run));
  }
  for (const { 0: run, index } of text.matchAll(HEX)) {
    add(index, run, Uint8Array.fromHex(run.replace(/[^\da-f]/gi, "")));
  }
  for (const { 0: run, index } of text.matchAll(LIST)) {
    add(index, run, Uint8Array.from(run.match(/\d+/g) ?? [], Number));
  }
  return found;
}

function fromBase64(run: string): Uint8Array | null {
  const plain = run.replace(/\\n|[\r\n=]/g, "").replaceAll("-", "+")
    .replaceAll("_", "/");
  try {
    return Uint8Array.fromBase64(
      plain.slice(0, plain.length - (plain.length % 4 === 1 ? 1 : 0)),
    );
  } catch {
    return null; // a name or a path that only looks like Base64
  }
}
