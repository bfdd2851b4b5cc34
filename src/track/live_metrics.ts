/**
 * The courses of a run's metrics in this process, for what is shown while it goes on.
 *
 * @module
 */
import { Buckets } from "../view/chart/buckets.ts";

/** Buckets of a metric's course on a card. */
const CARD_BUCKETS = 96;

/** What is shown of metrics: it gets each point. */
export interface MetricWatcher {
  add(key: string, step: number, value: number): void;
}

/** The courses of metrics, and who watches them. */
export class LiveMetrics {
  /** By key, in the order of their first point. */
  readonly courses: Map<string, Buckets> = new Map();
  readonly #watchers = new Set<MetricWatcher>();

  /** Takes a point. */
  add(key: string, step: number, value: number): void {
    let course = this.courses.get(key);
    if (course === undefined) {
      course = new Buckets(CARD_BUCKETS);
      this.courses.set(key, course);
    }
    course.add(step, value);
    for (const watcher of this.#watchers) watcher.add(key, step, value);
  }

  /** Hands on each point from here on. */
  watch(watcher: MetricWatcher): void {
    this.#watchers.add(watcher);
  }
}
