/**
 * Other values of metrics than the last: the best, the lowest, the highest, or those at a step.
 *
 * @module
 */
import { type JsonNumber, toJsonNumber } from "../base/numbers.ts";
import type { Journal } from "../journal/journal.ts";
import {
  endMeant,
  type OtherValue,
  type ValuesOfRuns,
} from "./parts/values.ts";
import { metricEnds } from "../journal/metric_ends.ts";
import { scanPoints } from "../journal/point_scan.ts";
import { journalTable } from "../journal/run_table.ts";

/** Metrics of which values at a step are kept, at most. */
const MAX_KEPT = 40;
/** Up to so many runs are named when their values are read; of more the whole experiment is read. */
const FEW = 500;

type Values = Record<string, JsonNumber>;
/** By run; null where it has no value. */
type Kept = Map<string, JsonNumber | null>;

/** Reads values of the journal's runs; those at a step of runs that have ended are read once. */
export class MetricValues {
  readonly #journal: Journal;
  readonly #kept = new Map<string, Kept>();

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  /** By run and key. */
  of(
    experiment: string,
    run_ids: readonly string[],
    keys: readonly string[],
    at: OtherValue,
  ): ValuesOfRuns {
    return typeof at === "number"
      ? this.#atStep(run_ids, keys, at)
      : this.#ends(experiment, run_ids, keys, at);
  }

  #ends(
    experiment: string,
    run_ids: readonly string[],
    keys: readonly string[],
    at: Exclude<OtherValue, number>,
  ): ValuesOfRuns {
    const table = journalTable(this.#journal);
    const of = run_ids.length > FEW ? { experiment } : { run_ids };
    const found = new Map<string, Values>(
      run_ids.map((run_id) => [run_id, Object.create(null)]),
    );
    const put = (run_id: string, key: string, value: number) => {
      const values = found.get(run_id);
      if (values !== undefined) values[key] = toJsonNumber(value);
    };
    const ended = keys.filter((key) => endMeant(key, at) !== null);
    for (const { run_id, key, ...ends } of table.endValues(of, ended)) {
      put(run_id, key, ends[endMeant(key, at) ?? "low"]);
    }
    const others = keys.filter((key) => !ended.includes(key));
    for (const { run_id, key, value } of table.lastValues(of, others)) {
      put(run_id, key, value);
    }
    // Runs that are being logged may have newer values in their own file.
    for (const run_id of this.#journal.unabsorbed()) {
      if (!found.has(run_id)) continue;
      const ends = metricEnds(this.#journal, run_id);
      for (const { key, last } of this.#journal.metrics(run_id)) {
        const end = endMeant(key, at);
        if (!keys.includes(key) || last === null) continue;
        put(
          run_id,
          key,
          end === null ? last.value : ends.get(key)?.[end]?.value ?? NaN,
        );
      }
    }
    return found;
  }

  #atStep(
    run_ids: readonly string[],
    keys: readonly string[],
    at: number,
  ): ValuesOfRuns {
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

  #keptOf(key: string, at: number): Kept {
    const name = JSON.stringify([at, key]);
    const kept: Kept = this.#kept.get(name) ?? new Map();
    this.#kept.set(name, kept);
    return kept;
  }

  #read(
    run_id: string,
    keys: ReadonlySet<string>,
    at: number,
  ): Map<string, number> {
    const found = new Map<string, number>();
    scanPoints(this.#journal, run_id, (key) => {
      if (!keys.has(key)) return null;
      let last = -Infinity;
      return (step, value) => {
        if (step > at || step < last) return;
        last = step;
        found.set(key, value);
      };
    });
    return found;
  }
}
