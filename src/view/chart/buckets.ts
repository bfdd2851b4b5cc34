/**
 * A series of values in at most 1,000 buckets, whatever its length: what charts are drawn from. Each bucket keeps the
 * smallest and the largest value, so that no outlier is lost. As long as there are no more values than buckets may be,
 * each is kept as it was logged.
 *
 * A bucket is a power of two wide and begins at a multiple of its width: those of two series have the same edges once
 * they are equally wide, and a series that grows keeps its edges.
 *
 * @module
 */

/** Most buckets of a series. */
export const MAX_BUCKETS = 1000;

/** What lies between two edges. */
export interface Bucket {
  /** The first position in it. */
  from: number;
  /** The last position in it. */
  to: number;
  /** The smallest finite value; null when there is none. */
  min: number | null;
  /** The largest finite value; null when there is none. */
  max: number | null;
  /** The mean of the finite values; null when there is none. */
  mean: number | null;
  /** How many values are finite. */
  count: number;
  /** How many are NaN. */
  nan: number;
  /** How many are Infinity. */
  above: number;
  /** How many are -Infinity. */
  below: number;
}

/** A value and its position. */
export interface At {
  x: number;
  value: number;
}

/** The counts of values that are no finite numbers, by slot. */
interface Others {
  nan: number;
  above: number;
  below: number;
}

const FIRST_SLOTS = 64;
/** Sums are kept smaller than they are, so that those of the largest numbers do not overflow. */
const SUM_SCALE = 2 ** -40;

/** A series that is gathered in buckets; positions are whole numbers (steps, milliseconds), in any order. */
export class Buckets {
  /** Positions in a bucket, a power of two. */
  width = 1;
  /** How many values were added. */
  count = 0;
  /** The first position. */
  first_x = Infinity;
  /** The smallest finite value. */
  low: At | null = null;
  /** The largest finite value. */
  high: At | null = null;
  /** The number of the first slot: its position divided by the width. */
  #first = 0;
  #length = 0;
  #last_x = -Infinity;
  #last_value = NaN;
  #first_value = NaN;
  /** What was added, in that order, while it is no more than buckets may be. */
  #logged: At[] | null = [];
  #mins = new Float64Array(FIRST_SLOTS);
  #maxs = new Float64Array(FIRST_SLOTS);
  #sums = new Float64Array(FIRST_SLOTS);
  #counts = new Float64Array(FIRST_SLOTS);
  /** By slot number. */
  #others = new Map<number, Others>();
  readonly #most: number;

  /** @param most The most buckets; fewer take less memory. */
  constructor(most: number = MAX_BUCKETS) {
    this.#most = most;
  }

