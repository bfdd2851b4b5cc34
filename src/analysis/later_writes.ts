/**
 * The writes of one value or name that came after an execution.
 *
 * @module
 */
import type { Write } from "./followed.ts";

/** What is known of an execution that writes. */
export interface Writer {
  /** Where its cell stands in the notebook; null when it is not known. */
  position: number | null;
  /** The first execution of its source. */
  first: number;
}

/** Writes in the order of their executions. */
export class LaterWrites {
  readonly #writes: readonly Write[];
  /** Of each write and those behind it: the highest cell in the notebook; null where that of one is not known. */
  readonly #highest: (number | null)[] = [];
  /** The same: the earliest execution of a source. */
  readonly #earliest: number[] = [];

  constructor(writes: readonly Write[], writerOf: (by: number) => Writer) {
    this.#writes = writes;
    let highest: number | null = Infinity;
    let earliest = Infinity;
    for (let i = writes.length - 1; i >= 0; i--) {
      const { position, first } = writerOf(writes[i]?.by ?? -1);
      highest = highest === null || position === null
        ? null
        : Math.min(highest, position);
      earliest = Math.min(earliest, first);
      this.#highest[i] = highest;
      this.#earliest[i] = earliest;
    }
  }

  /** The last write after an execution for which something holds. */
  findLast(
    after: number,
    holds: (write: Write) => boolean,
  ): Write | undefined {
    for (let i = this.#writes.length - 1; i >= 0; i--) {
      const write = this.#writes[i] as Write;
      if (write.by <= after) return undefined;
      if (holds(write)) return write;
    }
    return undefined;
  }

  /** Whether a write after an execution may be of a cell above its own, or of a source that was executed before it. */
  mayBeAbove(after: number, position: number | null): boolean {
    const start = this.#startAfter(after);
    if (start === this.#writes.length) return false;
    const highest = this.#highest[start] ?? null;
    return position !== null && highest !== null
      ? highest < position
      : position !== null && highest === null ||
        (this.#earliest[start] ?? Infinity) < after;
  }

  /** The first write after an execution. */
  #startAfter(after: number): number {
    let [low, high] = [0, this.#writes.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#writes[middle]?.by ?? 0) <= after) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
