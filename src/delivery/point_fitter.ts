/**
 * Metric points as a server takes them. What it cannot hold stays in the journal and the bundle, and is named.
 *
 * @module
 */
import {
  fitMetric,
  fitMetricKey,
  type Limits,
  type MetricPoint,
} from "../gitlab/limits.ts";
import type { Journal } from "../journal/journal.ts";
import type { NamedPoint } from "../journal/metrics.ts";

type Loss = "name" | "value" | "step" | "time";

const WHY: Record<Loss, (sent_as: string) => string> = {
  name: (sent_as) => `It is called "${sent_as}" there.`,
  value: () =>
    "The server takes no NaN and no infinities: those points are in the journal and the bundle.",
  step: () =>
    "The server takes steps up to 2147483647: points beyond are sent without theirs.",
  time: () =>
    "Some timestamps are no times that the server takes: those points are sent with the time 0.",
};

/** Makes the points of one run fit one server. */
export class PointFitter {
  readonly #limits: Limits;
  readonly #keys = new Map<string, string>();
  readonly #losses = new Map<string, Set<Loss>>();
  readonly #unnamed = new Set<string>();

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** The key as the server takes it. */
  key(key: string): string {
    let fit = this.#keys.get(key);
    if (fit === undefined) {
      fit = fitMetricKey(key, this.#limits);
      this.#keys.set(key, fit);
      if (fit !== key) this.#lose(key, "name");
    }
    return fit;
  }

  /** Whether the server can hold a value. */
  takes(value: number): boolean {
    return this.#limits.non_finite || Number.isFinite(value);
  }

  /** The point to send; null when the server cannot hold its value. */
  fit(point: NamedPoint): MetricPoint | null {
    const key = this.key(point.key);
    const { value } = point;
    let { timestamp, step } = point;
    if (!Number.isSafeInteger(timestamp)) {
      timestamp = Math.trunc(timestamp);
      if (!Number.isSafeInteger(timestamp)) {
        timestamp = 0;
        this.#lose(point.key, "time");
      }
    }
    if (timestamp < this.#limits.earliest) {
      timestamp = this.#limits.earliest;
      this.#lose(point.key, "time");
    }
    step = Math.trunc(step);
    const { metric, lost } = fitMetric(
      {
        key,
        value,
        timestamp,
        step: Number.isNaN(step) ? Infinity : step,
      },
      this.#limits,
    );
    if (lost !== null) this.#lose(point.key, lost);
    return metric;
  }

  /** Names on the run what was lost and not named yet. */
  name(journal: Journal, run_id: string): void {
    for (const key of this.#unnamed) {
      const why = [...this.#losses.get(key) ?? []]
        .map((loss) => WHY[loss](this.key(key)));
      journal.entries.setMissing(
        run_id,
        `metric "${key}" on the server`,
        why.join(" "),
      );
    }
    this.#unnamed.clear();
  }

  #lose(key: string, loss: Loss): void {
    const losses = this.#losses.get(key) ?? new Set();
    if (losses.has(loss)) return;
    this.#losses.set(key, losses.add(loss));
    this.#unnamed.add(key);
  }
}
