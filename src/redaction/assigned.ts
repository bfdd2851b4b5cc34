/**
 * Secrets that their surroundings tell: a value assigned to a name that says secret, a header, an option of a command.
 * Loaded inside cells: it imports only files that may be loaded there.
 *
 * @module
 */
import {
  isPublicId,
  isSample,
  looksLikeKey,
  looksRandom,
} from "./plausible.ts";
import { SCHEME, signingHeader } from "./signing_header.ts";
import { isSecretName, kindOf, nameAt, PASSWORD, WORD } from "./naming.ts";
import type { FoundForm } from "./find_token_forms.ts";

const CLOSERS = "[\"'`\\])]{0,3}\\\\?[\"']?";
const SEPARATOR =
  "(?:\\??:[ \\t]?[\\w<>|[\\] ]{1,32}=(?!=)|=>|\\?\\?=?|\\|\\|=?|:=|==?=?|:|,|>)";
const quoted = (q: string) =>
  `\\\\?${q}((?:[^${q}\\\\\\n]|\\\\[^\\n]){1,600})${q}`;
const BARE = "([^\\s\"'`;,<>(){}[\\]|\\\\=]{3,400}={0,2})";

const ASSIGNED = new RegExp(
  `${WORD}[\\w-]{0,30}${CLOSERS}\\s{0,4}(${SEPARATOR})\\s{0,12}(?:${
    quoted('"')
  }|${quoted("'")}|${quoted("`")}|${BARE})`,
  "gi",
);

/** Values assigned to names that say secret. */
export function findAssigned(text: string): FoundForm[] {
  const found: FoundForm[] = [];
  ASSIGNED.lastIndex = 0;
  for (let match; (match = ASSIGNED.exec(text)) !== null;) {
    const isQuoted = match[5] === undefined;
    const value = match[2] ?? match[3] ?? match[4] ?? match[5] ?? "";
    const start = ASSIGNED.lastIndex - value.length - (isQuoted ? 1 : 0);
    const one = judge(text, match, { value, start, isQuoted });
    if (one !== null) found.push(one);
    // The value may itself be a name with a value: `name: "password", value: …`.
    else ASSIGNED.lastIndex = Math.max(start, match.index + 1);
  }
  return found;
}

