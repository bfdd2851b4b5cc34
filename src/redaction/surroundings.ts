/**
 * Secrets that are known by what stands around them: private keys, headers, addresses, commands, and prose that names them.
 * Loaded inside cells: it imports only files that may be loaded there.
 *
 * @module
 */
import { findInAddresses } from "./addresses.ts";
import { IN_COMMANDS, type Surrounding } from "./commands.ts";
import { IN_CALLS } from "./calls.ts";
import { inNamedCalls } from "./named_calls.ts";
import { hasLongWord } from "./long_words.ts";
import { namesAlgorithm } from "./named_in_code.ts";
import { LABELS, namePattern } from "./naming.ts";
import { isFigure } from "./named_kinds.ts";
import { isPublicId, isSample, looksRandom } from "./plausible.ts";
import { isDrawn } from "./spoken.ts";
import { findPrivateKeys } from "./private_keys.ts";
import type { FoundForm } from "./find_token_forms.ts";
import { mayHaveOne, SHORTEST_MARKED } from "./words_in_text.ts";

/** `api key` and its like, as they are written. */
function keyNames(): string[] {
  return ["api", "access", "private", "auth", "account"].flatMap((to) =>
    [" ", "_", "-", ""].map((sign) => `${to}${sign}key`)
  );
}

/** Before a password: `is`, in the languages of its names. */
const IS = "is|was|ist|war|lautet|est|es|é|è|(?<=has[łl]o\\s{1,2})to";
const HAS_PASSWORD = namePattern("i", ({ label }) => label, LABELS);

