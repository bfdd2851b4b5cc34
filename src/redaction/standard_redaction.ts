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
  findKnown,
  findSecrets,
  overlapsJoined,
} from "./find_secrets.ts";
import { isHeldSecret } from "./held_values.ts";
import { HarmlessTexts } from "./harmless_texts.ts";
import { isHarmless } from "./harmless_values.ts";
import { mapJsonTexts } from "./json_texts.ts";
import { KnownSecrets } from "./known_secrets.ts";
import { kindOf } from "./naming.ts";
import { isRandomKey } from "./named_kinds.ts";
import { findNamedValues } from "./named_values.ts";
import { findJsonWebKeys } from "./private_keys.ts";
import {
  type HandedOver,
  nothingTaken,
  type Redacted,
  type Redactor,
  type Taken,
} from "./redaction.ts";
import { redactionAgain } from "./redaction_again.ts";
import { saysSecret } from "./secret_names.ts";
import { signingHeader } from "./signing_header.ts";
import { taughtBy } from "./teaching.ts";
import { TakingOut, unexamined } from "./taking_out.ts";
import { redactInPieces } from "./text_pieces.ts";
import { beginningOfKnown, unfinished } from "./unfinished.ts";
import { SecretSources } from "./secret_sources.ts";

/** A longer text is not examined, and so not stored, characters. */
const MAX_CHARS = 16_000_000;
/** Longer ones are examined in pieces where they cannot be examined at once. */
const LONG_CHARS = 1_000_000;
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
  readonly #harmless = new HarmlessTexts();
  #heard: ((name: string, value: string) => void) | null = null;

  constructor({ home = nbtrackHome(), more }: RedactionOptions = {}) {
    this.#sources = new SecretSources(home, this.secrets);
    this.#takingOut = new TakingOut(home, {
      sources: this.#sources,
      secrets: this.secrets,
      text: (text) => this.text(text).text,
    });
    this.#more = more ?? null;
  }

  know(name: string, value: string, learnt = false): boolean {
    return this.secrets.add(name, value, learnt);
  }

  handOver(since: number): HandedOver | null {
    this.#sources.refresh();
    const { version } = this.secrets;
    return version === since ? null : { version, secrets: this.secrets.all };
  }

  known(): Record<string, string> {
    return Object.fromEntries(
      this.secrets.all.map(({ name, value }, i) => [`${name} ${i}`, value]),
    );
  }

  onNamed(heard: (name: string, value: string) => void): void {
    this.#heard = heard;
  }

  addFolder(folder: string): void {
    this.#sources.addFolder(folder);
  }

  addFile(path: string): void {
    this.#sources.addFile(path);
  }

  unfinished(text: string, options?: { known: boolean }): number {
    return options?.known === true
      ? beginningOfKnown(text, this.secrets)
      : unfinished(text, this.secrets);
  }

  again(): Redactor {
    return redactionAgain(this, (text) => {
      this.#sources.refresh();
      return this.#takingOut.found(text, findKnown(text, this.secrets));
    });
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
    if (
      (!saysSecret(name) || isHarmless(name, value)) &&
      !isRandomKey(name, value)
    ) {
      return this.#unnamed(value);
    }
    const { scheme, secret } = signingHeader(name, value) ??
      { scheme: "", secret: value };
    const { text, taken } = this.#secret(name, secret);
    if (this.secrets.has(secret)) this.#heard?.(name, secret);
    return { text: scheme + text, taken };
  }

  /** A value whose name says nothing: what is found in it is told too. */
  #unnamed(value: string): Redacted {
    const { version } = this.secrets;
    const seen = this.text(value);
    if (this.#heard !== null && this.secrets.version > version) {
      for (const one of this.secrets.since(version)) {
        this.#heard(one.name, one.value);
      }
    }
    return seen;
  }

  text(text: string): Redacted {
    if (text.length < MIN_CHARS) return nothingTaken(text);
    if (text.length > MAX_CHARS) {
      return unexamined(`it has ${text.length} characters`);
    }
    try {
      return this.#text(text);
    } catch (error) {
      // A pattern that goes through millions of characters without a break takes all of the stack.
      return error instanceof RangeError && text.length > LONG_CHARS
        ? redactInPieces(text, (piece) => this.#piece(piece))
        : unexamined(messageOf(error));
    }
  }

  #piece(text: string): Redacted {
    try {
      return this.#text(text);
    } catch (error) {
      return unexamined(messageOf(error));
    }
  }

  json(json: string): Redacted {
    if (json.length < MIN_CHARS) return nothingTaken(json);
    const { version } = this.secrets;
    const first = this.#json(json);
    if (this.secrets.version === version) return first;
    // What a later member told to be a secret may stand in an earlier one.
    return both(first, this.#json(first.text));
  }

  #json(json: string): Redacted {
    const all: Taken[] = [];
    let mapped: string;
    try {
      // These members are told by those beside them.
      const members = [...findJsonWebKeys(json), ...findNamedValues(json)];
      const keys = this.#takingOut.found(json, overlapsJoined(members, json));
      all.push(...keys.taken);
      mapped = mapJsonTexts(keys.text, (text, name, isNumber, holder) => {
        const { text: seen, taken } = holder !== "" && !isNumber &&
            isHeldSecret(holder, name, text)
          ? this.#secret(holder, text)
          : this.#member(name, text, isNumber);
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

  #member(name: string, text: string, isNumber: boolean): Redacted {
    if (name === "") return this.text(text);
    const header = signingHeader(name, text);
    if (header !== null && header.scheme !== "") {
      // The scheme stays: a cell that sends the header is written so, too.
      const { text: rest, taken } = this.#secret(name, header.secret);
      return { text: header.scheme + rest, taken };
    }
    if (isAssignedSecret(name, text, isNumber)) return this.#secret(name, text);
    const seen = this.text(text);
    return header === null || seen.taken.length > 0
      ? seen
      : this.#secret(name, header.secret);
  }

  /** A value that is a secret, known from here on. */
  #secret(name: string, value: string): Redacted {
    this.#teach(name, value);
    return this.#takingOut.whole(name, value);
  }

  #teach(name: string, value: string): void {
    const whole = { start: 0, end: value.length, kind: kindOf(name) };
    for (const one of taughtBy({ ...whole, name, value })) {
      this.secrets.add(one.name, one.value, true);
    }
  }

  #text(text: string): Redacted {
    this.#sources.refresh();
    const { version } = this.secrets;
    if (this.#harmless.has(text, version)) return nothingTaken(text);
    const found = findSecrets(text, this.secrets, this.#more);
    if (found.length === 0) this.#harmless.add(text);
    const first = this.#takingOut.found(text, found);
    if (this.secrets.version === version) return first;
    // What is a secret in one position may stand in another without what told it.
    const rest = findKnown(first.text, this.secrets);
    return both(first, this.#takingOut.found(first.text, rest));
  }
}

function both(first: Redacted, { text, taken }: Redacted): Redacted {
  return { text, taken: [...first.taken, ...taken] };
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
