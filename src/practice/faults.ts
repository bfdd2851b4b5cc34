/**
 * Faults for practice and tests: drawn from a seed, one draw for each request, so that the same seed
 * and the same requests meet the same faults.
 *
 * @module
 */
import { randomFrom } from "../base/repeatable_random.ts";
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
  readonly #random: () => number;

  constructor(settings: FaultSettings) {
    this.#settings = settings;
    this.#random = randomFrom(settings.seed | 0);
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
}
