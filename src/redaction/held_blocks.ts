/**
 * Secrets that stand in blocks under names that hold secrets: the objects, lists, maps and sets of code and of what it
 * prints, sections of TOML, and what is indented under such a name in YAML.
 * Loaded inside cells: it imports only files that may be loaded there.
 *
 * @module
 */
import type { FoundForm } from "./find_token_forms.ts";
import { holdsSecrets, isHeldSecret } from "./held_values.ts";
import { kindOf, nameAt, namePattern } from "./naming.ts";

/** The longest block that is read, characters. */
const MAX_BLOCK = 8000;
/** A longer line of a section holds no setting, characters. */
const MAX_LINE = 600;

/** The end of a name, and what opens its block: the last character tells which. */
const OPENED = namePattern(
  "gi",
  ({ word }) =>
    `${word}[\\w-]{0,30}["'\`\\]]{0,2}(?:\\s{0,3}(?::[ \\t]?[\\w<>|,[\\]{}: ]{1,60}=|(?<=["'\`]\\s{0,3})=>|=|:)\\s{0,3}(?:(?!async|function)(?:new )?[\\w.]{1,20}(?:<[^<>\\n]{1,40}>)?\\s?(?:\\(\\d{0,6}\\)?)?\\s?)?[{[]|(?<=\\])[ \\t]{0,3}\\r?\\n|:[ \\t]{0,3}(?:#[^\\n]{0,80})?\\r?\\n(?=[ \\t-]))`,
);
/** Without one of these there is no block. */
const OPENS = /[{[]|:[ \t]{0,3}(?:#[^\n]{0,80})?\r?\n[ \t-]/;
/** A text, a name with its sign, a bracket, a comment, or anything else. */
const PIECE =
  /\s{1,200}|\/\/[^\n]{0,300}|(["'`])((?:\\[^\n]|(?!\1)[^\\\n]){0,600})\1(\s{0,3}(?::|=>))?|([\w$-]{1,80})(\s{0,3}:)?|[^]/y;
const SETTING =
  /^([ \t]{0,80})(?:-[ \t]{1,3})?(?:["']?([\w. -]{1,80}?)["']?[ \t]{0,3}[:=](?:[ \t]{1,3}|(?<==)))?(["']?)([^\s"'#][^\s"']{0,400})\3[ \t]*(?:#.*)?$/;

/** The secrets in blocks under names that hold some. */
export function findHeld(text: string): FoundForm[] {
  const found: FoundForm[] = [];
  if (!OPENS.test(text)) return found;
  const pattern = OPENED(text);
  pattern.lastIndex = 0;
  for (let match; (match = pattern.exec(text)) !== null;) {
    const holder = nameAt(text, match.index);
    // `const tokens = [` are words of a text.
    const isWords = /=[^=[{]*\[$/.test(match[0]) && /^tokens$/i.test(holder);
    if (!holdsSecrets(holder) || isWords) {
      pattern.lastIndex = match.index + 1;
      continue;
    }
    const start = pattern.lastIndex;
    const end = /[{[]$/.test(match[0])
      ? inBrackets(text, start, holder, found)
      : match[0].includes("]")
      ? inSection(text, start, holder, found)
      : inIndented(text, match.index, start, holder, found);
    pattern.lastIndex = Math.max(end, match.index + 1);
  }
  return found;
}

/** @returns where the block ends */
function inBrackets(
  text: string,
  start: number,
  holder: string,
  found: FoundForm[],
): number {
  const open: string[] = [text[start - 1] ?? ""];
  let name = "";
  PIECE.lastIndex = start;
  while (open.length > 0 && PIECE.lastIndex < start + MAX_BLOCK) {
    const at = PIECE.lastIndex;
    const match = PIECE.exec(text);
    if (match === null) break;
    const [all, quote, inside = "", isName, word, isMember] = match;
    if (quote !== undefined) {
      if (isName !== undefined) name = inside;
      else take({ at: at + 1, value: inside, name, holder }, found);
    } else if (word !== undefined) {
      if (isMember !== undefined) name = word;
    } else if (/^[{[(]$/.test(all)) open.push(all);
    else if (/^[}\])]$/.test(all)) open.pop();
    else if (all === "," && open.at(-1) === "{") name = "";
  }
  return PIECE.lastIndex;
}

/** @returns where the next section begins */
function inSection(
  text: string,
  start: number,
  holder: string,
  found: FoundForm[],
): number {
  const line = text.lastIndexOf("\n", start - 2) + 1;
  if (!/^[ \t]*\[{1,2}["'\w. -]+\]{1,2}\s*$/.test(text.slice(line, start))) {
    return start;
  }
  return eachLine(text, start, (one, at) => {
    if (/^\s*\[/.test(one)) return false;
    takeSetting(one, at, holder, found);
    return true;
  });
}

/** @returns where what is indented deeper than its name ends */
function inIndented(
  text: string,
  index: number,
  start: number,
  holder: string,
  found: FoundForm[],
): number {
  const line = text.lastIndexOf("\n", index) + 1;
  const before = text.slice(line, index);
  if (!/^[ \t]{0,80}(?:-[ \t]{1,3})?["']?[\w-]{0,60}$/.test(before)) {
    return start;
  }
  const depth = depthOf(before);
  return eachLine(text, start, (one, at) => {
    if (/^\s*(?:#.*)?$/.test(one)) return true;
    const isListed = /^[ \t]*-[ \t]/.test(one);
    if (depthOf(one) < depth + (isListed ? 0 : 1)) return false;
    takeSetting(one, at, holder, found);
    return true;
  });
}

function depthOf(line: string): number {
  return /^[ \t]*/.exec(line)?.[0].length ?? 0;
}

/** Goes through lines while one is of the block. @returns where it stopped */
function eachLine(
  text: string,
  start: number,
  isInside: (line: string, at: number) => boolean,
): number {
  let at = start;
  while (at < text.length && at < start + MAX_BLOCK) {
    const end = text.indexOf("\n", at);
    const line = text.slice(at, end === -1 ? text.length : end);
    if (line.length > MAX_LINE || !isInside(line.replace(/\r$/, ""), at)) break;
    at = end === -1 ? text.length : end + 1;
  }
  return at;
}

function takeSetting(
  line: string,
  at: number,
  holder: string,
  found: FoundForm[],
): void {
  const [all = "", , name = "", quote = "", value = ""] = SETTING.exec(line) ??
    [];
  if (value === "") return;
  const shift = all.indexOf(quote + value, all.search(/[:=-]/)) + quote.length;
  take({ at: at + shift, value, name, holder }, found);
}

function take(
  held: { at: number; value: string; name: string; holder: string },
  found: FoundForm[],
): void {
  const { at, value, name, holder } = held;
  if (!isHeldSecret(holder, name, value)) return;
  found.push({
    start: at,
    end: at + value.length,
    kind: kindOf(holder),
    name: holder,
  });
}
