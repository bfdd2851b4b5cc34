/**
 * Secrets of which the value is known: nbtrack's own tokens, and variables whose names say secret. They are found in
 * whatever form they stand.
 * Loaded inside cells: it imports only files that may be loaded there.
 *
 * @module
 */
import {
  encodedForms,
  endOfLoose,
  Letters,
  lettersOf,
  loosePattern,
} from "./escaped.ts";
import { kindOf, kindWithoutName } from "./naming.ts";
import { isSample } from "./plausible.ts";
import { isInsideWord, isSplitToo, isTelling } from "./telling.ts";
import type { FoundForm } from "./find_token_forms.ts";
import { GITLAB } from "./token_forms.ts";
import {
  LONGEST_TABLE,
  skeletonOf,
  skeletonWithoutTags,
  spelledForms,
  whereSpelled,
  withoutIndex,
  withoutTags,
} from "./spelled.ts";

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
  /** What stands for it where it is found. */
  label: Pick<FoundForm, "kind" | "name">;
  /** Made when it is needed first. */
  pattern: RegExp | null;
  letters: string | null;
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

  /** Those that became known last, after a version. */
  since(version: number): KnownSecret[] {
    return this.all.slice(Math.max(0, this.size - (this.version - version)));
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
    const label = labelOf(name);
    this.#known.set(plain, {
      value: plain,
      name,
      label,
      pattern: null,
      letters: lettersOf(plain),
      encoded: plain.length < 8 ? [] : encodedForms(plain.slice(0, 2000)),
      pieces: piecesOf(plain),
      spelled: learnt && label.kind !== GITLAB ? [] : spelledForms(plain),
      learnt,
    });
    this.version++;
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
    if (this.#known.size === 0) return [];
    const found: FoundForm[] = [];
    const letters = new Letters(text);
    for (const known of this.#known.values()) {
      findOne(text, letters, known, found);
    }
    return [...found, ...this.findSpelled(text)];
  }

  /** Where their letters stand in another way: in other case, backwards, apart from each other, or half of them. */
  findSpelled(text: string): FoundForm[] {
    const found: FoundForm[] = [];
    let views: View[] | null = null;
    for (const { spelled, value, label } of this.#known.values()) {
      for (const form of spelled) {
        views ??= viewsOf(text);
        for (const { text, skeleton } of views) {
          if (!skeleton.includes(form)) continue;
          for (const [start, end] of whereSpelled(text(), form, value)) {
            found.push({ start, end, ...label, value });
          }
        }
      }
    }
    return found;
  }
}

/** The kind of a known value, and its name where it stood under one. */
function labelOf(name: string): Pick<FoundForm, "kind" | "name"> {
  const kind = kindWithoutName(name);
  return kind === null ? { kind: kindOf(name), name } : { kind };
}

/** A text as its letters may be read in it, and these letters alone. */
interface View {
  text: () => string;
  skeleton: string;
}

function viewsOf(text: string): View[] {
  if (text.length > LONGEST_TABLE) {
    // Held at once they would take many times the text's own memory.
    return [
      { text: () => text, skeleton: skeletonOf(text) },
      ...text.includes("</")
        ? [{
          text: () => withoutTags(text),
          skeleton: skeletonWithoutTags(text),
        }]
        : [],
    ];
  }
  const plain = withoutTags(text);
  return [...new Set([text, plain, withoutIndex(plain)])].map((view) => ({
    text: () => view,
    skeleton: skeletonOf(view),
  }));
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

function findOne(
  text: string,
  letters: Letters,
  known: Known,
  found: FoundForm[],
): void {
  const { encoded, pieces, value, label } = known;
  const add = (start: number, end: number) =>
    found.push({ start, end, ...label, value });
  if (
    (text.length <= LONG_TEXT || pieces.some((p) => text.includes(p)) ||
      ESCAPES.test(text)) &&
    (known.letters === null || letters.have(known.letters))
  ) {
    const pattern = known.pattern ??= loosePattern(value, isSplitToo(value));
    pattern.lastIndex = 0;
    for (let match; (match = pattern.exec(text)) !== null;) {
      const end = match.index + match[0].length;
      if (isInsideWord(text, match.index, end, value)) continue;
      add(match.index, endOfLoose(text, end, value, isSplitToo(value)));
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
