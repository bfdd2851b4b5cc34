/**
 * Taking out of texts what was found in them, with placeholders in its place.
 * Loaded inside cells: it imports only files that may be loaded there.
 *
 * @module
 */
import { messageOf } from "../base/errors.ts";
import { findNumbered, overlapsJoined } from "./find_secrets.ts";
import type { FoundForm } from "./find_token_forms.ts";
import type { KnownSecrets } from "./known_secrets.ts";
import { kindOf } from "./naming.ts";
import { placeholderOf } from "./placeholders.ts";
import {
  nothingTaken,
  type Redacted,
  type Taken,
  UNEXAMINED,
} from "./redaction.ts";
import { taughtBy } from "./teaching.ts";
import type { SecretSources } from "./secret_sources.ts";
import {
  hasNumbers,
  hasSingleLetters,
  withoutMemberNames,
  withoutTexts,
} from "./spelled.ts";

/** So many values of one text, as of a table's column, are looked for in other texts. */
const MOST_LEARNT = 100;

/** Takes out what was found, but for what the user allowed. */
export class TakingOut {
  readonly #home: string;
  readonly #sources: SecretSources;
  readonly #secrets: KnownSecrets;
  readonly #text: (text: string) => string;
  #naming = false;

  /** @param text A text as it may be stored: a secret may stand under a name that holds one itself */
  constructor(
    home: string,
    { sources, secrets, text }: {
      sources: SecretSources;
      secrets: KnownSecrets;
      text: (text: string) => string;
    },
  ) {
    this.#home = home;
    this.#sources = sources;
    this.#secrets = secrets;
    this.#text = text;
  }

  /** A text without what was found in it. */
  found(text: string, found: readonly FoundForm[]): Redacted {
    if (found.length === 0) return nothingTaken(text);
    const taken: Taken[] = [];
    let kept = "";
    let at = 0;
    for (const secret of found) {
      const { start, end, kind, name, value = "" } = secret;
      const one = this.#placeholder({ kind, value, name });
      if (one === null) continue;
      // What stands around it told it to be a secret, and may be missing where it is shown later.
      if (taken.length < MOST_LEARNT) {
        for (const taught of taughtBy(secret)) {
          this.#secrets.add(taught.name, taught.value, true);
        }
      }
      taken.push(one);
      kept += text.slice(at, start) + one.placeholder;
      at = end;
    }
    return { text: kept + text.slice(at), taken };
  }

  /** The placeholder of a value that is a secret by its name. */
  whole(name: string, value: string): Redacted {
    if (/^\[redacted [^\]]*\]$/.test(value)) return nothingTaken(value);
    try {
      const one = this.#placeholder({ kind: kindOf(name), value, name });
      return one === null
        ? nothingTaken(value)
        : { text: one.placeholder, taken: [one] };
    } catch (error) {
      return unexamined(messageOf(error));
    }
  }

  /** Pieces without what was found in all of them together and reaches over an end of one. */
  split(
    pieces: readonly string[],
    found: readonly FoundForm[],
  ): { pieces: string[]; taken: Taken[] } {
    const kept = [...pieces];
    const ends = kept.map((_, i) => kept.slice(0, i + 1).join("").length);
    const taken: Taken[] = [];
    for (const { start, end, kind, value = "", name } of found.toReversed()) {
      const first = ends.findIndex((border) => border > start);
      const last = ends.findIndex((border) => border >= end);
      if (first === last) continue; // one piece holds all of it, and is redacted with it
      const one = this.#placeholder({ kind, value, name });
      if (one === null) continue;
      taken.unshift(one);
      for (let i = first; i <= last; i++) {
        const from = ends[i - 1] ?? 0;
        const text = kept[i] ?? "";
        kept[i] = text.slice(0, Math.max(0, start - from)) +
          (i === first ? one.placeholder : "") +
          text.slice(Math.max(0, end - from));
      }
    }
    return { pieces: kept, taken };
  }

  /** JSON without a secret whose letters are texts or numbers of their own. */
  spelled(json: string): Redacted {
    const found: (FoundForm & { keepsNames: boolean })[] = [];
    for (const view of [json, withoutMemberNames(json)]) {
      const here = hasSingleLetters(view)
        ? this.#secrets.findSpelled(view)
        : [];
      if (hasNumbers(view)) here.push(...findNumbered(view, this.#secrets));
      const keepsNames = view !== json;
      found.push(...here.map((one) => ({ ...one, keepsNames })));
    }
    if (found.length === 0) return nothingTaken(json);
    const taken: Taken[] = [];
    let text = json;
    const joined = overlapsJoined(found, json).toReversed();
    for (const { kind, value = "", name, start, end, keepsNames } of joined) {
      const one = this.#placeholder({ kind, value, name });
      if (one === null) continue;
      taken.push(one);
      const { placeholder } = one;
      text = withoutTexts(text, [start, end], { placeholder, keepsNames });
    }
    return { text, taken };
  }

  /** What stands instead of a secret; null for one that the user allowed. */
  #placeholder(
    secret: { kind: string; value: string; name?: string | undefined },
  ): Taken | null {
    const one = placeholderOf(this.#home, secret);
    if (this.#sources.allows(one.digest)) return null;
    return { ...one, name: one.name === null ? null : this.#named(one.name) };
  }

  #named(name: string): string | null {
    if (this.#naming) return null; // what is taken out of a name is not listed
    this.#naming = true;
    try {
      return this.#text(name);
    } finally {
      this.#naming = false;
    }
  }
}

/** What stands instead of a text that could not be examined. */
export function unexamined(why: string): Redacted {
  const placeholder =
    `[not stored: it could not be examined for secrets, ${why}]`;
  return {
    text: placeholder,
    taken: [{ kind: UNEXAMINED, placeholder, digest: null, name: null }],
  };
}
