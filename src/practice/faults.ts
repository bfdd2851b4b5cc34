/**
 * Faults for practice and tests: drawn from a seed, one draw for each request, so that the same seed
 * and the same requests meet the same faults.
 *
 * @module
 */
import type { FaultSettings } from "./settings/config.ts";

/** What happens to a request. */
export type Fault =
  /** Answered as it should be. */
  | "none"
  /** Refused with 429, not carried out. */
  | "429"
  /** Refused with 500, not carried out. */
  | "500"
  /** The connection is closed before anything is done. */
  | "reset"
  /** Carried out; then the connection is closed without an answer. */
  | "lost answer";

/** The faults of a server's requests, in order. */
export class FaultPlan {
  readonly #settings: FaultSettings;
  #state: number;

  constructor(settings: FaultSettings) {
    this.#settings = settings;
    this.#state = settings.seed | 0;
  }

  /** How long every request waits before anything else, milliseconds. */
  get delayMs(): number {
    return this.#settings.delay_ms;
  }

  /** The next request's fault. */
  next(): Fault {
    let draw = this.#random();
    const { rate_429, rate_500, rate_reset, rate_lost_answer } = this.#settings;
    const rates: [Fault, number][] = [
      ["429", rate_429],
      ["500", rate_500],
      ["reset", rate_reset],
      ["lost answer", rate_lost_answer],
    ];
    for (const [fault, rate] of rates) {
      if (draw < rate) return fault;
      draw -= rate;
    }
    return "none";
  }

  /** A number from 0 up to 1 (the generator known as mulberry32). */
  #random(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}
