/**
 * Secrets that stand in an expression behind a name that says secret: what is taken where a variable is missing, one
 * of two choices, the elements of a list.
 * Loaded inside cells: it imports only files that may be loaded there.
 *
 * @module
 */
import { isMemberSecret } from "./assigned.ts";
import type { FoundForm } from "./find_token_forms.ts";
import { isSecretName, kindOf, nameAt, namePattern } from "./naming.ts";
import { isSample, looksRandom } from "./plausible.ts";
import { hasSign, mayHave } from "./words_in_text.ts";

/** The longest expression that is read, characters. */
const MAX_CHARS = 500;
/** So much before a name is read, characters. */
const LINE_CHARS = 200;
/** So many expressions that begin inside of one another are read. */
const MOST_NESTED = 4;
/** Behind these a text is a value of the expression. */
const OFFERS = new Set(
  ["??", "||", "&&", "?", ":", "+", "[", ",", "(", "or", "else", "text"],
);
/** What only wraps the value that it is given, or gives it where there is no other. */
const WRAPPER =
  /^(?:Set|String|encodeURIComponent|Object\.freeze|(?:pydantic\.)?Secret(?:Str|Bytes)|Redacted\.make|bytes|quote(?:_plus)?|default|prefault|catch|signal|(?:shallow)?[rR]ef|useState|atom|writable|BehaviorSubject)$/;
/** Names before the last one to which Python gives values in a row: `user, password = "ada", …`. */
const NAMES_BEFORE =
  /(?:^|[\n;])[ \t]*(?:[\w.]{1,60}[ \t]*,[ \t]*){1,8}[\w.]{0,60}$/;
const TOKEN =
  /\s{1,500}|\/\/[^\n]{0,500}|(["'`])((?:\\[^\n]|(?!\1)[^\\\n]){0,600})\1|[\w$]{1,500}(?:\??\.[\w$]+)*|=>|\?\?|\|\||&&|[=!]==?|\?\.|[^]/y;

/** Where a text stands in another. */
interface Literal {
  start: number;
  value: string;
}

/** A name with an expression behind it. */
const EXPRESSION = namePattern(
  "gi",
  ({ word }) =>
    `${word}[\\w-]{0,30}["'\\]]{0,2}\\s{0,4}(?:\\??:[ \\t]?[\\w<>|[\\] ]{1,32}=|:|\\?\\?=|\\|\\|=|=)(?![=>])\\s{0,12}(?=[A-Za-z_$(["'\`])`,
);

/** Texts in the expressions behind names that say secret: what a missing variable is replaced by, choices, elements. */
export function findOffered(text: string): FoundForm[] {
  const found: FoundForm[] = basicPasswords(text).map(({ start, value }) => ({
    start,
    end: start + value.length,
    kind: "password",
    name: "password",
  }));
  if (!hasSign(text, ":=")) return found;
  const pattern = EXPRESSION(text);
  pattern.lastIndex = 0;
  let [readTo, nested] = [0, 0];
  for (let match; (match = pattern.exec(text)) !== null;) {
    const name = nameAt(text, match.index);
    if (!isSecretName(name)) continue;
    nested = match.index < readTo ? nested + 1 : 0;
    if (nested > MOST_NESTED) {
      // Those around it have offered what stands here.
      pattern.lastIndex = Math.max(readTo, pattern.lastIndex);
      continue;
    }
    const line = text.slice(Math.max(0, match.index - LINE_CHARS), match.index);
    const { offered, end: last } = offeredTexts(
      text,
      pattern.lastIndex,
      NAMES_BEFORE.test(line),
    );
    readTo = Math.max(readTo, last);
    for (const { start, value } of offered) {
      if (!isNoWord(value) || !isMemberSecret(name, value)) continue;
      const end = start + value.length;
      found.push({ start, end, kind: kindOf(name), name });
    }
  }
  return found;
}

/**
 * The texts that the expression beginning at `from` may have as its value; not one that is all of it.
 *
 * @param isRow Whether it gives several names a value each.
 */
function offeredTexts(
  text: string,
  from: number,
  isRow: boolean,
): { offered: Literal[]; end: number } {
  const offered: Literal[] = [];
  const open: string[] = [];
  let before = "";
  let choices = 0;
  let breaks = false;
  TOKEN.lastIndex = from;
  while (TOKEN.lastIndex < text.length && TOKEN.lastIndex < from + MAX_CHARS) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null) break;
    const [token, quote, value = ""] = match;
    if (/^(?:\s|\/\/)/.test(token)) {
      breaks ||= token.includes("\n");
      continue;
    }
    const isNext = /^(?:[\w$"'`]|[{;])/.test(token);
    // A line that does not go on ends the statement.
    if (breaks && open.length === 0 && isNext && isValue(before)) break;
    breaks = false;
    if (quote !== undefined) {
      if (OFFERS.has(before) && !open.includes("call")) {
        offered.push({ start: at + 1, value });
      }
      before = "text";
    } else if (token === "(" || token === "[") {
      const wraps = token === "(" && WRAPPER.test(before) || !isValue(before);
      open.push(wraps ? token : "call");
      before = token;
    } else if (token === ")" || token === "]") {
      if (open.pop() === undefined) break;
      before = "word";
    } else if (
      token === ";" || token === "{" || token === "}" || token === "=>" ||
      open.length === 0 && token === "," && !isRow
    ) break;
    else if (token === ":" && --choices < 0) break;
    else {
      if (token === "?") choices++;
      if (!/^(?:await|new|return)$/.test(token)) before = token;
    }
  }
  return { offered, end: TOKEN.lastIndex };
}

function isValue(token: string): boolean {
  return /^[\w$]/.test(token);
}

/** Whether a text is no word, as what is taken for a missing variable often is. */
function isNoWord(value: string): boolean {
  return !isSample(value) &&
    !/^[A-Za-z]?[a-z]*(?:[-_. ][a-z]+)*$/.test(value) &&
    !/^[A-Z]+(?:_[A-Z]+)*$/.test(value);
}

/** Functions that encode. */
const ENCODERS = ["btoa(", "Buffer.from(", "Base64(", "64encode("];

/** The passwords of users that are encoded for a Basic header in code. */
function basicPasswords(text: string): Literal[] {
  if (!ENCODERS.some((one) => mayHave(text, one) && text.includes(one))) {
    return [];
  }
  const pattern =
    /\b(?:btoa|Buffer\.from|encodeBase64|b64encode)\(\s{0,12}b?(["'`])([^"'`:\s]{1,80}):([^"'`\s]{6,200})\1/g;
  return [...text.matchAll(pattern)].flatMap(
    ({ 0: all, 2: user, 3: value = "", index }) =>
      user !== "data" &&
        (looksRandom(value) ||
          isNoWord(value) && /\d/.test(value) && !/^\d+$/.test(value))
        ? [{ start: index + all.length - 1 - value.length, value }]
        : [],
  );
}
