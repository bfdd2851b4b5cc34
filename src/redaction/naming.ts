/**
 * Names that tell that what they hold is a secret, as they stand in texts.
 * Loaded inside cells: it imports only files that may be loaded there.
 *
 * @module
 */
import {
  mayHaveOther,
  OTHER_PASSWORD,
  OTHER_TOKEN,
  OTHER_WORDS,
  saysSecret,
} from "./secret_names.ts";
import { mayHaveOne } from "./words_in_text.ts";

/** Words in the patterns by which names that say secret are found. */
interface Names {
  /** The words that end a name; the whole name is judged by {@linkcode saysSecret}. */
  word: string;
  /** Names of passwords as people write them before one. */
  label: string;
  /** The same of all secrets. */
  labels: string;
}

const OWN_LABEL =
  "password|passwd|pwd|pw|passphrase|passcode|passwort|kennwort";
const OWN_WORD =
  "passw(?:or)?d|passphrase|passcode|passwort|kennwort|pwd|psw|pw|psk|pat(?![a-z])|pass|secret|token|key|credential|auth|bearer|jwt|cookie|mnemonic|authorization";
/** In small letters, what one of which is in each word of {@linkcode OWN_LABEL}. */
export const LABELS: readonly string[] = ["pass", "pw", "kennwort"];
/** The same of {@linkcode OWN_WORD}. */
export const WORDS: readonly string[] = [
  ...LABELS,
  ..."psw|psk|pat|secret|token|key|credential|auth|bearer|jwt|cookie|mnemonic"
    .split("|"),
];
const OWN_LABELS = `${OWN_LABEL}|secret|token|api[ _-]?key`;
const OWN: Names = {
  word: `(?:${OWN_WORD})`,
  label: `\\b(?:${OWN_LABEL})`,
  labels: `\\b(?:${OWN_LABELS})`,
};
const ALL: Names = {
  word: `(?:${OTHER_WORDS}|${OWN_WORD})`,
  label: `(?:\\b(?:${OWN_LABEL})|${OTHER_PASSWORD})`,
  labels: `(?:\\b(?:${OWN_LABELS})|${OTHER_WORDS})`,
};
let [asked, answer] = ["", false];

function hasOther(text: string): boolean {
  if (text !== asked) [asked, answer] = [text, mayHaveOther(text)];
  return answer;
}

/**
 * A pattern with names, by the text that is looked through: with those of all languages it takes twice as long, and where
 * a long text has none of the words it is one that finds nothing.
 *
 * @param words What one of which stands in all that it matches with names of our own.
 */
export function namePattern(
  flags: string,
  build: (names: Names) => string,
  words: readonly string[] = WORDS,
): (text: string) => RegExp {
  const made = (names: Names) => new RegExp(build(names), flags);
  let [own, all]: (RegExp | null)[] = [null, null];
  const nothing = new RegExp("(?!)", `${flags}y`);
  return (text) =>
    hasOther(text)
      ? all ??= made(ALL)
      : mayHaveOne(text, words)
      ? own ??= made(OWN)
      : nothing;
}

/** One that another language has, where it is looked for. */
const OTHER_HERE = new RegExp(OTHER_WORDS, "iy");
const ENDS_IN_OTHER = new RegExp(`(?:${OTHER_WORDS})$`, "i");
const TOKEN = new RegExp(`token|jwt|bearer|_pat$|Pat$|${OTHER_TOKEN}`, "i");

/** Names of which the value is no secret, although a word in them says so: `password_length`, `tokenType`. */
const ABOUT_IT =
  /(?:len|length|size|min|max|count|field|input|label|type|name|names|id|ids|url|uri|endpoint|path|file|filename|dir|policy|rule|rules|regex|pattern|strength|expiry|expires|expiration|ttl|alg|algorithm|env|var|variable|header|prefix|suffix|format|enabled|disabled|required|hint|error|message|placeholder|title|text|manager|provider|store|form|reset|page|column|columns|attempts|version|mode|method|status|scope|scopes|kind|index|embedding|accuracy|limit|usage|used|budget|rate|dim|options|config|callback|handler|fn|check|valid|digest|hash|sha256|fingerprint|checksum|class|map|set|list|generator|chars|score|pooling|mixer|f\d|ratio|merging|entropy|bits|strategy|weight|depth|layers|heads|width|lifetime|rotation|interval|seconds|s)$/i;
