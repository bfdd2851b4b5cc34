/**
 * The curves of metrics that differ between runs, above each other as text.
 *
 * @module
 */
import type { Journal } from "../journal/journal.ts";
import type { Comparison } from "../record/compare.ts";
import { namesInChart } from "./chart/chart_series.ts";
import { readBuckets } from "./chart/read_buckets.ts";
import { withCourse } from "./metric_facts.ts";
import { TEXT_SYMBOLS, textPlot } from "./chart/text_plot.ts";

/** Metrics that are drawn. */
const MAX_CURVES = 2;
/** Points from which on a metric has a course worth seeing. */
const MIN_POINTS = 3;
const MAX_WIDTH = 100;

/** A text for each metric that is drawn; none where a run is not in the journal, or there are too many to distinguish. */
export function comparedCurves(
  journal: Journal,
  { runs, metrics }: Pick<Comparison, "runs" | "metrics">,
  width: number,
): string[] {
  if (
    runs.length > TEXT_SYMBOLS.length ||
    runs.some(({ run_id }) => journal.runs.get(run_id) === undefined)
  ) return [];
  const texts: string[] = [];
  const called = namesInChart(runs);
  const drawable = withCourse(journal, runs.map(({ run_id }) => run_id), {
    keys: metrics.map(({ key }) => key),
    points: MIN_POINTS,
  });
  for (const key of drawable.slice(0, MAX_CURVES)) {
    const drawn = runs.flatMap(({ run_id }) => {
      const buckets = readBuckets(journal, run_id, [key]).get(key);
      return buckets === undefined || buckets.low === null
        ? []
        : [{ run_id, buckets }];
    });
    if (drawn.length === 0) continue; // no value of it is a number
    const names = drawn.map(({ run_id }, i) =>
      `${TEXT_SYMBOLS[drawn.length === 1 ? 0 : i]} ${
        plain(called.get(run_id) ?? run_id.slice(0, 8))
      }`
    );
    texts.push(
      `${plain(key)}  ${names.join("  ")}\n${
        textPlot(drawn.map(({ buckets }) => buckets), {
          width: Math.min(width, MAX_WIDTH),
        })
      }`,
    );
  }
  return texts;
}

function plain(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, " ");
}
