/**
 * Secrets in series whose name says secret, as libraries for tables show a column of one: the name stands above the
 * values, or below them.
 * Loaded inside cells: it imports nothing but its like.
 *
 * @module
 */
import { isMemberSecret } from "./assigned.ts";
import type { FoundForm } from "./find_token_forms.ts";
import { lineAt, lineStart, MAX_LINE } from "./lines.ts";
import { isFigure } from "./named_kinds.ts";
import { isSecretName, kindOf } from "./naming.ts";

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
    if (isFigure(name, value, true) || !isMemberSecret(name, value)) return;
    found.push({ start, end: start + value.length, kind: kindOf(name), name });
  };
  for (const { 0: all, 1: name = "", index } of text.matchAll(ABOVE)) {
    if (!isSecretName(name)) continue;
    for (let at = index + all.length; at < text.length;) {
      const [line, next] = lineAt(text, at);
      const match = QUOTED.exec(line);
      const start = match?.indices?.[2]?.[0];
      if (start !== undefined) take(name, match?.[2] ?? "", at + start);
      else if (!/^\s*(?:…|null)/.test(line)) break;
      at = next;
    }
  }
  let from = 0;
  for (const { 1: name = "", index } of text.matchAll(BELOW)) {
    for (let end = index - 1; end > from && isSecretName(name);) {
      const at = Math.max(from, lineStart(text, end));
      const line = text.slice(at, end);
      const match = line.length < MAX_LINE ? NUMBERED.exec(line) : null;
      const start = match?.indices?.[1]?.[0];
      if (start !== undefined) take(name, match?.[1] ?? "", at + start);
      else if (!/^\s*\.+\s*$/.test(line)) break;
      end = at - 1;
    }
    from = index;
  }
  return found;
}
