/**
 * The one door into the journal: every text that is stored passes through a {@linkcode Redactor} first.
 *
 * @module
 */

import type { KnownSecret } from "./known_secrets.ts";
import { isHeldSecret } from "./held_values.ts";
import { mapJsonTexts } from "./json_texts.ts";

/** What was taken out of a text. */
export interface Taken {
  /** What it was, such as `GitLab token`. */
  kind: string;
  /** What stands instead. */
  placeholder: string;
  /** Keyed digest of the value, which tells the same value again; null when nobody could look at it. */
  digest: string | null;
  /** The name that it stood under, where there was one. */
  name: string | null;
}

/** A text as it may be stored, and what was taken out of it. */
export interface Redacted {
  /** The text to store. */
  text: string;
  /** What was replaced; empty when nothing was. */
  taken: readonly Taken[];
}

/** The secrets that a process knows. */
export interface HandedOver {
  /** Changes with every secret that becomes known. */
  version: number;
  secrets: KnownSecret[];
}

/** Decides what of a text may be stored. Its functions must not throw. */
export interface Redactor {
  /** A value under a name that the user chose: a param, a tag. A name that says secret is enough. */
  named(name: string, value: string): Redacted;
  /** A text without a name: a cell's source, a path, an error. */
  text(text: string): Redacted;
  /** A document as JSON text: each text in it for itself, with the name of its member in mind. */
  json(json: string): Redacted;
  /** A JSON document without the secrets whose letters are texts or numbers of their own; the rest of it stays as it is. */
  spelled?(json: string): Redacted;
  /** Knows a secret from here on, in whatever form it stands. @returns whether it was not known before */
  know?(name: string, value: string, learnt?: boolean): boolean;
  /** What it knows, for a process that takes over; null when nothing became known since. */
  handOver?(since: number): HandedOver | null;
  /** The secrets that are known by their values, for a process that is started to help. */
  known?(): Record<string, string>;
  /** Tells of each secret that stood under the name of a param, a tag or a member of one, and is known from then on. */
  onNamed?(heard: (name: string, value: string) => void): void;
  /** Knows the secrets of a folder's `.env` and its like, also when they change. */
  addFolder?(folder: string): void;
  /** Knows the secrets of a file that holds variables, also when they change. */
  addFile?(path: string): void;
  /**
   * How many characters at the end of a text that goes on may be the beginning of a secret; with `known`, of one whose
   * value is known.
   */
  unfinished?(text: string, options?: { known: boolean }): number;
  /**
   * The redactor of what was redacted before: in a long text it looks only for values that are known, for what tells the
   * others by their form was not there.
   */
  again?(): Redactor;
  /** Pieces of one text without the secrets that reach from one piece into the next. */
  split?(
    pieces: readonly string[],
  ): { pieces: string[]; taken: readonly Taken[] };
}

/** What stands for a text that nobody could examine: nothing of it is stored. */
export const UNEXAMINED = "unexamined text";

/** What is stored of a text without a secret. */
export function nothingTaken(text: string): Redacted {
  return { text, taken: [] };
}

/**
 * A redactor whose texts come back from SQLite as they went in: it cuts what it reads at a NUL and cannot hold half a
 * surrogate pair. Both become U+FFFD.
 */
export function storable(redactor: Redactor): Redactor {
  const fit = ({ text, taken }: Redacted): Redacted => ({
    text: text.replaceAll("\0", "\ufffd").toWellFormed(),
    taken,
  });
  return {
    named: (name, value) => fit(redactor.named(name, value)),
    text: (text) => fit(redactor.text(text)),
    json: (json) => fit(redactor.json(json)),
    spelled: (json) => fit(redactor.spelled?.(json) ?? nothingTaken(json)),
    know: (name, value, learnt) =>
      redactor.know?.(name, value, learnt) ?? false,
    handOver: (since) => redactor.handOver?.(since) ?? null,
    known: () => redactor.known?.() ?? {},
    onNamed: (heard) => redactor.onNamed?.(heard),
    addFolder: (folder) => redactor.addFolder?.(folder),
    addFile: (path) => redactor.addFile?.(path),
    unfinished: (text, options) => redactor.unfinished?.(text, options) ?? 0,
    again: () => storable(redactor.again?.() ?? redactor),
    split: (pieces) =>
      redactor.split?.(pieces) ?? { pieces: [...pieces], taken: [] },
  };
}

/** Passes a value through the redactor under its name, and before it the members of one that is JSON under theirs. */
export function redactNamed(
  redactor: Redactor,
  name: string,
  value: string,
): Redacted {
  const inside = isJson(value)
    ? redactJson(redactor, value, name)
    : nothingTaken(value);
  const { text, taken } = redactor.named(name, inside.text);
  return { text, taken: [...inside.taken, ...taken] };
}

function isJson(text: string): boolean {
  if (!/^[[{]/.test(text)) return false;
  try {
    return JSON.parse(text) !== null;
  } catch {
    return false; // a text that only begins like JSON
  }
}

/**
 * Passes every text of a JSON document through the redactor, under its member's name where it has one.
 *
 * @param under The name of the whole document.
 */
export function redactJson(
  redactor: Redactor,
  json: string,
  under = "",
): Redacted {
  const all: Taken[] = [];
  const replaced = mapJsonTexts(json, (value, name, isNumber, holder) => {
    const isHeld = !isNumber && holder !== "" &&
      isHeldSecret(holder, name, value);
    // One of `tokens` is a token.
    const one = isHeld ? holder.replace(/(?<=token)s$/i, "") : name;
    const { text, taken } = redactor.named(one, value);
    all.push(...taken);
    return text;
  }, under);
  return all.length === 0 ? nothingTaken(json) : { text: replaced, taken: all };
}
