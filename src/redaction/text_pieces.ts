/**
 * Redacting a text that is too long to be examined at once: piece by piece, each cut where no secret goes on.
 *
 * Loaded inside cells: nothing here may load a library.
 *
 * @module
 */
import { OPEN_KEY } from "./unfinished.ts";
import type { Redacted, Taken } from "./redaction.ts";

/** How much is examined at once, characters. */
const PIECE_CHARS = 1 << 21;
/** A line may be as long as this before it is cut: patterns that go through a longer word take all of the stack. */
const MOST_HELD_CHARS = 1 << 22;
/** Of a line that is cut as much is examined again with what follows: a secret may go on there, characters. */
const OVERLAP_CHARS = 1 << 16;
const OPEN_KEY_CHARS = 20_000;

/** Takes in parts of a text, and hands on what may be stored of them. */
export class PiecesOfText {
  readonly #examine: (text: string) => Redacted;
  #held = "";
  /** What was taken out so far. */
  readonly taken: Taken[] = [];

  /** @param examine Takes the secrets out of a piece. */
  constructor(examine: (text: string) => Redacted) {
    this.#examine = examine;
  }

  /** Takes in the next part, of at most 2,097,152 characters. @returns what may be stored already */
  push(part: string): string {
    this.#held += part;
    if (this.#held.length < PIECE_CHARS) return "";
    const cut = cutOf(this.#held);
    if (cut > 0) {
      const piece = this.#held.slice(0, cut);
      this.#held = this.#held.slice(cut);
      return this.#examined(piece);
    }
    if (this.#held.length < MOST_HELD_CHARS) return "";
    const redacted = this.#examined(this.#held);
    const end = Math.max(0, redacted.length - OVERLAP_CHARS);
    this.#held = redacted.slice(end);
    return redacted.slice(0, end);
  }

  /** The last of it. */
  end(): string {
    const last = this.#examined(this.#held);
    this.#held = "";
    return last;
  }

  #examined(piece: string): string {
    const { text, taken } = this.#examine(piece);
    for (const one of taken) this.taken.push(one);
    return text;
  }
}

/** Takes the secrets out of a text of any length. @param examine does so in a piece of it */
export function redactInPieces(
  text: string,
  examine: (text: string) => Redacted,
): Redacted {
  const pieces = new PiecesOfText(examine);
  let kept = "";
  for (let at = 0; at < text.length; at += PIECE_CHARS) {
    kept += pieces.push(text.slice(at, at + PIECE_CHARS));
  }
  kept += pieces.end();
  return { text: kept, taken: pieces.taken };
}

/** Behind a line's end, and before a private key that is not whole yet; 0 where there is no such end. */
function cutOf(text: string): number {
  const from = Math.max(0, text.length - OPEN_KEY_CHARS);
  const open = OPEN_KEY.exec(text.slice(from));
  const last = open === null ? text.length : from + open.index;
  return text.lastIndexOf("\n", last - 1) + 1;
}
