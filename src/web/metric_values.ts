/**
 * Other values of metrics than the last: the best, or those at a step.
 *
 * @module
 */
import { type JsonNumber, toJsonNumber } from "../base/numbers.ts";
import type { Journal } from "../journal/journal.ts";
import { betterEnd } from "../view/metric_facts.ts";

/** Metrics of which values are kept, at most. */
const MAX_KEPT = 40;

type Values = Record<string, JsonNumber>;
/** By run; null where it has no value. */
type Kept = Map<string, JsonNumber | null>;

/** Reads values from the points of the journal's runs; those of runs that have ended are read once. */
export class MetricValues {
  readonly #journal: Journal;
  readonly #kept = new Map<string, Kept>();

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  /** The best values, or those at a step, by run and key. */
  of(
    run_ids: readonly string[],
    keys: readonly string[],
    at: "best" | number,
  ): Map<string, Values> {
    if (this.#kept.size > MAX_KEPT) this.#kept.clear();
    const kept = keys.map((key) => [key, this.#keptOf(key, at)] as const);
    return new Map(run_ids.map((run_id) => {
      const unread = kept.filter(([, values]) => !values.has(run_id));
      const fresh = unread.length === 0
        ? null
        : this.#read(run_id, new Set(unread.map(([key]) => key)), at);
      const ended = fresh !== null &&
        (this.#journal.runs.get(run_id)?.end_time ?? null) !== null;
      const values: Values = Object.create(null);
      for (const [key, known] of kept) {
        const read = fresh?.get(key);
        const value = read === undefined
          ? known.get(run_id) ?? null
          : toJsonNumber(read);
        if (value !== null) values[key] = value;
        if (ended) known.set(run_id, value);
      }
      return [run_id, values];
    }));
  }

  #keptOf(key: string, at: "best" | number): Kept {
    const name = JSON.stringify([at, key]);
    const kept: Kept = this.#kept.get(name) ?? new Map();
    this.#kept.set(name, kept);
    return kept;
  }

  #read(
    run_id: string,
    keys: ReadonlySet<string>,
    at: "best" | number,
  ): Map<string, number> {
    const found = new Map<string, number>();
    this.#journal.scanPoints(run_id, (key) => {
      if (!keys.has(key)) return null;
      return at === "best" ? bestOf(key, found) : atStep(key, at, found);
    });
    return found;
  }
}

function bestOf(key: string, found: Map<string, number>) {
  const end = betterEnd(key);
  let last = -Infinity;
  return (step: number, value: number) => {
    const best = found.get(key);
    if (end === null) {
      if (step >= last) found.set(key, value);
      last = Math.max(last, step);
    } else if (
      best === undefined || Number.isNaN(best) ||
      (end === "low" ? value < best : value > best)
    ) found.set(key, value);
  };
}

function atStep(key: string, at: number, found: Map<string, number>) {
  let last = -Infinity;
  return (step: number, value: number) => {
    if (step > at || step < last) return;
    last = step;
    found.set(key, value);
  };
}
