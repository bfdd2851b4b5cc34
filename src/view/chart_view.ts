/**
 * A chart of metrics as an output of a cell: a picture that every front end shows, and the same as text.
 *
 * @module
 */
import { RUN_VIEW } from "../base/media_types.ts";
import { loggedHtml, oneLine } from "../base/markup.ts";
import { code } from "../record/markdown.ts";
import {
  asImage,
  chartName,
  type ChartOptions,
  type ChartSeries,
  lineChart,
  textPlot,
} from "./charts.ts";

/** Pixels of the picture. */
const SIZE = { width: 640, height: 240 } as const;

/** What a chart shows. */
export interface ChartView {
  run_id: string;
  keys: readonly string[];
  series: readonly ChartSeries[];
  options: Pick<ChartOptions, "log" | "smooth">;
  /** The state of the run and when it was so, such as `RUNNING as of 12:30:05`. */
  caption: string;
  /** The display that is updated with it. */
  display_id: string;
}

/** The chart as a bundle of media types. */
export function chartBundle(view: ChartView): Record<string, unknown> {
  const { run_id, keys, series, options, caption, display_id } = view;
  const title = keys.join(", ");
  const name = chartName(title, series);
  // Several metrics may be of any size: only runs of one are held against each other.
  const whole = keys.length > 1;
  const svg = lineChart(title, series, {
    ...options,
    ...SIZE,
    ink: "picture",
    whole,
  });
  const plots = series.map(({ buckets }) => buckets);
  return {
    [RUN_VIEW]: { kind: "chart", run_id, keys, display_id },
    "text/html": `<div>${
      asImage(svg, name, SIZE)
    }<br><span style="opacity:0.7">${loggedHtml(caption)}</span></div>`,
    "text/markdown": `${code(name)} ${code(caption)}`,
    "text/plain": `${oneLine(name)} (${caption})\n${
      textPlot(plots, { log: options.log ?? false, whole })
    }`,
  };
}
