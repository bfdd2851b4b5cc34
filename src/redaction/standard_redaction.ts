/**
 * The redactor of the journal: every text that is stored passes through here once, on its way in.
 *
 * Loaded inside cells: nothing here may load a library.
 *
 * @module
 */
import { nbtrackHome } from "../base/env.ts";
import { messageOf } from "../base/errors.ts";
import { isAssignedSecret } from "./assigned.ts";
import {
  type Finder,
  findNumbered,
  findSecrets,
  overlapsJoined,
} from "./find_secrets.ts";
import type { FoundForm } from "./find_token_forms.ts";
import { mapJsonTexts } from "./json_texts.ts";
import { KnownSecrets } from "./known_secrets.ts";
import { kindOf } from "./naming.ts";
import { findJsonWebKeys } from "./private_keys.ts";
import { placeholderOf } from "./placeholders.ts";
import {
  type HandedOver,
  nothingTaken,
  type Redacted,
  type Redactor,
  type Taken,
  UNEXAMINED,
} from "./redaction.ts";
import { saysSecret } from "./secret_names.ts";
import { signingHeader } from "./signing_header.ts";
import {
  hasNumbers,
  hasSingleLetters,
  withoutMemberNames,
  withoutTexts,
} from "./spelled.ts";
import { beginningOfKnown, unfinished } from "./unfinished.ts";
import { SecretSources } from "./secret_sources.ts";

/** A longer text is not examined, and so not stored, characters. */
const MAX_CHARS = 16_000_000;
/** Shorter texts hold no secret that could be told from a word. */
const MIN_CHARS = 4;

/** How a redactor is made. */
export interface RedactionOptions {
  /** nbtrack's folder. @default {nbtrackHome()} */
  home?: string;
  /** Finds secrets beside what is found here. @default {none} */
  more?: Finder;
}

/** The redactor in front of everything that is stored or sent. */
export class StandardRedaction implements Redactor {
  /** The secrets whose values are known. */
  readonly secrets: KnownSecrets = new KnownSecrets();
  readonly #home: string;
  readonly #sources: SecretSources;
  readonly #more: Finder | null;
  #heard: ((name: string, value: string) => void) | null = null;

  constructor({ home = nbtrackHome(), more }: RedactionOptions = {}) {
    this.#home = home;
    this.#sources = new SecretSources(home, this.secrets);
    this.#more = more ?? null;
  }

  know(name: string, value: string, learnt = false): boolean {
    return this.secrets.add(name, value, learnt);
  }

  handOver(since: number): HandedOver | null {
    this.#sources.refresh();
    const { version, all } = this.secrets;
    return version === since ? null : { version, secrets: all };
  }

  known(): Record<string, string> {
    return Object.fromEntries(
      this.secrets.all.map(({ name, value }, i) => [`${name} ${i}`, value]),
    );
  }

  learnt(): number {
    return this.secrets.learnt;
  }

  onNamed(heard: (name: string, value: string) => void): void {
    this.#heard = heard;
  }

  addFolder(folder: string): void {
    this.#sources.addFolder(folder);
  }

  unfinished(text: string, options?: { known: boolean }): number {
    return options?.known === true
      ? beginningOfKnown(text, this.secrets)
      : unfinished(text, this.secrets);
  }

