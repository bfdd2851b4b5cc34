/**
 * The metrics of a run in the process that logs them: their indexes, next steps, and whether the journal has their names.
 *
 * @module
 */
import type { WriteAheadLog } from "./write_ahead_log.ts";
import type { JournalDatabase } from "./database.ts";
import { admit } from "./entries.ts";
import type { Redactor, Taken } from "../redaction/redaction.ts";
import { insertKey, metricKeys } from "./metric_keys.ts";
import type { LoggedPoint } from "./points.ts";

/** A metric that is being logged. */
export interface NumberedMetric {
  /** Index within the run. */
  readonly id: number;
  /** The name as the redactor lets it be stored. */
  readonly name: string;
  /** What the redactor took out of it. */
  readonly taken: readonly Taken[];
  /** The step of a point that is given none. */
  next_step: number;
}

/** The metrics of a run that is being logged. */
export class MetricNames {
  readonly #db: JournalDatabase;
  readonly #redactor: Redactor;
  readonly #run_id: string;
  /** By name as stored, and as logged where that differs. */
  readonly #metrics = new Map<string, NumberedMetric>();
  #unstored: NumberedMetric[] = [];
  #next_id = 0;

  constructor(db: JournalDatabase, run_id: string, redactor: Redactor) {
    this.#db = db;
    this.#redactor = redactor;
    this.#run_id = run_id;
    for (const { key_id, key, last } of metricKeys(db, run_id)) {
      this.#know(key_id, key, [], (last?.step ?? -1) + 1);
    }
  }

  /** A metric that was logged before. */
  get(key: string): NumberedMetric | undefined {
    return this.#metrics.get(key);
  }

  /** A metric that is logged for the first time; one that is new has to be stored. */
  meet(key: string): { metric: NumberedMetric; isNew: boolean } {
    const { text, taken } = this.#redactor.text(key);
    const known = this.#metrics.get(text);
    const metric = known ?? this.#know(this.#next_id, text, taken, 0);
    this.#metrics.set(key, metric);
    return { metric, isNew: known === undefined };
  }

  /** Puts a name into the journal. */
  insert({ id, name, taken }: NumberedMetric): void {
    this.#db.transaction(() => {
      insertKey(this.#db, this.#run_id, id, name);
      admit(this.#db, this.#run_id, "metric name", { text: name, taken });
    });
  }

  /** Keeps a name beside the journal, which cannot take it now. */
  postpone(metric: NumberedMetric, file: WriteAheadLog): void {
    this.#unstored.push(metric);
    file.appendName([metric.id, metric.name]);
  }

  /** Puts the postponed names into the journal, inside a transaction. */
  insertPostponed(): void {
    for (const metric of this.#unstored) this.insert(metric);
  }

  /** The transaction stands. */
  stored(): void {
    this.#unstored = [];
  }

  /** Knows what lies in a write-ahead file that could not be taken in. @returns the sequence number after it */
  resumeFrom(
    file: WriteAheadLog,
    points: Iterable<LoggedPoint>,
    seq: number,
  ): number {
    for (const [id, name] of file.names()) {
      if (!this.#metrics.has(name)) {
        this.#unstored.push(this.#know(id, name, [], 0));
      }
    }
    const byId = new Map([...this.#metrics.values()].map((m) => [m.id, m]));
    let next = seq;
    for (const point of points) {
      next = Math.max(next, point.seq + 1);
      const metric = byId.get(point.key_id);
      if (metric !== undefined && point.step >= metric.next_step) {
        metric.next_step = point.step + 1;
      }
    }
    return next;
  }

  #know(
    id: number,
    name: string,
    taken: readonly Taken[],
    next_step: number,
  ): NumberedMetric {
    const metric: NumberedMetric = { id, name, taken, next_step };
    this.#metrics.set(name, metric);
    this.#next_id = Math.max(this.#next_id, id + 1);
    return metric;
  }
}
