/**
 * Which words a long text may have: the groups of letters in it are marked once, and then each of the hundreds of words
 * that are looked for is answered without going through the text again.
 * This file imports nothing: it is loaded inside cells.
 *
 * @module
 */

/** In a shorter text to look for a word costs less than to mark its groups, characters. */
export const SHORTEST_MARKED = 8192;
/** How many groups of five letters are told apart at most, as a power of two. */
const MOST_BITS = 23;
/** So many characters are read at once. */
const PIECE_CHARS = 16_384;
const ENCODER = new TextEncoder();
/** The number of all signs that have none of their own. */
const OTHER = 31;
const SIGNS: Readonly<Record<string, number>> = { "_": 28, "-": 29, " ": 30 };
/** Bytes as numbers of five bits: a letter in either case has its own, digits have one, and so have some signs. */
const LETTERS = Uint8Array.from({ length: 256 }, (_, code) => {
  const char = String.fromCharCode(code);
  if (/[a-z]/i.test(char)) return code & 31;
  return /\d/.test(char) ? 27 : SIGNS[char] ?? OTHER;
});
/** What three letters leave of a group's number. */
const THREE = 2 ** 15 - 1;

/** The groups of the text that was looked through last; made when there is a first long one. */
class Groups {
  text = "";
  /** One bit for each group of five. */
  five = new Uint32Array(0);
  /** What five letters leave of a group's number. */
  mask = 0;
  readonly three = new Uint8Array(THREE + 1);
  isAscii = true;
  readonly #bytes = new Uint8Array(3 * PIECE_CHARS);
  #last = 0;

  mark(text: string): void {
    let bits = 16;
    while (bits < MOST_BITS && 2 ** bits < 16 * text.length) bits++;
    if (this.five.length < 2 ** (bits - 5)) {
      this.five = new Uint32Array(2 ** (bits - 5));
    } else this.five.fill(0);
    this.mask = 2 ** bits - 1;
    this.three.fill(0);
    this.#last = 0;
    let length = 0;
    for (let at = 0; at < text.length; at += PIECE_CHARS) {
      const piece = text.slice(at, at + PIECE_CHARS);
      const { written } = ENCODER.encodeInto(piece, this.#bytes);
      this.#add(this.#bytes.subarray(0, written));
      length += written;
    }
    // What ends a text ends its last word of two letters.
    this.three[(this.#last << 5 | OTHER) & THREE] = 1;
    this.text = text;
    this.isAscii = length === text.length;
  }

  #add(bytes: Uint8Array): void {
    const { five, three, mask } = this;
    let group = this.#last;
    for (let at = 0; at < bytes.length; at++) {
      group = (group << 5) | (LETTERS[bytes[at] ?? 0] ?? 0);
      three[group & THREE] = 1;
      const bit = group & mask;
      five[bit >>> 5] = (five[bit >>> 5] ?? 0) | 1 << (bit & 31);
    }
    this.#last = group;
  }

  have(word: string): boolean {
    let group = 0;
    for (let at = 0; at < word.length; at++) {
      group = (group << 5) | (LETTERS[word.charCodeAt(at)] ?? 0);
      const bit = group & this.mask;
      const isMarked = at >= 4
        ? (this.five[bit >>> 5] ?? 0) >>> (bit & 31) & 1
        : at >= 2
        ? this.three[group & THREE]
        : 1;
      if (isMarked === 0) return false;
    }
    return word.length > 2 || this.#haveThree(group);
  }

  /** Whether two letters stand somewhere with any other behind them. */
  #haveThree(two: number): boolean {
    for (let letter = 0; letter <= OTHER; letter++) {
      if (this.three[(two << 5 | letter) & THREE] === 1) return true;
    }
    return false;
  }
}

let groups: Groups | null = null;

function groupsOf(text: string): Groups {
  groups ??= new Groups();
  if (groups.text !== text) groups.mark(text);
  return groups;
}

/** Whether a text is long and of ASCII. */
export function isLongAscii(text: string): boolean {
  return text.length >= SHORTEST_MARKED && groupsOf(text).isAscii;
}

/**
 * Whether a word may stand in a text, in small or large letters. Where it says no the word is not there; where it says yes
 * the word may still be missing, as in every short text.
 *
 * @param word Of ASCII. A sign in it but `_`, `-` and a space stands for any other, and for what is not of ASCII.
 */
export function mayHave(text: string, word: string): boolean {
  return text.length < SHORTEST_MARKED ||
    (word.length === 1 ? text.includes(word) : groupsOf(text).have(word));
}

/** Whether one of these signs stands in a text: what is looked for so is found in a tenth of a pattern's time. */
export function hasSign(text: string, signs: string): boolean {
  for (const sign of signs) {
    if (text.includes(sign)) return true;
  }
  return false;
}

/** Whether one of several words may stand in a text. */
export function mayHaveOne(text: string, words: readonly string[]): boolean {
  return text.length < SHORTEST_MARKED ||
    words.some((word) => mayHave(text, word));
}