/** Last words of names, as a whole, that tell when something happened to a secret, or how long ago: `password_changed_at`. */
const WHEN =
  /^(?:at|on|since|until|when|date|time|timestamp|datetime|age|ago|days?|hours|minutes|months?|years?|changed?|changes|updated|created|modified|expired)$/i;
/** Names of passwords: what they hold may be a plain word. */
export const PASSWORD: RegExp = new RegExp(
  `passw|passphrase|passcode|pwd|ps?w\\d{0,2}$|kennwort|_pass$|^pass$|Pass$|${OTHER_PASSWORD}`,
  "i",
);
const PUBLIC =
  /public|sort|primary|foreign|cache|idempotency|partition|object|dict|index|translation|i18n/i;

/** The word of another language that begins here and says secret; empty where there is none. */
export function otherWordAt(text: string, at: number): string {
  OTHER_HERE.lastIndex = at;
  return OTHER_HERE.exec(text)?.[0] ?? "";
}

/** The whole name around a word in it. */
export function nameAt(text: string, at: number): string {
  const before = /[\w$-]{0,60}$/.exec(text.slice(Math.max(0, at - 60), at))
    ?.[0] ?? "";
  const other = otherWordAt(text, at);
  const behind = at + other.length;
  const after = /^[\w-]{1,60}/.exec(text.slice(behind, behind + 60))?.[0] ?? "";
  return (before + other + after).replace(/^[$-]+/, "");
}

/** Whether a name says that what it holds is for all to see: `sort_key`, `public_key`. */
export function isPublicName(name: string): boolean {
  return PUBLIC.test(name);
}

/** What stands beside a column of passwords that is called `pass`, as a result of a test is too. */
const BESIDE_PASS =
  /^(?:user(?:[_ ]?name)?|name|login|host|server|account|e-?mail|id|db)$/i;

/** Whether the column of a table that is called `name` holds secrets. @param heads What all of its columns are called. */
export function isSecretColumn(
  name: string,
  heads: readonly string[],
): boolean {
  return isSecretName(name) &&
    (!/^pass$/i.test(name) || heads.some((one) => BESIDE_PASS.test(one)));
}

const judged = new Map<string, boolean>();
const MOST_JUDGED = 2000;

/** Whether a name says that what it holds is a secret. */
export function isSecretName(name: string): boolean {
  let known = judged.get(name);
  if (known === undefined) {
    if (judged.size >= MOST_JUDGED) judged.clear();
    known = judgeName(name);
    judged.set(name, known);
  }
  return known;
}

function judgeName(name: string): boolean {
  if (PUBLIC.test(name)) return false;
  if (/^pass$/i.test(name)) return true;
  if (/^(?:set-)?cookie$|mnemonic|_cookie$/i.test(name)) return true;
  if (mayHaveOther(name) && ENDS_IN_OTHER.test(name)) return true;
  if (!saysSecret(name)) return false;
  // The last word tells what the value is: `tokens` are text, `apiKeys` are keys.
  const last = name.replace(/^.*?([A-Za-z][a-z\d]*|[A-Z\d]+)$/, "$1");
  if (WHEN.test(last)) return false;
  return !ABOUT_IT.test(last) || /pass|secret|token|key/i.test(last) &&
      !/(?:tokens|hash)$/i.test(last);
}

/** What a placeholder calls a value by the name that it stood under. */
export function kindOf(name: string): string {
  if (PASSWORD.test(name)) return "password";
  if (TOKEN.test(name)) return "token";
  if (/key/i.test(name)) return "key";
  if (/cookie/i.test(name)) return "cookie";
  return /secret/i.test(name) ? "secret" : "credential";
}

/** The name of a known secret that stood under none: its kind, as no variable is called. */
export function nameOfKind(kind: string): string {
  return `(${kind})`;
}

/** The kind of a known secret that stood under no name; null for one with a name. */
export function kindWithoutName(name: string): string | null {
  return /^\((.+)\)$/.exec(name)?.[1] ?? null;
}
