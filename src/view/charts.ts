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
export { type At, type Bucket, Buckets, MAX_BUCKETS } from "./chart/buckets.ts";
export { bucketsOf, shareEdges } from "./chart/shared_edges.ts";
export { type ChartSeries, namesInChart } from "./chart/chart_series.ts";
export { chartName, type ChartOptions, lineChart } from "./chart/line_chart.ts";
export { readBuckets, type ReadBucketsOptions } from "./chart/read_buckets.ts";
export { asImage, figure } from "./chart/svg.ts";
export type { Ink } from "./chart/palette.ts";
export type { AxisValue } from "./chart/axis.ts";
export {
  bars,
  type BarsOptions,
  histogram,
  type HistogramBin,
} from "./chart/bars.ts";
export {
  type ParallelAxis,
  parallelCoordinates,
  type ParallelOptions,
} from "./chart/parallel.ts";
export {
  scatter,
  type ScatterOptions,
  type ScatterPoint,
} from "./chart/scatter.ts";
export { sparkline } from "./chart/sparkline.ts";
export { textPlot, type TextPlotOptions } from "./chart/text_plot.ts";
