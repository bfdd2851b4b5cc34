/**
 * What a secret that was found in one text says for others: the value itself, and the secret part of a token whose
 * beginning all of its kind have. `url.password` and `token.slice(6)` are shown without what told them.
 * Loaded inside cells: it imports only files that may be loaded there.
 *
 * @module
 */
import { type FoundForm, withoutPrefix } from "./find_token_forms.ts";
import { nameOfKind } from "./naming.ts";
import { isSample } from "./plausible.ts";
import { isDrawn } from "./spoken.ts";

/** Shorter parts of a token are found by chance, characters. */
const SHORTEST_PART = 16;
/** Parts of one value, at most. */
const MOST_PARTS = 4;
/** Of these no part is shown alone, or it is of use to nobody. */
const WHOLE_ONLY = /private key|password hash/;

/** What is known from one that was found: the name that a known secret has, and its value. */
export function taughtBy(
  { kind, name, value = "" }: FoundForm,
): { name: string; value: string }[] {
  const own = name === undefined
    ? []
    : [value, ...insideOf(value)].map((one) => ({ name, value: one }));
  if (WHOLE_ONLY.test(kind) || value.length < 8) return own;
  const parts = partsOf(kind, value);
  return [
    ...own,
    ...parts.filter((part) => part !== value || name === undefined)
      .map((part) => ({ name: nameOfKind(kind), value: part })),
  ];
}

/** What a value under a name stands for: behind the sign of `${NAME:-value}`, and as the text that its Base64 encodes. */
function insideOf(value: string): string[] {
  const all = [value];
  const offered = /^[-=?+]([^]+)$/.exec(value)?.[1];
  if (offered !== undefined) all.push(offered);
  const decoded = all.map(decodedText).filter((one) => one !== null);
  return [...all.slice(1), ...decoded.filter(isNoWord)];
}

/** The printable text that a value encodes as Base64; null when it does not. */
export function decodedText(value: string): string | null {
  const plain = value.trim();
  if (!/^[A-Za-z\d+/_-]{8,}={0,2}$/.test(plain)) return null;
  try {
    const text = atob(plain.replaceAll("-", "+").replaceAll("_", "/"));
    return /^[\x20-\x7e\r\n\t]{6,}$/.test(text) ? text.trim() : null;
  } catch {
    return null; // no Base64
  }
}

function partsOf(kind: string, value: string): string[] {
  const body = withoutPrefix(value);
  // The beginning of a JWT says how it is signed, and is no secret.
  if (kind === "JWT") return [body.slice(body.lastIndexOf(".") + 1)];
  // With its whole value, as one that is split is told by its beginning too.
  const all = body === value ? [value, ...basicPassword(value)] : [value, body];
  const pieces = body.split(/[./:]/);
  if (body !== value && pieces.length > 1) {
    all.push(...pieces.filter((piece) => piece.length >= SHORTEST_PART));
  }
  return all.filter((part) => body !== value || isNoWord(part))
    .slice(0, MOST_PARTS);
}

/** Whether a value is so random that it stands nowhere by chance: a word is not known from being a password. */
function isNoWord(value: string): boolean {
  return value.length >= 8 && !isSample(value) &&
    (isDrawn(value) || /\d.*\d.*\d/.test(value) && /[a-z]/i.test(value));
}

/** The password of a Basic header. */
function basicPassword(value: string): string[] {
  if (!/^[A-Za-z\d+/]{8,}={0,2}$/.test(value)) return [];
  try {
    const [, password] = /^[\x20-\x7e]*?:([\x20-\x7e]+)$/.exec(atob(value)) ??
      [];
    return password === undefined ? [] : [password];
  } catch {
    return []; // no Base64
  }
}
