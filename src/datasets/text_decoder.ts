/**
 * Bytes of a text file as text.
 *
 * @module
 */

/** Decodes pieces of a text: UTF-8, or UTF-16 when it starts with that byte order mark, which is dropped. */
export class TextPieces {
  #decoder: TextDecoder | null = null;

  /**
   * The text of the next bytes.
   *
   * @throws {Error} when they are no text
   */
  next(bytes: Uint8Array): string {
    this.#decoder ??= new TextDecoder(encodingOf(bytes), { fatal: true });
    return this.#checked(() => this.#decoder?.decode(bytes, { stream: true }));
  }

  /**
   * The text of bytes that waited for more.
   *
   * @throws {Error} when the text ends inside a character
   */
  last(): string {
    return this.#checked(() => this.#decoder?.decode());
  }

  #checked(decode: () => string | undefined): string {
    let text: string;
    try {
      text = decode() ?? "";
    } catch (cause) {
      throw new Error("it is not UTF-8 text (save it as UTF-8)", { cause });
    }
    if (text.includes("\0")) {
      throw new Error("it holds NUL bytes, so it is not text");
    }
    return text;
  }
}

function encodingOf(bytes: Uint8Array): string {
  const [a, b] = bytes;
  return a === 0xff && b === 0xfe
    ? "utf-16le"
    : a === 0xfe && b === 0xff
    ? "utf-16be"
    : "utf-8";
}
