/**
 * Secrets of which the value is known: nbtrack's own tokens, and variables whose names say secret. They are found in
 * whatever form they stand.
 * Loaded inside cells: it imports only files that may be loaded there.
 *
 * @module
 */
import { encodedForms, loosePattern } from "./escaped.ts";
import { kindOf } from "./naming.ts";
import { isSample, looksLikeKey, looksRandom } from "./plausible.ts";
import type { FoundForm } from "./find_token_forms.ts";
import {
  skeletonOf,
  spelledForms,
  whereSpelled,
  withoutIndex,
  withoutTags,
} from "./spelled.ts";

/** Shorter values would be found by chance. */
const SHORTEST = 6;
/** In longer texts the costly search is made only where a piece of the value stands. */
const LONG_TEXT = 50_000;
/** Values that were learnt from texts; the oldest are forgotten. */
const MOST_LEARNT = 200;
/** What may be escaped somewhere in a text. */
const ESCAPES = /\\[ux]|%[\da-f]{2}|&#|&[a-z]{2,6};/i;

/** A value that is known. */
export interface KnownSecret {
  /** The variable or option that holds it. */
  name: string;
  value: string;
  /** Whether it was only found in a text, so that it may be forgotten. */
  learnt: boolean;
}

/** A value and how it is found. */
interface Known {
  value: string;
  name: string;
  kind: string;
  pattern: RegExp;
  encoded: readonly string[];
  pieces: readonly string[];
  /** What its letters spell in other ways. */
  spelled: readonly string[];
  learnt: boolean;
}

/** The values that are known in this process. */
export class KnownSecrets {
  readonly #known = new Map<string, Known>();
  readonly #learnt: string[] = [];
  /** How many values were learnt from texts, those that were forgotten included. */
  learnt = 0;
  /** Changes with every value that becomes known. */
  version = 0;

  /** How many are known. */
  get size(): number {
    return this.#known.size;
  }

  /** The values and their names. */
  get all(): KnownSecret[] {
    return [...this.#known.values()].map(({ name, value, learnt }) => ({
      name,
      value,
      learnt,
    }));
  }

  /** Whether a value is known. */
  has(value: string): boolean {
    return this.#known.has(value.trim());
  }

  /**
   * Knows a value from here on; one that is too short or too plain is not taken.
   *
   * @param name The variable or option that holds it.
   * @param learnt Whether it was only found in a text, so that it may be forgotten.
   */
  add(name: string, value: string, learnt = false): boolean {
    const plain = value.trim();
    const before = this.#known.get(plain);
    if (before !== undefined && (learnt || !before.learnt)) return false;
    if (!isTelling(plain)) return false;
    if (learnt && isSample(plain)) return false;
    const split = plain.length >= 12 && !/\s/.test(plain);
    this.#known.set(plain, {
      value: plain,
      name,
      kind: kindOf(name),
      pattern: loosePattern(plain, split),
      encoded: plain.length < 8 ? [] : encodedForms(plain.slice(0, 2000)),
      pieces: piecesOf(plain),
      spelled: learnt ? [] : spelledForms(plain),
      learnt,
    });
    this.version++;
    if (learnt) this.learnt++;
    if (learnt && this.#learnt.push(plain) > MOST_LEARNT) {
      const oldest = this.#learnt.shift() ?? "";
      if (this.#known.get(oldest)?.learnt === true) this.#known.delete(oldest);
    }
    return before === undefined;
  }

  /** How many characters at the end of a text are the beginning of a known value. */
  beginningAt(text: string): number {
    let longest = 0;
    for (const value of this.#known.keys()) {
      for (let n = Math.min(value.length - 1, text.length); n >= 4; n--) {
        if (!text.endsWith(value.slice(0, n))) continue;
        longest = Math.max(longest, n);
        break;
      }
    }
    return longest;
  }

  /** Where they stand in a text. */
  find(text: string): FoundForm[] {
    const found: FoundForm[] = [];
    for (const known of this.#known.values()) findOne(text, known, found);
    return [...found, ...this.findSpelled(text)];
  }

  /** Where their letters stand in another way: in other case, backwards, apart from each other, or half of them. */
  findSpelled(text: string): FoundForm[] {
    const found: FoundForm[] = [];
    let views: { view: string; skeleton: string }[] | null = null;
    for (const { spelled, value, name, kind } of this.#known.values()) {
      for (const form of spelled) {
        views ??= viewsOf(text).map((view) => ({
          view,
          skeleton: skeletonOf(view),
        }));
        for (const { view, skeleton } of views) {
          if (!skeleton.includes(form)) continue;
          for (const [start, end] of whereSpelled(view, form, value)) {
            found.push({ start, end, kind, name, value });
          }
        }
      }
    }
    return found;
  }
}