  split(pieces: readonly string[]): { pieces: string[]; taken: Taken[] } {
    const kept = [...pieces];
    const ends = kept.map((_, i) => kept.slice(0, i + 1).join("").length);
    try {
      this.#sources.refresh();
      const taken: Taken[] = [];
      const found = findSecrets(kept.join(""), this.secrets, this.#more);
      for (const { start, end, kind, value = "", name } of found.toReversed()) {
        const first = ends.findIndex((border) => border > start);
        const last = ends.findIndex((border) => border >= end);
        if (first === last) continue; // one piece holds all of it, and is redacted with it
        const one = placeholderOf(this.#home, { kind, value, name });
        if (this.#sources.allows(one.digest)) continue;
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
    } catch (error) {
      const { text, taken } = unexamined(messageOf(error));
      return {
        pieces: kept.map((_, i) => i === 0 ? text : ""),
        taken: [...taken],
      };
    }
  }

  named(name: string, value: string): Redacted {
    if (!saysSecret(name)) return this.text(value);
    this.secrets.add(name, value, true);
    if (this.secrets.has(value)) this.#heard?.(name, value);
    return this.#whole(name, value);
  }

  text(text: string): Redacted {
    if (text.length < MIN_CHARS) return nothingTaken(text);
    if (text.length > MAX_CHARS) {
      return unexamined(`it has ${text.length} characters`);
    }
    try {
      return this.#text(text);
    } catch (error) {
      return unexamined(messageOf(error));
    }
  }

  json(json: string): Redacted {
    if (json.length < MIN_CHARS) return nothingTaken(json);
    const size = this.secrets.size;
    const first = this.#json(json);
    // What a later member told to be a secret may stand in an earlier one.
    return this.secrets.size > size ? this.#again(first) : first;
  }

  #again(first: Redacted): Redacted {
    const { text, taken } = this.#json(first.text);
    return { text, taken: [...first.taken, ...taken] };
  }

  #json(json: string): Redacted {
    const all: Taken[] = [];
    let mapped: string;
    try {
      // The private members of such a key are told by those beside them.
      const keys = this.#replaced(json, findJsonWebKeys(json));
      all.push(...keys.taken);
      mapped = mapJsonTexts(keys.text, (text, name) => {
        const { text: seen, taken } = this.#member(name, text);
        all.push(...taken);
        return seen;
      });
    } catch (error) {
      if (error instanceof SyntaxError) return this.text(json);
      return unexamined(messageOf(error));
    }
    const spelled = this.#spelled(mapped);
    all.push(...spelled.taken);
    return all.length === 0
      ? nothingTaken(json)
      : { text: spelled.text, taken: all };
  }

  spelled(json: string): Redacted {
    try {
      const seen = this.#spelled(json);
      if (seen.taken.length > 0) JSON.parse(json);
      return seen;
    } catch {
      return nothingTaken(json); // it only begins like JSON, and is looked through as a text
    }
  }

  /** A secret whose letters are texts or numbers of their own. */
  #spelled(json: string): Redacted {
    const found: (FoundForm & { keepsNames: boolean })[] = [];
    for (const view of [json, withoutMemberNames(json)]) {
      const here = hasSingleLetters(view) ? this.secrets.findSpelled(view) : [];
      if (hasNumbers(view)) here.push(...findNumbered(view, this.secrets));
      const keepsNames = view !== json;
      found.push(...here.map((one) => ({ ...one, keepsNames })));
    }
    if (found.length === 0) return nothingTaken(json);
    const taken: Taken[] = [];
    let text = json;
    for (
      const { kind, value = "", name, start, end, keepsNames }
        of overlapsJoined(
          found,
          json,
        ).toReversed()
    ) {
      const one = placeholderOf(this.#home, { kind, value, name });
      if (this.#sources.allows(one.digest)) continue;
      taken.push(one);
      const { placeholder } = one;
      text = withoutTexts(text, [start, end], { placeholder, keepsNames });
    }
    return { text, taken };
  }

  #member(name: string, text: string): Redacted {
    if (name === "") return this.text(text);
    if (!isAssignedSecret(name, text)) {
      const seen = this.text(text);
      const header = seen.taken.length > 0 ? null : signingHeader(name, text);
      if (header === null) return seen;
      this.secrets.add(name, header.secret, true);
      const { text: rest, taken } = this.#whole(name, header.secret);
      return { text: header.scheme + rest, taken };
    }
    this.secrets.add(name, text, true);
    return this.#whole(name, text);
  }

  #whole(name: string, value: string): Redacted {
    if (/^\[redacted [^\]]*\]$/.test(value)) return nothingTaken(value);
    try {
      const taken = placeholderOf(this.#home, {
        kind: kindOf(name),
        value,
        name,
      });
      return this.#sources.allows(taken.digest)
        ? nothingTaken(value)
        : { text: taken.placeholder, taken: [taken] };
    } catch (error) {
      return unexamined(messageOf(error));
    }
  }

  #text(text: string): Redacted {
    this.#sources.refresh();
    return this.#replaced(text, findSecrets(text, this.secrets, this.#more));
  }

  #replaced(text: string, found: readonly FoundForm[]): Redacted {
    if (found.length === 0) return nothingTaken(text);
    const taken: Taken[] = [];
    let kept = "";
    let at = 0;
    for (const { start, end, kind, name, value = "" } of found) {
      const one = placeholderOf(this.#home, { kind, value, name });
      if (this.#sources.allows(one.digest)) continue;
      // What a name told to be a secret may be shown without it later.
      if (name !== undefined) this.secrets.add(name, value, true);
      taken.push(one);
      kept += text.slice(at, start) + one.placeholder;
      at = end;
    }
    return { text: kept + text.slice(at), taken };
  }
}

function unexamined(why: string): Redacted {
  const placeholder =
    `[not stored: it could not be examined for secrets, ${why}]`;
  return {
    text: placeholder,
    taken: [{ kind: UNEXAMINED, placeholder, digest: null, name: null }],
  };
}

const redactors = new Map<string, StandardRedaction>();

/** The redactor of an nbtrack folder: one for all that this process stores there, as what one text told serves the next. */
export function standardRedaction(
  home: string = nbtrackHome(),
): StandardRedaction {
  let redactor = redactors.get(home);
  if (redactor === undefined) {
    redactor = new StandardRedaction({ home });
    redactors.set(home, redactor);
  }
  return redactor;
}
