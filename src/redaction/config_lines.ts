/**
 * Values of files of settings: lines that hold a name and its value and nothing else, as in YAML, `.properties` or `.env`.
 * There a value goes on to the end of its line, and may be of letters alone.
 * Loaded inside cells: it imports only files that may be loaded there.
 *
 * @module
 */
import type { FoundForm } from "./find_token_forms.ts";
import { isAddress, isFigure } from "./named_kinds.ts";
import { isSecretName, kindOf, nameAt, namePattern } from "./naming.ts";
import { isDrawnInParts, isPublicId, isSample } from "./plausible.ts";
import { isDrawn, isHardlySpoken } from "./spoken.ts";
import { hasSign } from "./words_in_text.ts";

/** A name and the sign behind it. */
const SET = namePattern(
  "gi",
  ({ word }) =>
    `${word}[\\w-]{0,30}["']?(?:[ \\t]{0,4}=[ \\t]{0,4}|:[ \\t]{1,8}|[,;\\t])(?=[^\\s"'\`{}()[\\]=])`,
);
/** What may stand before a name in its line. */
const BEFORE_NAME =
  /^[ \t]{0,40}(?:[-*][ \t]{1,3}|export[ \t]{1,3}|set[ \t]{1,3}|\$env:)?["']?[\w.-]{0,80}$/i;
/** So much may stand before a name, characters. */
const MOST_BEFORE = 130;
/** A longer line holds more than a value, characters. */
const MOST_CHARS = 300;
/** Names of what is always a secret, where their value is a word with numbers. */
const SURE = /passw|pwd|passphrase|api_?key|secret|_(?:pw|pass|token)$/i;

/** The values of lines of settings whose names say secret. */
export function findConfigured(text: string): FoundForm[] {
  const found: FoundForm[] = [];
  if (!hasSign(text, "=:,;\t")) return found;
  const pattern = SET(text);
  pattern.lastIndex = 0;
  for (let match; (match = pattern.exec(text)) !== null;) {
    const { index } = match;
    const start = pattern.lastIndex;
    if (!beginsLine(text, index)) continue;
    const name = nameAt(text, index);
    if (!isSecretName(name)) continue;
    const value = valueAt(text, start);
    // A row of two: a name and its value.
    if (/[,;\t]$/.test(match[0]) && !/^[^\s,;]{8,}$/.test(value)) continue;
    const isVariable = match[0].endsWith("=") && /^[A-Z][A-Z\d_]*$/.test(name);
    if (!isConfigured(name, value, isVariable)) continue;
    const end = start + value.length;
    found.push({ start, end, kind: kindOf(name), name });
  }
  return found;
}

/** Whether nothing stands before a name in its line but what may. */
function beginsLine(text: string, index: number): boolean {
  const from = Math.max(0, index - MOST_BEFORE);
  const before = text.slice(from, index);
  const line = before.lastIndexOf("\n") + 1;
  return (line > 0 || from === 0) && BEFORE_NAME.test(before.slice(line));
}

/** What stands up to the end of a line, without a comment. */
function valueAt(text: string, start: number): string {
  const line =
    /^[^\r\n]*/.exec(text.slice(start, start + MOST_CHARS + 1))?.[0] ??
      "";
  return line.replace(/[ \t]#.*$/, "").trimEnd();
}

function isConfigured(
  name: string,
  value: string,
  isVariable: boolean,
): boolean {
  if (value.length < 8 || value.length > MOST_CHARS) return false;
  // Code goes on in the next line, or calls something.
  if (/["'`(){}<>|]|[,;&+=:?\\]$|\[|=>|&\w*[&=]/.test(value)) return false;
  return isSecretText(name, value, isVariable) && !isPublicId(value) &&
      !isSample(value) && !isAddress(value) &&
      !isFigure(name, value, isVariable) ||
    isVariable && /^\d{8,}$/.test(value) && SURE.test(name);
}

function isSecretText(
  name: string,
  value: string,
  isVariable: boolean,
): boolean {
  if (/\s/.test(value)) return isDrawnInParts(value);
  return isDrawn(value.replace(/[,;\\]/g, "")) || isHardlySpoken(value) ||
    isVariable && SURE.test(name) && /\d\d/.test(value) &&
      /[a-z]{2}/i.test(value) && !/[/:]/.test(value);
}
