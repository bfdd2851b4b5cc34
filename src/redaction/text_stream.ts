/**
 * Redacting the bytes of a text that is too long to be held at once.
 *
 * Loaded inside cells: nothing here may load a library.
 *
 * @module
 */
import { encode, redactContent, type TextEncoding } from "./bytes.ts";
import type { Redactor, Taken } from "./redaction.ts";
import { PiecesOfText } from "./text_pieces.ts";

/** Reads bytes of a text, and hands on what may be stored of them. */
export class TextStream {
  readonly #pieces: PiecesOfText;
  readonly #encoding: TextEncoding;
  readonly #decoder: TextDecoder;

  constructor(redactor: Redactor, encoding: TextEncoding) {
    this.#pieces = new PiecesOfText((text) => redactContent(redactor, text));
    this.#encoding = encoding;
    this.#decoder = new TextDecoder(encoding, { ignoreBOM: true });
  }

  /** What was taken out so far. */
  get taken(): readonly Taken[] {
    return this.#pieces.taken;
  }

  /** Takes in bytes; returns those that may be stored already. */
  push(bytes: Uint8Array): Uint8Array {
    return this.#encoded(
      this.#pieces.push(this.#decoder.decode(bytes, { stream: true })),
    );
  }

  /** The last of it. */
  end(): Uint8Array {
    const last = this.#pieces.push(this.#decoder.decode());
    return this.#encoded(last + this.#pieces.end());
  }

  #encoded(text: string): Uint8Array {
    return encode(text, this.#encoding);
  }
}