/** Whether a text that is the member `name` of a document is a secret. */
export function isAssignedSecret(name: string, value: string): boolean {
  if (!isSecretName(name) || value.length > 4000) return false;
  if (/^\d+$/.test(value)) return PASSWORD.test(name) && value.length >= 6;
  return isQuotedSecret(value, {
    name,
    separator: ":",
    tight: false,
    next: "",
    before: "",
  });
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
  if (isQuoted && /^[a-z]{0,24}$/.test(value) && !PASSWORD.test(name)) {
    return null;
  }
  if (
    !isSecretName(name) &&
    !isKeyOfService(name, value.length, text, match.index)
  ) {
    return null;
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

/** How a value is assigned. */
export interface Form {
  name: string;
  separator: string;
  /** Whether `=` stands directly before it. */
  tight: boolean;
  /** The character behind it. */
  next: string;
  /** What stands before the name. */
  before: string;
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
  if (isSample(value) || isAddress(value) || isNameOfSecret(value)) {
    return false;
  }
  if (separator === ",") {
    // Two texts beside each other: the arguments of a function that sets something, or a header.
    if (
      !/(?:set|append|setItem|header|put|store|\[)\w*\(?\s*["'`[(]*[\w-]*$/i
        .test(before)
    ) return false;
    return looksRandom(value) ||
      /set\w*\(\s*["'`]?\w*$/i.test(before) && isPassword(value, name);
  }
  if (separator === ">") return false;
  if (/\s/.test(value)) return isPhrase(value, name);
  return isPassword(value, name) || isStrong(value, name);
}

function isBareSecret(value: string, form: Form): boolean {
  const { name, separator, tight, next, before } = form;
  if (isSample(value) || isAddress(value)) return false;
  if (next === "(" || next === "[" || next === "{") return false;
  // Base64 may end with the sign.
  if (
    /[&|<>?]{2}|==.|^[\w$.]+=(?!=?$)|^[!~^]|^\d+\.\d+\.\d|^0x[\da-f]+$/i.test(
      value,
    )
  ) {
    return false;
  }
  if (separator === "," || separator === "=>") return false;
  if (separator === ">") {
    return /<[\w:-]*$/.test(before) && next === "<" &&
      (PASSWORD.test(name) ? value.length >= 4 : isStrong(value, name));
  }
  if (
    /^(?:await|new|typeof|this|self|process|Deno|os|config|settings|args|opts|options|props|env|req|ctx|str|string|int|None|Optional)\b/
      .test(value)
  ) return false;
  const constant = /^[A-Z][A-Z\d_]*$/.test(name);
  if (PASSWORD.test(name)) {
    if (tight && (constant || next === ";")) return value.length >= 4;
    const identifier = /^[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*$/.test(value);
    if (!identifier) return value.length >= 6;
    return /\d/.test(value) && value.length >= 6 &&
      !name.toLowerCase().endsWith(value.replace(/\d+$/, "").toLowerCase());
  }
  if (
    /^[A-Za-z_$][\w$]*(?:\??\.[A-Za-z_$][\w$]*)+$/.test(value) &&
    !looksLikeKey(value)
  ) return false;
  // A word without a digit is a type or a variable.
  if (!/\d/.test(value) && !(constant && tight)) return false;
  return isStrong(value, name) && (looksRandom(value) || constant && tight);
}

/** A value under the name of a password: any that is no word about passwords. */
function isPassword(value: string, name: string): boolean {
  if (!PASSWORD.test(name)) return false;
  return /^[a-z]+$/i.test(value) ? value.length >= 5 : value.length >= 4;
}

/** A value under the name of a key, a token or a secret: not a word, nor the name of something. */
function isStrong(value: string, name: string): boolean {
  if (/\s|^[\^~>=v]*\d+\.\d+/.test(value)) return false;
  const weak = /(?:token|key|auth|jwt|bearer|cookie)$/i.test(name) &&
    !/api|access|private|secret|auth_?token/i.test(name);
  if (isPublicId(value)) {
    return value.length >= 32 && !/^[\d.,:eE+-]+$/.test(value) &&
      !value.startsWith("sha");
  }
  if (looksRandom(value) || looksLikeKey(value)) return true;
  return !weak && value.length >= 8 && /\d/.test(value) &&
    /[a-z]/i.test(value) &&
    !/^[a-z]+[-_.]?v?\d+(?:\.\d+)*$/i.test(value) &&
    !/^[\w-]+[-_][a-z]+$/.test(value);
}

/** Words of a phrase that is itself the secret; a sentence about passwords is none. */
function isPhrase(value: string, name: string): boolean {
  if (!/passphrase|passw|mnemonic|pwd/i.test(name)) return false;
  const words = value.trim().split(/\s+/);
  return words.length >= 3 && words.length <= 24 &&
    words.every((word) => /^[a-z\d-]{2,12}$/.test(word)) &&
    !/\b(?:the|your|is|are|must|be|to|for|please|enter|an?|of|and|or|not|password|with|at|least|should|can|in|this)\b/
      .test(value);
}

/** The name of a variable or member that holds one. */
function isNameOfSecret(value: string): boolean {
  return /^[A-Z][A-Z\d]*(?:_[A-Z\d]+)+$/.test(value) ||
    /^[a-z]+(?:[_-][a-z]+|[A-Z][a-z]+)+$/.test(value) &&
      /pass|key|token|secret|auth/i.test(value);
}

/** An address or path without a password: what a name such as `token_url` or `secret` in a file system holds. */
function isAddress(value: string): boolean {
  return /^(?:https?|file|wss?):\/\/[^@]*$/.test(value) ||
    /^(?:\.{0,2}\/|~\/|[A-Za-z]:\\)/.test(value) &&
      !/^\/?[A-Za-z\d+/]{40}$/.test(value);
}
