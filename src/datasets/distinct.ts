/**
 * Counts distinct values in bounded memory.
 *
 * @module
 */

/** Up to this many distinct values a column's count is exact. */
export const EXACT_DISTINCT = 10_000;

/** All columns of a table share this many remembered values. */
const SHARED_BUDGET = 1_000_000;
const LEAST = 256;
const RANGE = 2 ** 53;

/** How many distinct values a column of a table with that many columns counts exactly. */
export function exactDistinct(columns: number): number {
  return Math.max(
    LEAST,
    Math.min(EXACT_DISTINCT, Math.floor(SHARED_BUDGET / columns)),
  );
}

/**
 * Counts distinct 53-bit hashes: exactly up to a bound, then by adaptive sampling (Flajolet 1990), which
 * keeps only the hashes below a threshold and halves it whenever they become too many.
 */
export class DistinctCounter {
  #kept = new Set<number>();
  #below = RANGE;
  readonly #bound: () => number;

  /** @param bound how many hashes may be kept; asked again each time a new one is added */
  constructor(bound: () => number) {
    this.#bound = bound;
  }

  /** A counter that has counted the same so far. */
  copy(): DistinctCounter {
    const copy = new DistinctCounter(this.#bound);
    copy.#kept = new Set(this.#kept);
    copy.#below = this.#below;
    return copy;
  }

  /** Takes in the hash of one value. */
  add(hash: number): void {
    if (hash >= this.#below || this.#kept.has(hash)) return;
    this.#kept.add(hash);
    while (this.#kept.size > this.#bound()) {
      this.#below /= 2;
      const kept = new Set<number>();
      for (const one of this.#kept) if (one < this.#below) kept.add(one);
      this.#kept = kept;
    }
  }

  /** Whether the count is exact. */
  get exact(): boolean {
    return this.#below === RANGE;
  }

  /** The count, or its estimate. */
  get count(): number {
    return Math.round(this.#kept.size * (RANGE / this.#below));
  }
}

const float = new Float64Array(1);
const words = new Uint32Array(float.buffer);

/** A 53-bit hash of a number; 0 and -0 are one value. */
export function hashNumber(value: number): number {
  float[0] = value + 0;
  return finish(
    Math.imul((words[0] as number) ^ 0x2545f491, 0x9e3779b1),
    Math.imul((words[1] as number) ^ 0x6a09e667, 0x5f356495),
  );
}

/** A 53-bit hash of a text. */
export function hashText(value: string): number {
  let a = 0x2545f491 ^ value.length;
  let b = 0x6a09e667;
  for (let i = 0; i < value.length; i++) {
    const unit = value.charCodeAt(i);
    a = Math.imul(a ^ unit, 0x9e3779b1);
    b = Math.imul(b ^ unit, 0x5f356495);
  }
  return finish(a, b);
}

/** Lets every bit of both halves act on every bit of the result. */
function finish(a: number, b: number): number {
  a = Math.imul(a ^ (a >>> 16), 0x85ebca6b) ^
    Math.imul(b ^ (b >>> 13), 0xc2b2ae35);
  b = Math.imul(b ^ (b >>> 16), 0x85ebca6b) ^
    Math.imul(a ^ (a >>> 13), 0xc2b2ae35);
  return (b & 0x1fffff) * 0x100000000 + (a >>> 0);
}
