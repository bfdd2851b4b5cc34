/**
 * Secrets that are known by what stands around them: private keys, headers, addresses, commands, and prose that names them.
 * Loaded inside cells: it imports only files that may be loaded there.
 *
 * @module
 */
import { IN_COMMANDS, type Pattern, type Surrounding } from "./commands.ts";
import { IN_CALLS } from "./calls.ts";
import { inNamedCalls } from "./named_calls.ts";
import { namesAlgorithm } from "./named_in_code.ts";
import { namePattern } from "./naming.ts";
import { isFigure } from "./named_kinds.ts";
import { isPublicId, isSample, looksRandom } from "./plausible.ts";
import { isDrawn } from "./spoken.ts";
import { findPrivateKeys } from "./private_keys.ts";
import { saysSecret } from "./secret_names.ts";
import type { FoundForm } from "./find_token_forms.ts";

/** Before a password: `is`, in the languages of its names. */
const IS = "is|was|ist|war|lautet|est|es|é|è|(?<=has[łl]o\\s{1,2})to";
const HAS_PASSWORD = namePattern("i", ({ label }) => label);

/** What a column of a table holds, behind its name. */
const COLUMN_TYPE =
  /^(?:n?var(?:char2?|binary)|n?char(?:acter)?|binary|fixedstring)\(/i;

const SURROUNDINGS: readonly Surrounding[] = [
  ...IN_COMMANDS,
  ...IN_CALLS,
  {
    kind: "token",
    hint: /bearer|token /i,
    pattern: /\b(?:bearer|token)\s{1,3}(?<s>[\w.~+/=-]{12,4000})/gid,
    holds: (value) => looksRandom(value) && !isPublicId(value),
  },
  {
    kind: "credential",
    hint: /basic /i,
    pattern: /\bbasic\s{1,3}(?<s>[A-Za-z\d+/]{8,1000}={0,2})/gid,
    holds: (value) => isBasic(value),
  },
  {
    kind: "token",
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
  const of = (one: Pattern) => one instanceof RegExp ? one : one(text);
  const all = hasNames ? [...SURROUNDINGS, ...inNamedCalls()] : SURROUNDINGS;
  for (const { kind, words, hint, pattern: given, holds } of all) {
    if (words !== undefined && !words.some((one) => text.includes(one))) {
      continue;
    }
    if (!of(hint).test(text)) continue;
    const pattern = of(given);
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
    ...findInUrls(text),
    ...findInQueries(text),
  ];
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

/** A password with signs that an address would have to escape, before the host. */
const UNESCAPED_PASSWORD =
  /^([^/?#@:\s]{1,60}):(?!\d+[/?#])([^\s@]{4,100})@[\w.-]+(?::\d+)?(?:[/?#]|$)/;

/** Passwords of addresses and secret values of their queries. */
function findInUrls(text: string): FoundForm[] {
  const found: FoundForm[] = [];
  const rest = /[^\s"'<>`\\]{1,2000}/y;
  let next = text.indexOf("://");
  while (next !== -1) {
    const at = next;
    next = text.indexOf("://", at + 3);
    if (!/[a-z\d+]/i.test(text[at - 1] ?? "")) continue;
    const from = at + 3;
    rest.lastIndex = from;
    // One that stands in the query of another is read for itself.
    const url = (rest.exec(text)?.[0] ?? "")
      .slice(0, next === -1 ? undefined : next - from);
    // A password may hold `@`, and `/` where it cannot be a port and a path.
    const hasUser = url.includes("@");
    const info = hasUser
      ? /^([^/?#@:\s]*):(?!\d+(?:[/?#]|$))([^\s?#@]*(?:@(?=[^/?#]*@)[^/?#@]*)*)@/
        .exec(url)
      : null;
    const scheme = hasUser
      ? /[a-z][a-z\d+.-]{0,20}$/i.exec(text.slice(Math.max(0, at - 21), at))
        ?.[0] ?? ""
      : "";
    if (info !== null) {
      const name = info[1] ?? "";
      const start = from + name.length + 1;
      const value = info[2] ?? "";
      // `s3://bucket:version@…` names what is kept there.
      const isKept =
        /^(?:s3|gs|gcs|az|abfss?|docker|oci|npm|jsr)$/i.test(scheme) &&
        !isDrawn(value);
      if (value.length >= 4 && !isSample(value) && !isKept) {
        found.push({ start, end: start + value.length, kind: "password" });
      }
      // Some servers take a token as the user's name.
      if (looksRandom(name)) {
        found.push({ start: from, end: from + name.length, kind: "token" });
      }
    } else if (hasUser) {
      const user = /^([^/?#@:\s]{8,})@/.exec(url)?.[1] ?? "";
      if (
        /^(?:https?|git\+https)$/i.test(scheme) &&
        /^[\w~-]*\d[\w~-]*$/.test(user) &&
        !isSample(user)
      ) {
        found.push({ start: from, end: from + user.length, kind: "token" });
      } else if (looksRandom(user) && !isPublicId(user)) {
        found.push({ start: from, end: from + user.length, kind: "token" });
      }
      const [, name = "", value = ""] = UNESCAPED_PASSWORD.exec(url) ?? [];
      if (isDrawn(value.replace(/[#/?]/g, "")) && !isSample(value)) {
        const start = from + name.length + 1;
        found.push({ start, end: start + value.length, kind: "password" });
      }
    }
    if (!/[?&;#]/.test(url)) continue;
    for (
      const pair of url.matchAll(
        /[?&;#]([\w.[\]-]{1,60})=([^&;#)\]}]{6,2000})/g,
      )
    ) {
      const [all, name = "", value = ""] = pair;
      if (!isQuerySecret(name, value)) continue;
      const start = from + pair.index + all.length - value.length;
      found.push({ start, end: start + value.length, kind: "token", name });
    }
  }
  return found;
}

/** Names that say secret in a query alone, of values that look like one. */
const SECRET_QUERY =
  /^(?:sig|key|code|state|t?otp|x-amz-(?:signature|credential|security-token)|x-goog-(?:signature|credential)|signature|apikey|appid)$/i;

/** Secret values of queries without an address before them; code that only looks like one goes on behind the value. */
function findInQueries(text: string): FoundForm[] {
  const pattern =
    /(?<=[\w/])(?:\?|&(?:amp;)?)([\w.[\]-]{1,60})=([\w.~%+-]{6,2000})(?![^\s"'`<>&#)\]}\\])/g;
  return [...text.matchAll(pattern)].flatMap(
    ({ 0: all, 1: name = "", 2: value = "", index }) => {
      if (!/\d/.test(value) || !isQuerySecret(name, value)) return [];
      const end = index + all.length;
      return [{ start: end - value.length, end, kind: "token", name }];
    },
  );
}

function isQuerySecret(name: string, value: string): boolean {
  if (isSample(value)) return false;
  if (SECRET_QUERY.test(name)) return looksRandom(value);
  return saysSecret(name) &&
    (value.length >= 16 || looksRandom(value) || /pass|pwd/i.test(name) ||
      // A word or a number is a choice: `auth=enabled`, `page_token=120000`.
      /\d/.test(value) && /[a-z]/i.test(value));
}
