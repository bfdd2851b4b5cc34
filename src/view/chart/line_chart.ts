/**
 * A metric's course as a line, of one run or of several above each other.
 *
 * @module
 */
import { shortened, withMarks } from "../../base/markup.ts";
import { numberText } from "../../base/numbers.ts";
import type { Bucket, Buckets } from "./buckets.ts";
import { shareEdges } from "./shared_edges.ts";
import {
  type ChartSeries,
  legend,
  type Plot,
  seriesOf,
  shownRows,
} from "./chart_series.ts";
import type { Ink } from "./palette.ts";
import { scaleOf } from "./scales.ts";
import { endsOf, hiddenByLog, leftOutText, shownRange } from "./shown_range.ts";
import {
  drawing,
  element,
  label,
  leftAxis,
  lowerAxis,
  type PlotArea,
  round,
  widthOfTexts,
} from "./svg.ts";
import { timeAxis } from "./time_axis.ts";

/** How a chart is drawn. */
export interface ChartOptions {
  /** A logarithmic axis of values; what is not positive is left out, and counted. @default {false} */
  log?: boolean;
  /** What positions are: steps, or milliseconds. @default {"step"} */
  x?: "step" | "time";
  /** Smooths the lines, between 0 (not at all) and 1; as they were they stay faint behind. @default {0} */
  smooth?: number;
  /** The positions that are shown. @default {all} */
  domain?: readonly [number, number];
  /** All values on the axis, also where one run flattens the curves of the others. @default {false} */
  whole?: boolean;
  /** Pixels. @default {640} */
  width?: number;
  /** Pixels. @default {240} */
  height?: number;
  /** @default {"page"} */
  ink?: Ink;
}

/** Pixels for the names of several series. */
const LEGEND_WIDTH = 150;

/** Characters of a key in a chart's name; few keys are longer. */
const MAX_KEY_CHARS = 300;

/** What a chart says of itself in words: `loss over step, 0.1 to 3, last 0.2`. */
export function chartName(
  key: string,
  series: readonly ChartSeries[],
  options: Pick<ChartOptions, "x"> = {},
): string {
  const over = `${withMarks(shortened(key, MAX_KEY_CHARS))} over ${
    options.x ?? "step"
  }`;
  const filled = series.filter(({ buckets }) => buckets.count > 0);
  const [first] = filled;
  if (first === undefined) return `${over}, no values yet`;
  const [low, high] = extentOf(filled.map(({ buckets }) => buckets));
  const more = series.length > 1 ? `, ${series.length} series` : "";
  return `${over}, ${numberText(low)} to ${numberText(high)}, last ${
    numberText(first.buckets.last?.value ?? NaN)
  }${more}`;
}

/** Draws series above each other; the size is the same whatever they hold. */
export function lineChart(
  key: string,
  series: readonly ChartSeries[],
  options: ChartOptions = {},
): string {
  const {
    x = "step",
    ink = "page",
    width = 640,
    height = 240,
    log = false,
  } = options;
  const shared = shareEdges(series.map(({ buckets }) => buckets));
  const rows = shared.map((buckets) => buckets.course());
  const several = series.length > 1;
  const area: PlotArea = {
    left: 0,
    top: 26,
    right: width - (several ? LEGEND_WIDTH : 14),
    bottom: height - 36,
  };
  const visible = rows.map((course) => shownRows(course, options.domain));
  const most = log || options.whole === true ? null : shownRange(visible);
  const upright = scaleOf({
    domain: most ?? valuesIn(visible, log),
    range: [area.bottom, area.top],
    ticks: 4,
    log,
    nice: true,
  });
  const shown = most === null ? null : upright.domain;
  area.left = Math.min(width / 3, Math.ceil(widthOfTexts(upright)) + 12);
  const along = x === "time"
    ? timeAxis(positionsIn(shared, options.domain), [area.left, area.right])
    : {
      name: "step",
      scale: scaleOf({
        domain: positionsIn(shared, options.domain),
        range: [area.left, area.right],
        ticks: 6,
        whole: true,
      }),
    };
  const plot: Plot = {
    area,
    along: along.scale,
    upright,
    ink,
    smooth: options.smooth ?? 0,
    domain: options.domain,
    shown,
  };
  const lines = series.map((one, i) =>
    seriesOf(plot, { ...one, rows: rows[i] ?? [], n: one.style ?? i })
  ).reverse().join("");
  const hidden = log ? hiddenByLog(rows) : "";
  const said = hidden !== "" ? hidden : leftOutText(
    series.map(({ name }, i) => ({ name, ends: endsOf(visible[i] ?? []) })),
    shown,
  );
  const [x0, x1] = along.scale.domain;
  const [y0, y1] = upright.domain;
  return drawing(
    `${chartName(key, series, { x })}${shown === null ? "" : `, ${said}`}`,
    { width, height, ink },
    label(shortened(key, said === "" ? 60 : 30), { x: 0, y: 14 }, {
      "font-weight": 600,
    }) +
      (said === "" ? "" : label(said, { x: width - 4, y: 14 }, {
        "text-anchor": "end",
        "fill-opacity": 0.8,
      })) +
      leftAxis(upright, area, ink) +
      lowerAxis(along.scale, area, along.name, ink) +
      element("g", { fill: "none", "stroke-linejoin": "round" }, lines) +
      (rows.every((r) => r.length === 0)
        ? label("no values yet", {
          x: round((area.left + area.right) / 2),
          y: round((area.top + area.bottom) / 2),
        }, { "text-anchor": "middle", "fill-opacity": 0.8 })
        : "") +
      (several ? legend(series, area.right + 12, ink) : ""),
    {
      "data-plot": [
        round(area.left),
        area.top,
        round(area.right),
        area.bottom,
      ].join(" "),
      "data-x": `${x0} ${x1}`,
      "data-y": `${y0} ${y1}`,
      "data-log": log ? "y" : null,
      "data-cut": shown === null ? null : "y",
    },
  );
}

function positionsIn(
  series: readonly Buckets[],
  domain: readonly [number, number] | undefined,
): readonly [number, number] {
  if (domain !== undefined) return domain;
  const filled = series.filter(({ count }) => count > 0);
  if (filled.length === 0) return [0, 1];
  const low = Math.min(...filled.map(({ first_x }) => first_x));
  const high = Math.max(...filled.map(({ last }) => last?.x ?? low));
  return low === high ? [low - 0.5, high + 0.5] : [low, high];
}

function valuesIn(
  rows: readonly (readonly Bucket[])[],
  log: boolean,
): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (const all of rows) {
    for (const { min, mean, max } of all) {
      if (min === null || max === null || mean === null) continue;
      const least = log && min <= 0 ? mean : min;
      if (log && least <= 0) continue;
      low = Math.min(low, least);
      high = Math.max(high, max);
    }
  }
  return low <= high ? [low, high] : log ? [1, 10] : [0, 1];
}

/** The range of all values but NaN, infinite ones too: what diverged is said, though the axis cannot show it. */
function extentOf(series: readonly Buckets[]): [number, number] {
  const ranges = series.flatMap(({ range }) => range === null ? [] : [range]);
  return ranges.length === 0 ? [NaN, NaN] : [
    Math.min(...ranges.map(([low]) => low)),
    Math.max(...ranges.map(([, high]) => high)),
  ];
}
