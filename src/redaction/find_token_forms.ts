/**
 * Finding tokens that are known by their own form.
 * Loaded inside cells: it imports only files that may be loaded there.
 *
 * @module
 */
import { isSample, looksRandom } from "./plausible.ts";
import { OPEN_FORMS } from "./open_forms.ts";
import { FORMS, GITLAB, type TokenForm } from "./token_forms.ts";
import { mayHave, SHORTEST_MARKED } from "./words_in_text.ts";

/** The longest first: the most exact form is tried before the others. */
const BY_PREFIX: readonly (readonly [string, readonly TokenForm[]])[] = [
  ...byPrefix(),
].sort(([a], [b]) => b.length - a.length);

function byPrefix(): Map<string, TokenForm[]> {
  const found = new Map<string, TokenForm[]>();
  for (const form of FORMS) {
    for (const prefix of form.prefixes) {
      const forms = found.get(prefix);
      if (forms === undefined) found.set(prefix, [form]);
      else forms.push(form);
    }
  }
  return found;
}

/** Most prefixes have one of them: in a text without it they need not be looked for, which takes a quarter of the time. */
const SIGNS = ["-", "_", "."];
/** In a text of so many characters each prefix is looked for by itself: a pattern of all takes a millisecond to make. */
const SHORT_CHARS = 200;
/** Of so many short texts; from then on the pattern is faster. */
const ONE_BY_ONE = 20;

/** The prefixes that a text may have, by the signs that are not in it. */
interface Anchors {
  prefixes: readonly string[];
  /** Made when it is needed first. */
  pattern: RegExp | null;
  /** How many texts were looked through one by one. */
  texts: number;
}

const anchors = new Map<string, Anchors>();

/** Of a long text so few prefixes are made a pattern of its own. */
const FEW = 20;

/** The prefixes that a text may have; null where it has none. */
function anchorsIn(text: string): RegExp | null {
  if (text.length >= SHORTEST_MARKED) {
    const left = BY_PREFIX.map(([prefix]) => prefix)
      .filter((prefix) => mayHave(text, prefix));
    if (left.length === 0) return null;
    if (left.length <= FEW) return patternOf(left);
  }
  const missing = SIGNS.filter((sign) => !text.includes(sign));
  const key = missing.join("");
  let known = anchors.get(key);
  if (known === undefined) {
    const prefixes = BY_PREFIX.map(([prefix]) => prefix)
      .filter((prefix) => !missing.some((sign) => prefix.includes(sign)));
    anchors.set(key, known = { prefixes, pattern: null, texts: 0 });
  }
  if (known.pattern !== null) return known.pattern;
  if (
    text.length <= SHORT_CHARS && known.texts++ < ONE_BY_ONE &&
    !known.prefixes.some((prefix) => text.includes(prefix))
  ) return null;
  return known.pattern = patternOf(known.prefixes);
}

function patternOf(prefixes: readonly string[]): RegExp {
  return new RegExp(
    prefixes.map((prefix) => prefix.replace(/[.+/]/g, "\\$&")).join("|"),
    "g",
  );
}

/** So many beginnings in one piece of letters are judged by what follows them; then all of it counts as found. */
const MOST_JUDGED = 16;
/** So much of what follows a beginning is judged, characters. */
const JUDGED_CHARS = 4000;

/** Where something was found, and what. */
export interface FoundForm {
  /** Index of its first character. */
  start: number;
  /** Index behind its last one. */
  end: number;
  /** What it is, such as `GitLab token`. */
  kind: string;
  /** The name that it stands under, where there is one. */
  name?: string;
  /** What it says, where it stands there in another form. */
  value?: string;
}

/** The tokens of a text that are known by their form. */
export function findTokenForms(text: string): FoundForm[] {
  const found: FoundForm[] = [];
  const judged: Judged = { end: 0, times: 0 };
  const prefixes = anchorsIn(text);
  if (prefixes !== null) {
    prefixes.lastIndex = 0;
    for (let hit; (hit = prefixes.exec(text)) !== null;) {
      const end = matchAt(text, hit, { found, judged });
      prefixes.lastIndex = end > hit.index ? end : hit.index + 1;
    }
  }
  for (const { kind, pattern, hint, near } of OPEN_FORMS) {
    if (!mayHave(text, hint) || !text.includes(hint)) continue;
    for (const [at, piece] of piecesWith(hint, text, near)) {
      for (const { 0: all, index } of piece.matchAll(pattern)) {
        // What begins with the sign may be a hash, and is no variable.
        if (isSample(all.replace(/^\$/, ""))) continue;
        found.push({ start: at + index, end: at + index + all.length, kind });
      }
    }
  }
  return found;
}

/** A token without the beginning that all of its kind have. */
export function withoutPrefix(token: string): string {
  const prefix = BY_PREFIX.find(([one]) => token.startsWith(one))?.[0] ?? "";
  return token.slice(prefix.length);
}

/** The pieces of a text that hold a hint: all of it, or what stands near. */
function* piecesWith(
  hint: string,
  text: string,
  near = Infinity,
): Generator<[at: number, piece: string]> {
  for (let at = text.indexOf(hint); at !== -1;) {
    const from = Math.max(0, at - near);
    yield [from, text.slice(from, at + near)];
    at = near === Infinity ? -1 : text.indexOf(hint, at + near);
  }
}

/** `\n` and the like before a token are no letters of it. */
function beginsWord(text: string, at: number): boolean {
  return !/[A-Za-z0-9]/.test(text[at - 1] ?? "") ||
    /(?:\\[bfnrtv]|%[\da-fA-F]{2}|\\u[\da-fA-F]{4}|\\x[\da-fA-F]{2})$/.test(
      text.slice(Math.max(0, at - 6), at),
    );
}

/** Where what was last judged to be no token ends, and how often it was. */
interface Judged {
  end: number;
  times: number;
}

/** @returns where what begins here ends, also when it is only a sample; 0 when it is no token */
function matchAt(
  text: string,
  { 0: hit, index: at }: RegExpExecArray,
  { found, judged }: { found: FoundForm[]; judged: Judged },
): number {
  const begins = beginsWord(text, at);
  for (const [prefix, forms] of BY_PREFIX) {
    if (!hit.startsWith(prefix)) continue;
    // Behind a letter only what nothing else looks like is a token.
    if (!begins && (prefix.length < 5 || !/[-_]$/.test(prefix))) continue;
    for (const { rest, kind, random } of forms) {
      rest.lastIndex = at + prefix.length;
      const whole = rest.exec(text)?.[0];
      if (whole === undefined) continue;
      const end = at + prefix.length + whole.length;
      const body = whole.slice(0, JUDGED_CHARS);
      if (isSample(body)) return end;
      const isOne = (!random && begins || isRandomBody(body)) &&
        (kind !== GITLAB || /\d|[a-z][A-Z]|[A-Z][a-z]/.test(body));
      judged.times = isOne || judged.end !== end ? 0 : judged.times + 1;
      judged.end = end;
      if (!isOne && judged.times < MOST_JUDGED) continue;
      found.push({ start: at, end, kind });
      return end;
    }
  }
  return 0;
}

function isRandomBody(body: string): boolean {
  return looksRandom(body) ||
    body.length >= 30 && /^[A-Za-z]+$/.test(body) && /[a-z]/.test(body) &&
      /[A-Z]/.test(body);
}
