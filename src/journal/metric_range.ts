/**
 * Between which values a metric lies, and where it was at each end.
 *
 * @module
 */
import { POINT_BYTES } from "./points.ts";

/** A value and the step at which it was logged. */
export interface ValueAtStep {
  value: number;
  step: number;
}

/** The ends of some values. */
export interface Ends {
  /** The lowest value, where it was first; null where nothing but NaN was logged. */
  low: ValueAtStep | null;
  /** The highest value, where it was first; null where nothing but NaN was logged. */
  high: ValueAtStep | null;
}

/** Finds the ends of values that come one by one. */
export class MetricRange implements Ends {
  // Plain numbers, and NaN for nothing: it is asked for every point that is logged.
  #low = NaN;
  #low_step = 0;
  #high = NaN;
  #high_step = 0;

  constructor(known: Ends = { low: null, high: null }) {
    this.addAll(known);
  }

  get low(): ValueAtStep | null {
    const value = this.#low;
    return Number.isNaN(value) ? null : { value, step: this.#low_step };
  }

  get high(): ValueAtStep | null {
    const value = this.#high;
    return Number.isNaN(value) ? null : { value, step: this.#high_step };
  }

  add(step: number, value: number): void {
    if (value < this.#low || Number.isNaN(this.#low)) {
      this.#low = value;
      this.#low_step = step;
    }
    if (value > this.#high || Number.isNaN(this.#high)) {
      this.#high = value;
      this.#high_step = step;
    }
  }

  /** Values that came after all that were added so far. */
  addAll({ low, high }: Ends): void {
    if (low !== null) this.add(low.step, low.value);
    if (high !== null) this.add(high.step, high.value);
  }
}

/** What a block of points says of one metric. */
export interface BlockTally {
  count: number;
  /** Where in the block its last point lies: that of the highest step, among equals the one logged last. */
  last_at: number;
  last_step: number;
  range: MetricRange;
}

/** What a block of points says of each metric, by its id. */
export function tallyBlock(bytes: Uint8Array): Map<number, BlockTally> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tallies = new Map<number, BlockTally>();
  for (let at = 0; at + POINT_BYTES <= bytes.byteLength; at += POINT_BYTES) {
    const key_id = view.getUint32(at + 24, true);
    const step = view.getFloat64(at + 8, true);
    let tally = tallies.get(key_id);
    if (tally === undefined) {
      tally = {
        count: 0,
        last_at: at,
        last_step: step,
        range: new MetricRange(),
      };
      tallies.set(key_id, tally);
    }
    tally.count++;
    if (step >= tally.last_step) {
      tally.last_at = at;
      tally.last_step = step;
    }
    tally.range.add(step, view.getFloat64(at, true));
  }
  return tallies;
}
