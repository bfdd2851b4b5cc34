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
import { type Finder, findSecrets, overlapsJoined } from "./find_secrets.ts";
import { mapJsonTexts } from "./json_texts.ts";
import { KnownSecrets } from "./known_secrets.ts";
import { findNamedValues } from "./named_values.ts";
import { findJsonWebKeys } from "./private_keys.ts";
import {
  type HandedOver,
  nothingTaken,
  type Redacted,
  type Redactor,
  type Taken,
} from "./redaction.ts";
import { saysSecret } from "./secret_names.ts";
import { signingHeader } from "./signing_header.ts";
import { TakingOut, unexamined } from "./taking_out.ts";
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
  readonly #takingOut: TakingOut;
  readonly #sources: SecretSources;
  readonly #more: Finder | null;
  #heard: ((name: string, value: string) => void) | null = null;

  constructor({ home = nbtrackHome(), more }: RedactionOptions = {}) {
    this.#sources = new SecretSources(home, this.secrets);
    this.#takingOut = new TakingOut(home, this.#sources, this.secrets);
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
    try {
      this.#sources.refresh();
      const found = findSecrets(pieces.join(""), this.secrets, this.#more);
      return this.#takingOut.split(pieces, found);
    } catch (error) {
      const { text, taken } = unexamined(messageOf(error));
      return {
        pieces: pieces.map((_, i) => i === 0 ? text : ""),
        taken: [...taken],
      };
    }
  }

  named(name: string, value: string): Redacted {
    if (!saysSecret(name)) return this.text(value);
    this.secrets.add(name, value, true);
    if (this.secrets.has(value)) this.#heard?.(name, value);
    return this.#takingOut.whole(name, value);
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
      // These members are told by those beside them.
      const members = [...findJsonWebKeys(json), ...findNamedValues(json)];
      const keys = this.#takingOut.found(json, overlapsJoined(members, json));
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
    const spelled = this.#takingOut.spelled(mapped);
    all.push(...spelled.taken);
    return all.length === 0
      ? nothingTaken(json)
      : { text: spelled.text, taken: all };
  }

  spelled(json: string): Redacted {
    try {
      const seen = this.#takingOut.spelled(json);
      if (seen.taken.length > 0) JSON.parse(json);
      return seen;
    } catch {
      return nothingTaken(json); // it only begins like JSON, and is looked through as a text
    }
  }

  #member(name: string, text: string): Redacted {
    if (name === "") return this.text(text);
    if (!isAssignedSecret(name, text)) {
      const seen = this.text(text);
      const header = seen.taken.length > 0 ? null : signingHeader(name, text);
      if (header === null) return seen;
      this.secrets.add(name, header.secret, true);
      const { text: rest, taken } = this.#takingOut.whole(name, header.secret);
      return { text: header.scheme + rest, taken };
    }
    this.secrets.add(name, text, true);
    return this.#takingOut.whole(name, text);
  }

  #text(text: string): Redacted {
    this.#sources.refresh();
    return this.#takingOut.found(
      text,
      findSecrets(text, this.secrets, this.#more),
    );
  }
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
