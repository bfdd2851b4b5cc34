/**
 * Drawing metrics: read buckets, draw them, put the drawing into a page, a notebook or a terminal.
 *
 * @example A run's metric in a page
 * ```ts no-eval
 * const buckets = readBuckets(journal, run_id, ["loss"]).get("loss");
 * if (buckets !== undefined) {
 *   page.write(figure("loss", lineChart("loss", [{ name: "first", buckets }])));
 * }
 * ```
 *
 * @module
 */
export {
  type At,
  type Bucket,
  Buckets,
  bucketsOf,
  MAX_BUCKETS,
  shareEdges,
} from "./chart/buckets.ts";
export type { ChartSeries } from "./chart/chart_series.ts";
export { chartName, type ChartOptions, lineChart } from "./chart/line_chart.ts";
export { readBuckets, type ReadBucketsOptions } from "./chart/read_buckets.ts";
export { asImage, figure } from "./chart/svg.ts";
export type { Ink } from "./chart/palette.ts";
