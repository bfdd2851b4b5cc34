/**
 * How a column's numbers are spread, counted in one pass.
 *
 * @module
 */

/** Counts of numbers in ranges of the same width. */
export interface Histogram {
  /** Where the first range begins. */
  from: number;
  /** Width of each range, a power of two; 0 where all numbers are the same. */
  width: number;
  counts: number[];
}

/** Ranges, at most. */
const MOST = 24;
/** The largest power of two that a number can be. */
const WIDEST = 2 ** 1023;

/**
 * Counts numbers in ranges that widen as numbers come. They are multiples of a power of two, the smallest that is
 * enough, so that neither the order of the numbers nor how they were split changes the result.
 */
export class HistogramCounter {
  /** While all numbers are the same: that one, and how many. */
  #only = 0;
  #same = 0;
  #width = 0;
  /** The number of the first range: it begins there times the width. */
  #start = 0;
  #counts: number[] = [];

  /** Takes in a number, some times; those that are not finite have no place. */
  add(value: number, times = 1): void {
    if (!Number.isFinite(value)) return;
    if (this.#width === 0) {
      if (this.#same === 0 || value === this.#only) {
        this.#only = value;
        this.#same += times;
        return;
      }
      this.#begin(widthFor(this.#only, value));
    }
    let at = Math.floor(value / this.#width) - this.#start;
    if (at < 0 || at >= this.#counts.length) at = this.#makeRoom(value);
    this.#counts[at] = (this.#counts[at] ?? 0) + times;
  }

  /** Takes in what was counted of other numbers. */
  addAll({ from, width, counts }: Histogram): void {
    if (width > this.#width && this.#width === 0 && this.#same > 0) {
      this.#begin(width);
    }
    while (this.#width > 0 && this.#width < width) this.#widen();
    if (this.#width === 0 && width > 0) this.#width = width;
    for (const [i, count] of counts.entries()) {
      if (count > 0) this.add(from + i * width, count);
    }
  }

  /** What was counted; null of no number. */
  result(): Histogram | null {
    if (this.#width > 0 && this.#counts.length > 0) {
      return {
        from: Math.max(-Number.MAX_VALUE, this.#start * this.#width),
        width: this.#width,
        counts: [...this.#counts],
      };
    }
    return this.#same === 0
      ? null
      : { from: this.#only, width: 0, counts: [this.#same] };
  }

  #begin(width: number): void {
    this.#width = width;
    if (this.#same === 0) return;
    this.#start = Math.floor(this.#only / width);
    this.#counts = [this.#same];
    this.#same = 0;
  }

  /** Widens until a number has a range. @returns Which one */
  #makeRoom(value: number): number {
    for (;;) {
      const at = Math.floor(value / this.#width);
      if (this.#counts.length === 0) this.#start = at;
      const first = Math.min(this.#start, at);
      const last = Math.max(this.#start + this.#counts.length - 1, at);
      if (last - first < MOST) {
        const before = Array<number>(this.#start - first).fill(0);
        const known = [...before, ...this.#counts];
        const after = Array<number>(last - first + 1 - known.length).fill(0);
        this.#counts = [...known, ...after];
        this.#start = first;
        return at - first;
      }
      this.#widen();
    }
  }

  /** Makes one range of two. */
  #widen(): void {
    const start = Math.floor(this.#start / 2);
    const counts: number[] = [];
    for (const [i, count] of this.#counts.entries()) {
      const at = Math.floor((this.#start + i) / 2) - start;
      counts[at] = (counts[at] ?? 0) + count;
    }
    this.#start = start;
    this.#counts = counts;
    this.#width *= 2;
  }
}

/** Several histograms as one; null when one of them is not known, or all are empty. */
export function mergedHistogram(
  parts: readonly (Histogram | null | undefined)[],
): Histogram | null {
  const counter = new HistogramCounter();
  for (const part of parts) {
    if (part === undefined || part === null) return null;
    counter.addAll(part);
  }
  return counter.result();
}

/** A width that is not too wide for two numbers: the smallest that is enough for all of them is found by widening. */
function widthFor(a: number, b: number): number {
  const exponent = Math.log2(Math.abs(a / MOST - b / MOST));
  return Math.min(
    WIDEST,
    Math.max(Number.MIN_VALUE, 2 ** (Math.floor(exponent) - 1)),
  );
}
