/**
 * Private keys as they are written: in armour, as PuTTY's files have them, and as JSON Web Keys.
 * Loaded inside cells: it imports only files that may be loaded there.
 *
 * @module
 */
import { isSample } from "./plausible.ts";
import type { FoundForm } from "./find_token_forms.ts";

/** The longest private key, characters. */
const MAX_KEY_CHARS = 20_000;
const KIND = "private key";

/** The private keys of a text. */
export function findPrivateKeys(text: string): FoundForm[] {
  return [
    ...findArmoured(text),
    ...findPuttyLines(text),
    ...findJsonWebKeys(text),
  ];
}

const ARMOUR =
  /-----BEGIN (?:[A-Z\d]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----|PuTTY-User-Key-File-\d/g;
const LAST_LINE =
  /-----END (?:[A-Z\d]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----|Private-MAC: ?[\da-f]+/;
/** Lines of a key: what its heads say, and its letters; the last of them may be short. */
const LINES = new RegExp(
  "^(?:: ?[\\w-]{1,40})?" +
    "(?:(?:\\s|\\\\[nrt]){1,40}(?:Encryption|Comment|Public-Lines|Private-Lines|Key-Derivation|Argon2-\\w+|Proc-Type|DEK-Info|Version|Hash|Charset):[^\\n\\\\\"'`]{0,200}" +
    "|(?:\\s|\\\\[nrt]){0,40}[A-Za-z\\d+/=]{20,})*" +
    "(?:(?:\\s|\\\\[nrt]){1,40}(?=[a-z]{0,19}[A-Z\\d+/=])[A-Za-z\\d+/]{1,19}={0,2}(?=\\s*[\\r\\n\\\\]|$))?",
);
/** Long words make so much of a key; of a text between two names of its lines they make less. */
const FEWEST_LONG = 0.3;

/** Private keys in their armour: from its first line to its last, or as far as their lines go. */
function findArmoured(text: string): FoundForm[] {
  const found: FoundForm[] = [];
  ARMOUR.lastIndex = 0;
  let close = 0;
  for (let match; (match = ARMOUR.exec(text)) !== null;) {
    const start = match.index;
    const head = match[0].length;
    // The next end is looked for once for all that begin before it.
    if (close !== -1 && close <= start) {
      const next = LAST_LINE.exec(text.slice(start))?.index ?? -1;
      close = next === -1 ? -1 : start + next;
    }
    const isNear = close !== -1 && close - start < MAX_KEY_CHARS;
    const inside = isNear ? text.slice(start + head, close) : "";
    const isClosed = isNear && inside.search(ARMOUR) === -1 && isKey(inside);
    const rest = text.slice(
      start,
      isClosed ? close + 80 : start + MAX_KEY_CHARS,
    );
    const last = isClosed ? LAST_LINE.exec(rest) : null;
    const length = last === null
      ? head + (LINES.exec(rest.slice(head))?.[0].length ?? 0)
      : last.index + last[0].length;
    const body = rest.slice(head, length).replace(/\\[nr]|-----.*$|\s/g, "");
    if (body.length < 24 || isSample(body.slice(0, 200))) continue;
    found.push({ start, end: start + length, kind: KIND });
    ARMOUR.lastIndex = start + length;
  }
  return found;
}

/** Whether what stands between a first and a last line is a key, and not code or prose that names both. */
function isKey(inside: string): boolean {
  const joined = inside.replace(/<[^<>]{0,60}>|\\[nrt]|[\s"'`+]/g, "");
  const long = joined.match(/[\w/=-]{16,}/g)?.join("").length ?? 0;
  return long >= joined.length * FEWEST_LONG;
}

/** The private lines of a PuTTY key, as many as it says there are. */
function findPuttyLines(text: string): FoundForm[] {
  if (!text.includes("Private-Lines:")) return [];
  const pattern =
    /Private-Lines:[ \t]*(\d{1,3})((?:(?:\s|\\[nr]){1,8}[A-Za-z\d+/]{4,200}={0,2})+)/g;
  return [...text.matchAll(pattern)].flatMap(
    ({ 0: all, 1: count = "", 2: rest = "", index }) => {
      const lines = /(?:\s|\\[nr]){1,8}[A-Za-z\d+/]{4,200}={0,2}/g;
      const body = (rest.match(lines) ?? []).slice(0, Number(count)).join("");
      const key = body.replace(/\\[nr]|\s/g, "");
      if (key.length < 24 || isSample(key.slice(0, 200))) return [];
      const start = index + all.length - rest.length;
      return [{ start, end: start + body.length, kind: KIND }];
    },
  );
}

/** The private members of a JSON Web Key, as JSON or as a console shows it. */
export function findJsonWebKeys(text: string): FoundForm[] {
  if (!text.includes("kty")) return [];
  const found: FoundForm[] = [];
  const type =
    /\bkty\\{0,3}["']?\s{0,4}:\s{0,12}\\{0,3}["'](RSA|EC|OKP|oct)\b/g;
  let read = 0;
  for (const { 1: kty, index } of text.matchAll(type)) {
    if (index < read) continue;
    const before = text.slice(Math.max(0, index - MAX_KEY_CHARS), index);
    const from = index - before.length + before.lastIndexOf("{") + 1;
    const behind = text.slice(index, index + MAX_KEY_CHARS);
    const close = behind.indexOf("}");
    read = index + (close === -1 ? behind.length : close);
    const key = text.slice(from, read);
    const member =
      /(?<![\w-])(d|p|q|dp|dq|qi|k)\\{0,3}["']?\s{0,4}:\s{0,12}\\{0,3}["']([\w-]{16,4000})={0,2}(?=\\{0,3}["'])/g;
    for (
      const { 0: all, 1: name = "", 2: value = "", index: at } of key.matchAll(
        member,
      )
    ) {
      if ((name === "k") !== (kty === "oct") || isSample(value)) continue;
      const end = from + at + all.length;
      const start = end - all.length + all.lastIndexOf(value);
      found.push({
        start,
        end: start + value.length,
        kind: KIND,
        name: "private key",
        value,
      });
    }
  }
  return found;
}
