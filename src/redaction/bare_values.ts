/**
 * Values without quotation marks behind a name that says secret: in code such a word is a variable or a type, in a file
 * of settings it is the value.
 * Loaded inside cells: it imports only files that may be loaded there.
 *
 * @module
 */
import { isAddress, isFigure, isNumberOf, isStrong } from "./named_kinds.ts";
import { PASSWORD } from "./naming.ts";
import {
  isBase64Text,
  isSample,
  looksLikeKey,
  looksRandom,
} from "./plausible.ts";
import { isDrawn } from "./spoken.ts";

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

/** Whether a text without quotation marks is a secret under its name. */
export function isBareSecret(value: string, form: Form): boolean {
  const { name, separator, tight, next, before } = form;
  if (isSample(value) || isAddress(value) || isNumberOf(name, value)) {
    return false;
  }
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
  // A variable of a shell holds a text.
  if (isFigure(name, value, constant && tight)) return false;
  if (PASSWORD.test(name)) {
    if (tight && (constant || next === ";")) return value.length >= 4;
    const identifier = /^[A-Za-z_$]\w*(?:\??\.[A-Za-z_$]\w*)*$/.test(value);
    if (!identifier) return value.length >= 6;
    if (isBase64Text(value)) return true;
    // A member that is called like what it holds: `cfg.db.password1`.
    if (/\.\w*(?:pass|pwd?|secret|token|key|cred)\w*$/i.test(value)) {
      return false;
    }
    return /\d/.test(value) && value.length >= 6 &&
        !name.toLowerCase().endsWith(
          value.replace(/\d+$/, "").toLowerCase(),
        ) ||
      /^[A-Za-z]{12,}$/.test(value) && isDrawn(value);
  }
  if (
    /^[A-Za-z_$][\w$]*(?:\??\.[A-Za-z_$][\w$]*)+$/.test(value) &&
    !looksLikeKey(value)
  ) return false;
  // A word without a digit is a type or a variable.
  if (!/\d/.test(value) && !(constant && tight) && !looksRandom(value)) {
    return false;
  }
  return isStrong(value, name) && (looksRandom(value) || constant && tight);
}