/** What a column of a table holds, behind its name. */
const COLUMN_TYPE =
  /^(?:n?var(?:char2?|binary)|n?char(?:acter)?|binary|fixedstring)\(/i;

const SURROUNDINGS: readonly Surrounding[] = [
  ...IN_COMMANDS,
  ...IN_CALLS,
  {
    kind: "token",
    near: ["bearer", "token"],
    hint: /bearer|token /i,
    pattern: /\b(?:bearer|token)\s{1,3}(?<s>[\w.~+/=-]{12,4000})/gid,
    holds: (value) => looksRandom(value) && !isPublicId(value),
  },
  {
    kind: "credential",
    near: ["basic"],
    hint: /basic /i,
    pattern: /\bbasic\s{1,3}(?<s>[A-Za-z\d+/]{8,1000}={0,2})/gid,
    holds: (value) => isBasic(value),
  },
  {
    kind: "token",
    near: ["token ", "token=", "secret ", "secret=", "key ", "key="],
    hint: /--/,
    pattern:
      /\s--?(?:[a-z-]{0,20}(?:token|secret|key))[ =]["']?(?<s>[^\s"'`;,<>|]{8,400})/gid,
    holds: (value) => looksRandom(value),
  },
  {
    kind: "password",
    hint: HAS_PASSWORD,
    pattern: namePattern(
      "gid",
      ({ label }) =>
        `${label}\\s{0,2}(?:(?:${IS}|->|→|—|–|as)[:：]?\\s{1,2}|[是为為は])\\s{0,2}["'\`“]?(?<s>[^\\u3000-\\u9fff\\uff00-\\uffef\\s"'\`”;,<>|]{6,100})`,
    ),
    holds: (value) =>
      !isSample(value) && /\d|\w[!#$%&*@^]+\w/.test(value) &&
      /[a-z]/i.test(value) && !isPublicId(value),
  },
  // A plain word is one beside its user, or in quotation marks; code has neither in such a line.
  {
    kind: "password",
    near: ["user", "login", "account", "mail"],
    hint: /(?:pass(?:word|wd|wort)?|pwd|kennwort)[ \t]{0,2}[:=]/i,
    pattern:
      /^[^\n"'`{}();]{0,80}?\b(?:user(?:name)?|login|account|e-?mail)[ \t]{0,2}[:=][ \t]{0,2}[^\s"'`{}();,|]{1,60}[ \t,/|]{1,6}(?:and |und )?(?:password|passwd|pwd|pass|passwort|kennwort)[ \t]{0,2}[:=][ \t]{0,2}(?<s>[^\s"'`{}();,|]{4,100})(?=[.,]?[ \t]*$)/gimd,
    holds: (value) =>
      isPlainPassword(value) && !/^[~.]?\//.test(value) &&
      !isFigure("pwd", value, true),
  },
  {
    kind: "password",
    hint: HAS_PASSWORD,
    pattern: namePattern(
      "gid",
      ({ label }) =>
        `${label}\\s{1,2}(?:${IS})[:：]?\\s{1,2}(?<q>["'\`“])(?<s>[^\\s"'\`”]{4,100})["'\`”]`,
    ),
    holds: (value) => isPlainPassword(value),
  },
  {
    kind: "password",
    near: ["password", "passwd", "pwd", "passphrase"],
    hint: /(?:password|passwd|pwd|passphrase)\s/i,
    pattern:
      /\b(?:password|passwd|pwd|passphrase)\s{1,2}["'`“]?(?<s>[^\s"'`”;,<>|]{8,100})/gid,
    holds: (value, [all]) =>
      looksRandom(value) && !isPublicId(value) &&
      !(value.length < 20 && namesAlgorithm(value)) &&
      !COLUMN_TYPE.test(value) &&
      !(/^pwd/i.test(all) && /^[~.]?\//.test(value)), // what the command shows
  },
  {
    // What lets one set a password anew.
    kind: "token",
    words: ["pass", "/magic"],
    hint: /\/(?:reset|forgot|recover|password|magic)/,
    pattern:
      /\/(?:(?:reset|forgot|recover)[-_]?pass(?:word)?|password[-_/](?:reset|recovery|new|confirm)|magic[-_]?link)(?:\/(?:confirm|token))?\/(?<s>[\w~%.=-]{12,400})/gd,
    holds: (value) => looksRandom(value) && isDrawn(value),
  },
  {
    kind: "key",
    near: ["password", "secret", "token", "credential", ...keyNames()],
    least: 20,
    hint:
      /\b(?:password|secret|token|(?:api|access|private|secret|auth|account)[ _-]?keys?|credentials?)\b/i,
    pattern:
      /\b(?:password|secret|token|(?:api|access|private|secret|auth|account)[ _-]?keys?|credentials?)\b(?<between>[^\n"'`]{0,40}?)[\s"'`:=(*→]{1,6}(?<s>[\w+/.~-]{20,200}={0,2})/gid,
    holds: (value, match) =>
      looksRandom(value) && !isPublicId(value) && !value.includes("//") &&
      !/sha|hash|digest|checksum|commit|integrity|md5|uuid|\bid\b|fingerprint|revision|https?:/i
        .test(match.groups?.["between"] ?? ""),
  },
];

/**
 * Secrets that their surroundings tell.
 *
 * @param hasNames Whether a name that says secret stands in the text.
 */
export function findSurrounded(text: string, hasNames: boolean): FoundForm[] {
  const found: FoundForm[] = [];
  const all = hasNames ? [...SURROUNDINGS, ...inNamedCalls()] : SURROUNDINGS;
  const isLong = text.length >= SHORTEST_MARKED;
  for (const one of all) {
    if (!mayStandIn(text, isLong, one)) continue;
    const { kind, pattern: given, holds } = one;
    const pattern = given instanceof RegExp ? given : given(text);
    pattern.lastIndex = 0;
    for (let match; (match = pattern.exec(text)) !== null;) {
      const range = match.indices?.groups?.["s"];
      if (range === undefined) continue;
      const [start, end] = range;
      const value = isClosed(text, start, end)
        ? text.slice(start, end)
        : text.slice(start, end).replace(/[.:!?]+$/, "");
      if (holds(value, match, text) && !isInPlaceholder(text, start)) {
        found.push({ start, end: start + value.length, kind });
      }
      pattern.lastIndex = Math.max(match.index + 1, start);
    }
  }
  return [
    ...found,
    ...findPrivateKeys(text),
    ...findInAddresses(text),
  ];
}

/** Whether what a secret is known by may stand in a text. @param isLong Whether words are looked for by groups of letters */
function mayStandIn(
  text: string,
  isLong: boolean,
  { words, near, least, hint }: Surrounding,
): boolean {
  if (
    isLong && (near !== undefined && !mayHaveOne(text, near) ||
      least !== undefined && !hasLongWord(text, least) ||
      words !== undefined && !mayHaveOne(text, words))
  ) return false;
  if (words !== undefined && !words.some((one) => text.includes(one))) {
    return false;
  }
  return (hint instanceof RegExp ? hint : hint(text)).test(text);
}

/** Whether a quotation mark that was opened before the word ends it: its last sign is no end of a sentence. */
function isClosed(text: string, start: number, end: number): boolean {
  const mark = text[end] ?? "";
  if (!/["'`]/.test(mark)) return false;
  const word = /\S{1,80}$/.exec(text.slice(Math.max(0, start - 80), start));
  return word !== null && word[0].includes(mark);
}

/** Whether the digits of a placeholder begin here. */
function isInPlaceholder(text: string, at: number): boolean {
  return /\[redacted [^\]\n]{1,40}$/.test(text.slice(Math.max(0, at - 52), at));
}

/** A word that may be a password, and says nothing about one. */
function isPlainPassword(value: string): boolean {
  return !isSample(value) &&
    !/^(?:str|text|varchar|char|bytes|input|field|plain|hashed|encrypted|salted|below|above|see|same|optional|incorrect|wrong|ask|stdin|file|set|kept|stored|any)$/i
      .test(value.replace(/[.:!?]+$/, ""));
}

/** User and password, as a Basic header has them. */
function isBasic(value: string): boolean {
  try {
    const text = atob(value);
    const password = text.slice(text.indexOf(":") + 1);
    return /^[\x20-\x7e]+$/.test(text) && text.includes(":") &&
      !isSample(password);
  } catch {
    return false; // not Base64: a word behind "basic"
  }
}
