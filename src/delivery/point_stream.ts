/**
 * Which of a run's points go to its server, and in which order.
 *
 * A plain MLflow server gets all of them. GitLab's page of a run has a column for every step and holds every point,
 * so a series is thinned there: while it grows, its first points and a few of each doubling; once the run has ended,
 * what makes it up to {@linkcode THINNED_POINTS}, the smallest, the largest and the last among them. The order is
 * decided by the points alone, never by when they were sent: a delivery that was broken off is resumed by its number.
 *
 * @module
 */
import { count } from "../base/numbers.ts";
import type { MetricPoint } from "../gitlab/limits.ts";
import type { PointsMode } from "../journal/deliveries.ts";
import type { Journal } from "../journal/journal.ts";
import type { NamedPoint } from "../journal/metrics.ts";
import type { PointFitter } from "./point_fitter.ts";
import {
  GrowingSeries,
  isSystemMetric,
  StepScale,
  THINNED_POINTS,
  ThinnedSeries,
} from "./thinned_series.ts";

/** A number of the stream, and the point that belongs to it. */
export interface StreamedPoint {
  /** Number within the stream, from 0. */
  seq: number;
  /** The point to send; null where none is. */
  metric: MetricPoint | null;
}

/** The points of one run for one server. Remembers where it was, so that a growing run is not read again and again. */
export class PointStream {
  readonly #journal: Journal;
  readonly #run_id: string;
  readonly #fitter: PointFitter;
  readonly #mode: PointsMode;
  readonly #live_steps: number | undefined;
  #growing = new Map<string, GrowingSeries>();
  #grown_to = 0;

  constructor(
    journal: Journal,
    run_id: string,
    options: { fitter: PointFitter; mode: PointsMode; live_steps?: number },
  ) {
    this.#journal = journal;
    this.#run_id = run_id;
    this.#fitter = options.fitter;
    this.#mode = options.mode;
    this.#live_steps = options.live_steps;
  }

  /** The mode it was made for. */
  get mode(): PointsMode {
    return this.#mode;
  }

  /**
   * The points from a number on.
   *
   * @param complete whether the run has ended and all its points are in the journal
   */
  *from(seq: number, complete: boolean): Generator<StreamedPoint> {
    if (this.#mode === "all") {
      for (const point of this.#journal.points(this.#run_id, seq)) {
        yield { seq: point.seq, metric: this.#fitter.fit(point) };
      }
      return;
    }
    if (this.#mode === "live") yield* this.#live(seq);
    if (!complete) return;
    const plan = this.plan();
    let next = plan.points;
    for (const metric of this.#closing(plan)) {
      if (next >= seq) yield { seq: next, metric };
      next++;
    }
  }

  *#live(from: number): Generator<StreamedPoint> {
    if (from !== this.#grown_to) {
      this.#growing = new Map();
      this.#grown_to = 0;
    }
    for (const point of this.#journal.points(this.#run_id, this.#grown_to)) {
      const sent = this.#grow(this.#growing, point);
      this.#grown_to = point.seq + 1;
      if (point.seq >= from) {
        yield { seq: point.seq, metric: sent && this.#fitter.fit(sent) };
      }
    }
  }

  #grow(
    growing: Map<string, GrowingSeries>,
    point: NamedPoint,
  ): NamedPoint | null {
    if (!this.#goes(point)) return null;
    let series = growing.get(point.key);
    if (series === undefined) {
      series = new GrowingSeries(this.#live_steps);
      growing.set(point.key, series);
    }
    return series.next(point);
  }

  #goes(point: NamedPoint): boolean {
    return !isSystemMetric(point.key) && this.#fitter.takes(point.value);
  }

  /** What becomes of each series of a run that has ended. */
  plan(): PointPlan {
    const series = new Map<string, ThinnedSeries>();
    const growing = new Map<string, GrowingSeries>();
    const scale = new StepScale();
    let points = 0;
    let system = 0;
    for (const point of this.#journal.points(this.#run_id)) {
      points = point.seq + 1;
      if (isSystemMetric(point.key)) system++;
      if (!this.#goes(point)) continue;
      let thinned = series.get(point.key);
      if (thinned === undefined) {
        thinned = new ThinnedSeries();
        series.set(point.key, thinned);
      }
      thinned.add(point);
      scale.add(point.step);
      if (this.#mode !== "live") continue;
      const sent = this.#grow(growing, point);
      if (sent !== null) scale.addSent(sent.step);
    }
    for (const [key, grown] of growing) series.get(key)?.begin(grown);
    return { points, system, series, scale };
  }

  /** What is left to send once the run has ended: in the order of logging, and the last point of each series last. */
  *#closing({ series, scale }: PointPlan): Generator<MetricPoint | null> {
    const lasts: NamedPoint[] = [];
    const positions = new Map<string, number>();
    for (const point of this.#journal.points(this.#run_id)) {
      const thinned = series.get(point.key);
      if (thinned === undefined || !this.#goes(point)) continue;
      const position = positions.get(point.key) ?? 0;
      positions.set(point.key, position + 1);
      if (!thinned.isLeft(position)) continue;
      if (position === thinned.count - 1) lasts.push(point);
      else yield this.#fitter.fit(scale.renumber(point));
    }
    for (const point of lasts) yield this.#fitter.fit(scale.renumber(point));
  }
}

/** What becomes of the points of a run that has ended. */
export interface PointPlan {
  /** All points, those that are not sent too. */
  points: number;
  /** Points of metrics of the machine, which stay off GitLab's chart. */
  system: number;
  /** By metric. */
  series: Map<string, ThinnedSeries>;
  scale: StepScale;
}

/** What a server gets less of than there is, in words; null when it gets all. */
export function thinnedText(plan: PointPlan): string | null {
  const { series, scale, system } = plan;
  const thinned = [...series.values()].filter((s) => s.thinned).length;
  const texts: string[] = [];
  if (thinned > 0) {
    texts.push(
      `${count(thinned, "metric")} ${
        thinned === 1 ? "is" : "are"
      } there with at most ${THINNED_POINTS} points each.`,
    );
  }
  if (scale.renumbered && series.size > 0) texts.push(scale.meaning);
  if (system > 0) {
    texts.push("Metrics of the machine (system/…) are not sent.");
  }
  return texts.length === 0 ? null : texts.join(" ");
}
