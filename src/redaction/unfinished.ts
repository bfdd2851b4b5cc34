/**
 * The end of a text that goes on: what of it may be the beginning of a secret.
 * Loaded inside cells: it imports only files that may be loaded there.
 *
 * @module
 */
import type { KnownSecrets } from "./known_secrets.ts";
import { namePattern, WORDS } from "./naming.ts";

/** A longer line does not wait for its end, characters. */
const MOST_HELD = 4096;
/** A private key goes on over lines, characters. */
const MOST_KEY = 20_000;
const KEYWORD = namePattern("i", ({ word }) => `${word}|login`, [
  ...WORDS,
  "login",
]);
/** A private key that has begun and not ended. */
export const OPEN_KEY =
  /-----BEGIN [A-Z\d ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?![\s\S]*-----END)/;

/** How many characters at the end of a text may be the beginning of a secret. */
export function unfinished(text: string, known: KnownSecrets): number {
  const end = text.slice(-MOST_KEY);
  return beginning(end) || beginningOfKnown(end, known);
}

/** How many characters at the end of a text are the beginning of a known value, which may go on in the next line. */
export function beginningOfKnown(text: string, known: KnownSecrets): number {
  const end = text.slice(-MOST_KEY);
  const trimmed = end.trimEnd();
  const part = known.beginningAt(trimmed);
  return part === 0 ? 0 : part + end.length - trimmed.length;
}

function beginning(end: string): number {
  const key = OPEN_KEY.exec(end);
  if (key !== null) return end.length - key.index;
  const line = end.slice(end.lastIndexOf("\n") + 1);
  const word = /\S*$/.exec(line)?.[0] ?? "";
  const held = KEYWORD(line).test(line) ? line.length : word.length;
  return held <= MOST_HELD ? held : 0;
}