/** Whether finding a value in a text says something: a word, a path or a number may be there by chance. */
function isTelling(value: string): boolean {
  if (value.length < SHORTEST) return false;
  if (
    /^(?:\/|~\/|\.{1,2}\/|[A-Za-z]:\\|unix:|https?:\/\/[^@?]*$)/.test(value) &&
    !looksRandom(value.slice(1))
  ) return false;
  if (/^\d+$/.test(value)) return value.length >= 9;
  if (/^[a-z]+$/i.test(value)) return value.length >= 12 || looksRandom(value);
  return value.length >= 8 || /\d/.test(value) && /[a-z]/i.test(value);
}

/** A text as its letters may be read in it. */
function viewsOf(text: string): string[] {
  const plain = withoutTags(text);
  return [...new Set([text, plain, withoutIndex(plain)])];
}

/** Three pieces from beginning, middle and end: one of them is whole wherever a value was split once. */
function piecesOf(value: string): string[] {
  const middle = value.length >> 1;
  return [
    value.slice(0, 4),
    value.slice(middle - 2, middle + 2),
    value.slice(-4),
  ];
}

function findOne(text: string, known: Known, found: FoundForm[]): void {
  const { pattern, encoded, pieces, value, name, kind } = known;
  const add = (start: number, end: number) =>
    found.push({ start, end, kind, name, value });
  if (
    text.length <= LONG_TEXT || pieces.some((p) => text.includes(p)) ||
    ESCAPES.test(text)
  ) {
    pattern.lastIndex = 0;
    for (let match; (match = pattern.exec(text)) !== null;) {
      let end = match.index + match[0].length;
      if (isInsideWord(text, match.index, end, value)) continue;
      // Only the beginning of a long value was looked for.
      if (value.length > 96) {
        end += /^[^\s"'`<>]*/.exec(text.slice(end, end + 2 * value.length))?.[0]
          .length ?? 0;
      }
      add(match.index, end);
    }
  }
  for (const form of encoded) {
    for (
      let at = text.indexOf(form);
      at !== -1;
      at = text.indexOf(form, at + form.length)
    ) {
      // The characters beside it hold bits of it too.
      const before =
        /[\w+/-]{0,3}$/.exec(text.slice(Math.max(0, at - 3), at))?.[0].length ??
          0;
      const end = at + form.length;
      const after =
        /^[\w+/-]{0,3}={0,2}/.exec(text.slice(end, end + 5))?.[0].length ?? 0;
      add(at - before, end + after);
    }
  }
}

/** A short or plain value is part of a longer word by chance. */
function isInsideWord(
  text: string,
  start: number,
  end: number,
  value: string,
): boolean {
  if (value.length >= 12 && (looksRandom(value) || looksLikeKey(value))) {
    return false;
  }
  const word = /[A-Za-z\d]/;
  const hides = (at: number, inside: string) =>
    word.test(inside) && word.test(text[at] ?? "");
  return value.length < 12 &&
    (hides(start - 1, value[0] ?? "") &&
        !/\\[nrt]$/.test(text.slice(Math.max(0, start - 2), start)) ||
      hides(end, value.at(-1) ?? ""));
}
