/**
 * Other values of metrics than the last: the best, or those at a step.
 *
 * @module
 */
import { type JsonNumber, toJsonNumber } from "../base/numbers.ts";
import type { Journal } from "../journal/journal.ts";
import { betterEnd } from "../view/metric_facts.ts";

/** Values that are kept, at most. */
const MAX_KEPT = 500_000;

type Values = Record<string, JsonNumber>;

/** Reads values from the points of the journal's runs; those of runs that have ended are read once. */
export class MetricValues {
  readonly #journal: Journal;
  /** By what is shown, run and key; null where a run has no value. */
  readonly #kept = new Map<string, JsonNumber | null>();

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  /** The best values, or those at a step, by run and key. */
  of(
    run_ids: readonly string[],
    keys: readonly string[],
    at: "best" | number,
  ): Map<string, Values> {
    return new Map(run_ids.map((id) => [id, this.#ofRun(id, keys, at)]));
  }

  #ofRun(
    run_id: string,
    keys: readonly string[],
    at: "best" | number,
  ): Values {
    const nameOf = (key: string) => JSON.stringify([at, run_id, key]);
    const unread = keys.filter((key) => !this.#kept.has(nameOf(key)));
    const fresh = unread.length === 0
      ? new Map<string, number>()
      : this.#read(run_id, new Set(unread), at);
    const values: Values = Object.create(null);
    const ended = (this.#journal.runs.get(run_id)?.end_time ?? null) !== null;
    if (this.#kept.size > MAX_KEPT) this.#kept.clear();
    for (const key of keys) {
      const read = fresh.get(key);
      const value = read === undefined
        ? this.#kept.get(nameOf(key)) ?? null
        : toJsonNumber(read);
      if (value !== null) values[key] = value;
      if (ended) this.#kept.set(nameOf(key), value);
    }
    return values;
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
