/**
 * Secrets in series whose name says secret, as libraries for tables show a column of one: the name stands above the
 * values, or below them.
 * Loaded inside cells: it imports nothing but its like.
 *
 * @module
 */
import { isQuotedSecret } from "./assigned.ts";
import type { FoundForm } from "./find_token_forms.ts";
import { isFigure } from "./named_kinds.ts";
import { isSecretName, kindOf } from "./naming.ts";

/** Longest line that is read, characters. */
const MAX_LINE = 4000;
/** `Series: 'password' [str]`, and a line with a bracket. */
const ABOVE =
  /^Series: '([\w.-]{2,80})' \[(?:str|cat)[^\n]{0,40}\r?\n\[\r?\n/gm;
/** `Name: password, dtype: object` */
const BELOW =
  /^Name: ([\w.-]{2,80}), (?:Length: \d{1,12}, )?dtype: (?:object|str|string|category)\b/gm;
/** A value with quotation marks around it. */
const QUOTED = /^\s{0,40}(["'])(.*)\1,?\s*$/d;
/** A value behind the name of its row. */
const NUMBERED = /^\S{1,80}[ \t]{2,200}(\S.*?)[ \t\r]*$/d;

/** The values of series whose names say secret. */
export function findInSeries(text: string): FoundForm[] {
  const found: FoundForm[] = [];
  const take = (name: string, value: string, start: number) => {
    const form = { name, separator: ":", tight: false, next: "", before: "" };
    if (isFigure(name, value, true) || !isQuotedSecret(value, form)) return;
    found.push({ start, end: start + value.length, kind: kindOf(name), name });
  };
  for (const { 0: all, 1: name = "", index } of text.matchAll(ABOVE)) {
    if (!isSecretName(name)) continue;
    for (let at = index + all.length; at < text.length;) {
      const line = lineFrom(text, at);
      const match = QUOTED.exec(line);
      const start = match?.indices?.[2]?.[0];
      if (start !== undefined) take(name, match?.[2] ?? "", at + start);
      else if (!/^\s*(?:…|null)/.test(line)) break;
      at += line.length + 1;
    }
  }
  let from = 0;
  for (const { 1: name = "", index } of text.matchAll(BELOW)) {
    for (let end = index - 1; end > from && isSecretName(name);) {
      const at = Math.max(from, text.lastIndexOf("\n", end - 1) + 1);
      if (end - at > MAX_LINE) break;
      const match = NUMBERED.exec(text.slice(at, end));
      const start = match?.indices?.[1]?.[0];
      if (start !== undefined) take(name, match?.[1] ?? "", at + start);
      else if (!/^\s*\.+\s*$/.test(text.slice(at, end))) break;
      end = at - 1;
    }
    from = index;
  }
  return found;
}

function lineFrom(text: string, at: number): string {
  const piece = text.slice(at, at + MAX_LINE);
  const end = piece.indexOf("\n");
  return end === -1 ? piece : piece.slice(0, end);
}
