/** Chance that repeats: a corpus is the same whenever it is made from the same seed. */

const UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const LOWER = UPPER.toLowerCase();
const DIGITS = "0123456789";

/** Alphabets of tokens. */
export const ALPHABETS = {
  alnum: UPPER + LOWER + DIGITS,
  base64: `${UPPER}${LOWER}${DIGITS}+/`,
  url: `${UPPER}${LOWER}${DIGITS}-_`,
  hex: `${DIGITS}abcdef`,
  lower: LOWER + DIGITS,
  upper: UPPER + DIGITS,
  letters: UPPER + LOWER,
  digits: DIGITS,
  password: `${UPPER}${LOWER}${DIGITS}!@#%^*_-+?`,
};

const WORDS =
  ("apple river stone cloud table orange window garden bridge winter silver market planet castle forest copper " +
    "violin lantern harbor meadow falcon pepper marble candle ribbon saddle tunnel walnut zebra anchor")
    .split(" ");

/** Numbers, texts and choices from a seed. */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A number from 0 to below `limit`. */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor(((t ^ (t >>> 14)) >>> 0) / 4294967296 * limit);
  }

  /** One of some. */
  pick<T>(all: readonly T[]): T {
    return all[this.below(all.length)] as T;
  }

  /** Random characters. */
  text(length: number, alphabet: string = ALPHABETS.alnum): string {
    let text = "";
    while (text.length < length) text += alphabet[this.below(alphabet.length)];
    return text;
  }

  /** Random letters and digits, with both among them. */
  mixed(length: number, alphabet: string = ALPHABETS.alnum): string {
    for (;;) {
      const text = this.text(length, alphabet);
      if (/\d/.test(text) && /[a-z]/i.test(text)) return text;
    }
  }

  /** Random bytes. */
  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.below(256));
  }

  /** An English word. */
  word(): string {
    return this.pick(WORDS);
  }

  /** A random UUID. */
  uuid(): string {
    const hex = (n: number) => this.text(n, ALPHABETS.hex);
    return `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`;
  }
}
