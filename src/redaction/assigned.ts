/**
 * Secrets that their surroundings tell: a value assigned to a name that says secret, a header, an option of a command.
 * Loaded inside cells: it imports only files that may be loaded there.
 *
 * @module
 */
import {
  isAddress,
  isCookie,
  isFigure,
  isNameOfSecret,
  isNumberOf,
  isPassword,
  isPhrase,
  isRandomKey,
  isStrong,
} from "./named_kinds.ts";
import { type Form, isBareSecret } from "./bare_values.ts";
import { isDescription } from "./harmless_values.ts";
import { isDrawnInParts, isSample, looksRandom } from "./plausible.ts";
import { SCHEME, signingHeader } from "./signing_header.ts";
import {
  isSecretName,
  kindOf,
  nameAt,
  namePattern,
  PASSWORD,
} from "./naming.ts";
import { isDrawn } from "./spoken.ts";
import type { FoundForm } from "./find_token_forms.ts";
import { hasSign } from "./words_in_text.ts";

const CLOSERS = "[\"'`\\])]{0,3}\\\\?[\"']?";
/** Each of {@linkcode SEPARATOR} has one of them. */
const SIGNS = "=:,>?|：";
const SEPARATOR =
  "(?:\\??:[ \\t]?[\\w<>|[\\] ]{1,32}=(?!=)|=>|\\?\\?=?|\\|\\|=?|:=|==?=?|[:：]|,|>)";
/** Python marks bytes and raw texts before the quotation mark, and has three of them; JavaScript has calls for the same. */
const PREFIX =
  "(?:[brfu]{1,2}(?=[\"'])|String\\.raw(?=`)|(?:Buffer\\.from|new\\s{1,4}TextEncoder\\(\\s?\\)\\.encode)\\(\\s{0,8}(?=[\"'`]))?";
const quoted = (q: string) =>
  `\\\\?${q}(?:${q}${q})?((?:[^${q}\\\\\\n]|\\\\[^\\n]){1,600})${q}`;
const BARE = "([^\\s\"'`;,<>(){}[\\]|\\\\=：]{3,400}={0,2})";

const ASSIGNED = namePattern(
  "gi",
  ({ word }) =>
    `${word}[\\w-]{0,30}${CLOSERS}\\s{0,4}(${SEPARATOR})\\s{0,12}${PREFIX}(?:${
      quoted('"')
    }|${quoted("'")}|${quoted("`")}|${BARE})`,
);

/** So much of a value is judged, characters. */
const MOST_JUDGED = 400;

/** What a test says that passes, in a language without spaces. */
const SENTENCE = /[\u3000-\u9fff\uac00-\ud7af]{4}/;
/** A longer value of few different characters is a text that repeats, characters. */
const MOST_DULL = 200;
const MOST_DIFFERENT = 9;
/** In so many at its end a name may stand whose value goes on behind it. */
const NAME_CHARS = 80;

/** Values assigned to names that say secret. */
export function findAssigned(text: string): FoundForm[] {
  const found: FoundForm[] = [];
  if (!hasSign(text, SIGNS)) return found;
  const pattern = ASSIGNED(text);
  pattern.lastIndex = 0;
  for (let match; (match = pattern.exec(text)) !== null;) {
    const isQuoted = match[5] === undefined;
    const all = match[2] ?? match[3] ?? match[4] ?? match[5] ?? "";
    const start = pattern.lastIndex - all.length - (isQuoted ? 1 : 0);
    const value = isQuoted ? closedLikeOpened(text, start, all) : all;
    if (value !== all) pattern.lastIndex = start + value.length;
    const one = judge(text, match, { value, start, isQuoted });
    if (one !== null) found.push(one);
    // The value may itself be a name with a value: `name: "password", value: …`.
    // One name again and again holds no secret before its end.
    else if (
      value.length > MOST_DULL && new Set(value).size <= MOST_DIFFERENT
    ) {
      pattern.lastIndex = start + value.length - NAME_CHARS;
    } else pattern.lastIndex = Math.max(start, match.index + 1);
  }
  return found;
}

