/**
 * Redacting a text that is too long to be held at once: piece by piece, each cut where no secret goes on.
 *
 * Loaded inside cells: nothing here may load a library.
 *
 * @module
 */
import { OPEN_KEY } from "./unfinished.ts";
import { encode, redactContent, type TextEncoding } from "./bytes.ts";
import type { Redactor, Taken } from "./redaction.ts";

/** How much is examined at once, bytes. */
const PIECE_BYTES = 1 << 21;
/** A line may be as long as this before it is cut, bytes. */
const MOST_HELD_BYTES = 1 << 23;
const OPEN_KEY_CHARS = 20_000;

/** Reads bytes of a text, and hands on what may be stored of them. */
export class TextStream {
  readonly #redactor: Redactor;
  readonly #encoding: TextEncoding;
  readonly #decoder: TextDecoder;
  #held = "";
  /** What was taken out so far. */
  readonly taken: Taken[] = [];

  constructor(redactor: Redactor, encoding: TextEncoding) {
    this.#redactor = redactor;
    this.#encoding = encoding;
    this.#decoder = new TextDecoder(encoding, { ignoreBOM: true });
  }

  /** Takes in bytes; returns those that may be stored already. */
  push(bytes: Uint8Array): Uint8Array {
    this.#held += this.#decoder.decode(bytes, { stream: true });
    return this.#held.length < PIECE_BYTES
      ? new Uint8Array()
      : this.#give(cutOf(this.#held));
  }

  /** The last of it. */
  end(): Uint8Array {
    this.#held += this.#decoder.decode();
    return this.#give(this.#held.length);
  }

  #give(cut: number): Uint8Array {
    const text = this.#held.slice(0, cut);
    this.#held = this.#held.slice(cut);
    const redacted = redactContent(this.#redactor, text);
    this.taken.push(...redacted.taken);
    return encode(redacted.text, this.#encoding);
  }
}

/** Behind a line's end, and before a private key that is not whole yet. */
function cutOf(text: string): number {
  const from = Math.max(0, text.length - OPEN_KEY_CHARS);
  const open = OPEN_KEY.exec(text.slice(from));
  const last = open === null ? text.length : from + open.index;
  const line = text.lastIndexOf("\n", last - 1) + 1;
  if (line > 0) return line;
  return text.length >= MOST_HELD_BYTES ? text.length : 0;
}