  /** The value at the highest position, among equals the one added last; null when there is none. */
  get last(): At | null {
    return this.count === 0
      ? null
      : { x: this.#last_x, value: this.#last_value };
  }

  /** The smallest and the largest value, infinite ones too; null when there is none but NaN. */
  get range(): [low: number, high: number] | null {
    const others = [...this.#others.values()];
    const below = others.some((other) => other.below > 0);
    const above = others.some((other) => other.above > 0);
    const low = below ? -Infinity : this.low?.value ?? Infinity;
    const high = above ? Infinity : this.high?.value ?? -Infinity;
    return below || above || this.low !== null ? [low, high] : null;
  }

  /** Adds a value. */
  add(x: number, value: number): void {
    this.count++;
    if (x >= this.#last_x) {
      this.#last_x = x;
      this.#last_value = value;
    }
    if (x < this.first_x) {
      this.first_x = x;
      this.#first_value = value;
    }
    if (this.#logged !== null) {
      if (this.count <= this.#most) this.#logged.push({ x, value });
      else this.#logged = null;
    }
    let slot = Math.floor(x / this.width) - this.#first;
    if (slot < 0 || slot >= this.#length) {
      this.#reach(x);
      slot = Math.floor(x / this.width) - this.#first;
    }
    if (value - value !== 0) return this.#addOther(slot, value);
    const n = (this.#counts[slot] ?? 0) + 1;
    this.#counts[slot] = n;
    this.#sums[slot] = (this.#sums[slot] ?? 0) + value * SUM_SCALE;
    if (n === 1) this.#mins[slot] = this.#maxs[slot] = value;
    else {
      if (value < (this.#mins[slot] ?? value)) this.#mins[slot] = value;
      if (value > (this.#maxs[slot] ?? value)) this.#maxs[slot] = value;
    }
    if (this.low === null || value < this.low.value) this.low = { x, value };
    if (this.high === null || value > this.high.value) this.high = { x, value };
  }

  /** The buckets that hold something, in order. */
  rows(): Bucket[] {
    const rows: Bucket[] = [];
    for (let slot = 0; slot < this.#length; slot++) {
      const number = this.#first + slot;
      const count = this.#counts[slot] ?? 0;
      const others = this.#others.get(number);
      if (count === 0 && others === undefined) continue;
      const from = number * this.width;
      rows.push({
        from,
        to: from + this.width - 1,
        min: count === 0 ? null : this.#mins[slot] ?? null,
        max: count === 0 ? null : this.#maxs[slot] ?? null,
        mean: count === 0 ? null : (this.#sums[slot] ?? 0) / count / SUM_SCALE,
        count,
        ...others ?? { nan: 0, above: 0, below: 0 },
      });
    }
    return rows;
  }

  /**
   * What is drawn of it, in order: each value as it was logged while there are few; else its buckets, between its first
   * value and its last, which no mean stands for.
   */
  course(): Bucket[] {
    if (this.#logged !== null) {
      return this.#logged.toSorted((a, b) => a.x - b.x).map(bucketOfOne);
    }
    const ends = [
      { x: this.first_x, value: this.#first_value },
      { x: this.#last_x, value: this.#last_value },
    ].map(({ x, value }) =>
      Number.isFinite(value) ? [{ ...bucketOfOne({ x, value }), count: 0 }] : []
    );
    return [...ends[0] ?? [], ...this.rows(), ...ends[1] ?? []];
  }

  /** The same series in buckets of a width, which is a power of two and not below this one's. */
  coarsened(width: number): Buckets {
    const copy = new Buckets(this.#most);
    copy.width = this.width;
    copy.count = this.count;
    copy.#last_x = this.#last_x;
    copy.#last_value = this.#last_value;
    copy.#first_value = this.#first_value;
    copy.#logged = this.#logged?.slice() ?? null;
    copy.first_x = this.first_x;
    copy.low = this.low;
    copy.high = this.high;
    copy.#first = this.#first;
    copy.#length = this.#length;
    copy.#mins = this.#mins.slice();
    copy.#maxs = this.#maxs.slice();
    copy.#sums = this.#sums.slice();
    copy.#counts = this.#counts.slice();
    copy.#others = new Map(
      [...this.#others].map(([slot, others]) => [slot, { ...others }]),
    );
    while (copy.width < width) copy.#double();
    return copy;
  }

  /** Makes room for a position, in wider buckets where there would be too many. */
  #reach(x: number): void {
    if (this.#length === 0) this.#first = Math.floor(x / this.width);
    for (;;) {
      const number = Math.floor(x / this.width);
      const first = Math.min(number, this.#first);
      const end = Math.max(number + 1, this.#first + this.#length);
      if (end - first <= this.#most) return this.#resize(first, end - first);
      this.#double();
    }
  }

  #resize(first: number, length: number): void {
    const shift = this.#first - first;
    if (shift > 0 || length > this.#counts.length) {
      const size = Math.max(
        length,
        Math.min(this.#most, this.#counts.length * 2),
      );
      const moved = (from: Float64Array) => {
        const to = new Float64Array(size);
        to.set(from.subarray(0, this.#length), shift);
        return to;
      };
      this.#mins = moved(this.#mins);
      this.#maxs = moved(this.#maxs);
      this.#sums = moved(this.#sums);
      this.#counts = moved(this.#counts);
    }
    this.#first = first;
    this.#length = length;
  }

  /** Merges each two neighbours. */
  #double(): void {
    const first = Math.floor(this.#first / 2);
    const length = this.#length;
    const [mins, maxs, sums, counts] = [
      this.#mins,
      this.#maxs,
      this.#sums,
      this.#counts,
    ].map((array) => array.slice(0, length)) as [
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    this.#counts.fill(0);
    this.#sums.fill(0);
    for (let slot = 0; slot < length; slot++) {
      const n = counts[slot] ?? 0;
      if (n === 0) continue;
      const to = Math.floor((this.#first + slot) / 2) - first;
      const before = this.#counts[to] ?? 0;
      const [min = 0, max = 0] = [mins[slot], maxs[slot]];
      this.#mins[to] = before === 0
        ? min
        : Math.min(min, this.#mins[to] ?? min);
      this.#maxs[to] = before === 0
        ? max
        : Math.max(max, this.#maxs[to] ?? max);
      this.#sums[to] = (this.#sums[to] ?? 0) + (sums[slot] ?? 0);
      this.#counts[to] = before + n;
    }
    const others = new Map<number, Others>();
    for (const [number, { nan, above, below }] of this.#others) {
      const to = Math.floor(number / 2);
      const sum = others.get(to) ?? { nan: 0, above: 0, below: 0 };
      others.set(to, {
        nan: sum.nan + nan,
        above: sum.above + above,
        below: sum.below + below,
      });
    }
    this.#others = others;
    this.#length = length === 0
      ? 0
      : Math.floor((this.#first + length - 1) / 2) - first + 1;
    this.#first = first;
    this.width *= 2;
  }

  #addOther(slot: number, value: number): void {
    const number = this.#first + slot;
    const others = this.#others.get(number) ?? { nan: 0, above: 0, below: 0 };
    if (Number.isNaN(value)) others.nan++;
    else if (value > 0) others.above++;
    else others.below++;
    this.#others.set(number, others);
  }
}

function bucketOfOne({ x, value }: At): Bucket {
  const own = Number.isFinite(value) ? value : null;
  return {
    from: x,
    to: x,
    min: own,
    max: own,
    mean: own,
    count: own === null ? 0 : 1,
    nan: Number(Number.isNaN(value)),
    above: Number(value === Infinity),
    below: Number(value === -Infinity),
  };
}