/** A value whose opening mark is escaped ends where one that is escaped as often closes it. */
function closedLikeOpened(text: string, start: number, value: string): string {
  if (text[start - 2] !== "\\") return value;
  const mark = /\\{1,8}["'`]$/.exec(text.slice(Math.max(0, start - 9), start))
    ?.[0] ?? "";
  for (let at = 0; (at = value.indexOf(mark, at)) !== -1; at++) {
    if (value[at - 1] !== "\\") return value.slice(0, at);
  }
  return value;
}

/** Whether a text, or a number, that is the member `name` of a document is a secret. */
export function isAssignedSecret(
  name: string,
  value: string,
  isNumber = false,
): boolean {
  if (!isSecretName(name)) return !isNumber && isRandomKey(name, value);
  if (isFigure(name, value, !isNumber)) return false;
  if (isNumber && isNumberOf(name, value)) return false;
  if (value.length > MOST_JUDGED) {
    return !/\s/.test(value) &&
      isAssignedSecret(name, value.slice(0, MOST_JUDGED));
  }
  if (/^\d+$/.test(value)) return PASSWORD.test(name) && value.length >= 6;
  return isMemberSecret(name, value);
}

/** Whether a text is a secret as the value of a member of that name, which says secret. */
export function isMemberSecret(name: string, value: string): boolean {
  const form = { name, separator: ":", tight: false, next: "", before: "" };
  return isQuotedSecret(value, form);
}

/** A value and where it stands. */
interface Assigned {
  value: string;
  start: number;
  isQuoted: boolean;
}

function judge(
  text: string,
  match: RegExpExecArray,
  assigned: Assigned,
): FoundForm | null {
  let { value, start } = assigned;
  const { isQuoted } = assigned;
  let end = start + value.length;
  const separator = match[1] ?? "";
  const name = nameAt(text, match.index);
  if (isUser(text, match.index, separator)) return null;
  if (isQuoted && /^[a-z]{0,24}$/.test(value) && !PASSWORD.test(name)) {
    return null;
  }
  if (
    !isSecretName(name) &&
    !isKeyOfService(name, value.length, text, match.index)
  ) {
    return isRandomKey(name, value)
      ? { start, end, kind: kindOf(name), name }
      : null;
  }
  const scheme = SCHEME.exec(value)?.[0] ?? "";
  start += scheme.length;
  if (!isQuoted) {
    // The next value of a query, and the sign that ends a sentence, are not part of it.
    const whole = value.replace(/&\w+=.*$/, "").replace(/[.,:!?&]*$/, "");
    end = start + whole.length;
    // A password may hold the sign by which it is assigned.
    if (text[start - 1] === "=" && PASSWORD.test(name)) {
      end += /^=[^\s"'`;,<>&]{1,200}/.exec(text.slice(end, end + 201))?.[0]
        .length ?? 0;
    }
  }
  value = text.slice(start, end);
  const form = {
    name,
    separator,
    tight: text[start - 1] === "=",
    next: text[end] ?? "",
    before: text.slice(Math.max(0, match.index - 60), match.index),
  };
  const isOne = isQuoted
    ? isQuotedSecret(value, form) ||
      scheme !== "" && separator !== "," && signingHeader(name, value) !== null
    : isBareSecret(value, form);
  return isOne ? { start, end, kind: kindOf(name), name } : null;
}

/** Whether a name is the user of an address, whose password is found as such. */
function isUser(text: string, at: number, separator: string): boolean {
  return separator === ":" &&
    /:\/\/[\w-]{0,40}$/.test(text.slice(Math.max(0, at - 43), at));
}

/** `key` alone says nothing, but as an argument of what signs in. */
function isKeyOfService(
  name: string,
  length: number,
  text: string,
  at: number,
): boolean {
  return name === "key" && length >= 16 &&
    /(?:login|auth|authenticate|connect|client|api)\w*\(\s*\{?[^\n(]{0,40}$/i
      .test(text.slice(Math.max(0, at - 80), at));
}

/** Whether a text in quotation marks is a secret under its name. */
export function isQuotedSecret(value: string, form: Form): boolean {
  const { name, separator, before } = form;
  if (/cookie$/i.test(name) && /\s/.test(value)) return isCookie(value);
  if (
    isSample(value) || isAddress(value) || isNameOfSecret(value) ||
    isFigure(name, value, true) || isDescription(name, value) ||
    /^pass$/i.test(name) && SENTENCE.test(value)
  ) return false;
  if (separator === ",") {
    // Two texts beside each other: the arguments of a function that sets something, or a header.
    if (
      !/(?:set|append|setItem|header|put|store|define|\[|\()\w*\(?\s*["'`[(]*[\w-]*$/i
        .test(before)
    ) return false;
    return looksRandom(value) ||
      /set\w*\(\s*["'`]?\w*$/i.test(before) && isPassword(value, name);
  }
  if (separator === ">") return false;
  if (/\s/.test(value)) {
    return isPhrase(value, name) || isDrawnInParts(value);
  }
  return isPassword(value, name) || isStrong(value, name) ||
    value.length >= 12 && /^[A-Za-z]+$/.test(value) && isDrawn(value);
}
