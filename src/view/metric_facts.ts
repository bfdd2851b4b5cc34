/**
 * What is worth saying of a run's metrics: the last value, the best one, and the course.
 *
 * Imported inside cells: nothing here may load a library.
 *
 * @module
 */
import { numberText } from "../base/numbers.ts";
import type { Journal } from "../journal/journal.ts";
import type { Buckets } from "./chart/buckets.ts";
import { readBuckets } from "./chart/read_buckets.ts";
import { sparkline } from "./chart/sparkline.ts";

/** With more points in all, best values and curves are left out: reading them would take too long. */
const MAX_POINTS = 2_000_000;
/** Buckets of which a curve is made. */
const CURVE_BUCKETS = 96;
/** Bars of a curve. */
const CURVE_WIDTH = 20;

const LOW_IS_BEST = /loss|err|mse|mae|rmse|cost|perplexity|distance/i;
const HIGH_IS_BEST =
  /acc|auc|f1|precision|recall|score|r2|iou|bleu|dice|reward|likelihood/i;

const BEST = /^best /;

/** A metric as cards show it. */
export interface MetricFact {
  key: string;
  /** Null while it has no point. */
  last: number | null;
  /** The best value where the key says which that is, else the range; empty where all values are the same. */
  best: string;
  /** Its course as a row of bars; empty with fewer than two values. */
  curve: string;
  /** Its last value in the run before; null when that had none. */
  before: number | null;
}

/** What stands above the best values in a table: some metrics have a range instead. */
export function bestHead(metrics: readonly Pick<MetricFact, "best">[]): string {
  return metrics.every(({ best }) => best === "" || BEST.test(best))
    ? "best"
    : "best, or range";
}

/** A best value where its column says that it is one. */
export function bestCell(best: string): string {
  return best.replace(BEST, "");
}

/** Which end of a metric's values is the better one, by its name; null when the name does not say. */
export function betterEnd(key: string): "low" | "high" | null {
  return LOW_IS_BEST.test(key) ? "low" : HIGH_IS_BEST.test(key) ? "high" : null;
}

/** The position of the best of some values, the first among equals; -1 where none is known to be. One that is not finite is of a run that diverged, and never the best. @param end Which is the better one. */
export function indexOfBest(
  key: string,
  values: readonly (number | undefined)[],
  end = betterEnd(key),
): number {
  let best = -1;
  if (end === null) return best;
  for (const [i, value] of values.entries()) {
    if (value === undefined || !Number.isFinite(value)) continue;
    const before = values[best];
    if (
      before === undefined || (end === "low" ? value < before : value > before)
    ) {
      best = i;
    }
  }
  return best;
}

/**
 * The metrics of a run, in the order of their first point.
 *
 * @param most How many at most.
 * @param series Their courses where they are known already. @default {read from the journal}
 */
export function metricFacts(
  journal: Journal,
  run_id: string,
  { most, series = null, previous = null }: {
    most: number;
    series?: ReadonlyMap<string, Buckets> | null;
    /** The run to compare with. */
    previous?: string | null;
  },
): { shown: MetricFact[]; more: number } {
  const metrics = series === null
    ? journal.metrics(run_id).map(({ key, last }) => ({
      key,
      last: last?.value ?? null,
    }))
    : [...series].map(([key, buckets]) => ({
      key,
      last: buckets.last?.value ?? null,
    }));
  const listed = metrics.slice(0, most);
  const courses = series ??
    coursesOf(journal, run_id, listed.map(({ key }) => key));
  const before = new Map(
    previous === null
      ? []
      : journal.metrics(previous).map(({ key, last }) => [key, last?.value]),
  );
  return {
    shown: listed.map(({ key, last }) => {
      const course = courses.get(key);
      return {
        key,
        last,
        ...course === undefined
          ? { best: "", curve: "" }
          : courseFacts(key, course),
        before: before.get(key) ?? null,
      };
    }),
    more: metrics.length - listed.length,
  };
}

/** Those metrics that have a course in one of some runs: so many points or more. Points are not read for it. */
export function withCourse(
  journal: Journal,
  run_ids: readonly string[],
  { keys, points }: { keys: readonly string[]; points: number },
): string[] {
  const long = new Set(
    run_ids.flatMap((run_id) =>
      journal.metrics(run_id).filter(({ count }) => count >= points)
        .map(({ key }) => key)
    ),
  );
  return keys.filter((key) => long.has(key));
}

/** The best value of a metric and its curve, as texts; both are empty with fewer than two values. */
export function courseFacts(
  key: string,
  course: Buckets,
): { best: string; curve: string } {
  return course.count < 2
    ? { best: "", curve: "" }
    : { best: bestText(key, course), curve: sparkline(course, CURVE_WIDTH) };
}

/**
 * The range of each metric and its curve, for tables; none where reading the points would take too long.
 *
 * @param width Bars of a curve
 */
export function metricCurves(
  journal: Journal,
  run_id: string,
  width = CURVE_WIDTH,
): Map<string, { range: string; curve: string }> {
  return new Map(
    [...coursesOf(journal, run_id, null)].filter(([, { count }]) => count > 1)
      .map(([key, course]) => {
        const best = bestText(key, course);
        return [key, {
          range: best === "" ? "" : ` (${best})`,
          curve: sparkline(course, width),
        }];
      }),
  );
}

function coursesOf(
  journal: Journal,
  run_id: string,
  keys: readonly string[] | null,
): ReadonlyMap<string, Buckets> {
  const metrics = journal.metrics(run_id);
  const points = metrics.reduce((sum, { count }) => sum + count, 0);
  if (points > MAX_POINTS || points <= metrics.length) return new Map();
  return readBuckets(journal, run_id, keys, { most: CURVE_BUCKETS });
}

function bestText(key: string, { low, high, range }: Buckets): string {
  if (range === null || range[0] === range[1]) return "";
  const end = betterEnd(key);
  if (end === null) return range.map(numberText).join(" to ");
  const best = end === "low" ? low : high;
  return best === null
    ? ""
    : `best ${numberText(best.value)} at step ${best.x}`;
}
