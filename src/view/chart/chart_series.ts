/**
 * One line of a chart: its band, its dots, and symbols for what is no finite number.
 *
 * @module
 */
import { nameText, shortened } from "../../base/markup.ts";
import type { Bucket, Buckets } from "./buckets.ts";
import { type Ink, seriesColour, seriesDash, textColour } from "./palette.ts";
import type { Scale } from "./scales.ts";
import { type ShownRange, sideOf } from "./shown_range.ts";
import { bandPath, beyondMark, linePath, symbolPath } from "./shapes.ts";
import { smoothed } from "./smooth.ts";
import { element, label, type PlotArea, round } from "./svg.ts";

const MAX_NAMES = 12;
const MAX_NAME_CHARS = 20;
const ID_CHARS = 8;
/** Pixels between two marks. */
const MARK_WIDTH = 12;
/** Series with fewer buckets show each as a dot. */
const DOTS = 40;

/** A line of a chart. */
export interface ChartSeries {
  /** What it is called in the chart: a run's name, or the metric's where one chart has several. */
  name: string;
  /** The run it belongs to, for programs. */
  run_id?: string;
  /** Its values; positions are steps, or milliseconds since the run began. */
  buckets: Buckets;
  /** Its colour and symbol, from 0, where several charts are to have the same for a run. @default {as it is listed} */
  style?: number;
  /** Grey and thin, as something to compare with. @default {false} */
  muted?: boolean;
}

/** What the lines of a chart share. */
export interface Plot {
  area: PlotArea;
  along: Scale;
  upright: Scale;
  ink: Ink;
  /** Between 0 and 1. */
  smooth: number;
  /** The positions that are shown; undefined for all. */
  domain: readonly [number, number] | undefined;
  /** The values that are shown; null for all. */
  shown: ShownRange | null;
}

/** A line with what is drawn of it. */
export interface DrawnSeries extends ChartSeries {
  rows: readonly Bucket[];
  /** Which colour and symbol it has, from 0. */
  n: number;
}

/** What runs are called in a chart: two of one name are told from each other by their ids. */
export function namesInChart(
  runs: readonly { run_id: string; name: string }[],
): ReadonlyMap<string, string> {
  const groups = Map.groupBy(runs, ({ name }) => name);
  return new Map(runs.map(({ run_id, name }) => [
    run_id,
    (groups.get(name)?.length ?? 0) < 2
      ? nameText(name)
      : `${shortened(nameText(name), MAX_NAME_CHARS - ID_CHARS - 1)} ${
        run_id.slice(0, ID_CHARS)
      }`,
  ]));
}

/** Draws a line. */
export function seriesOf(plot: Plot, series: DrawnSeries): string {
  const { along, upright, ink, smooth, domain, shown } = plot;
  const { n, muted = false, buckets } = series;
  const rows = shownRows(series.rows, domain);
  const stroke = muted ? textColour(ink) : seriesColour(n, ink);
  const at = (row: Bucket) => along.at(middleOf(row, buckets)) ?? 0;
  const y = (value: number | null) => value === null ? null : upright.at(value);
  const means = rows.map(({ mean }) => mean);
  const pointsOf = (values: readonly (number | null)[]) =>
    rows.map((row, i) => ({
      x: at(row),
      y: isFarBeyond(values, i, shown) ? null : y(values[i] ?? null),
    }));
  const raw = pointsOf(means);
  const line = smooth > 0 ? pointsOf(smoothed(means, smooth)) : raw;
  const wide = rows.some(({ min, max }) => min !== max);
  const band = wide
    ? element("path", {
      d: bandPath(rows.map((row) => ({
        x: at(row),
        low: y(row.min) ?? (row.mean === null ? null : y(row.mean)),
        high: y(row.max),
      }))),
      fill: stroke,
      "fill-opacity": muted ? 0.1 : 0.2,
      // An outlier of one value is a band of no width: its edge shows it.
      stroke,
      "stroke-opacity": muted ? 0.15 : 0.35,
      "stroke-width": 0.8,
    })
    : "";
  const dots = rows.length <= DOTS && !muted
    ? raw.flatMap(({ x, y }, i) =>
      y === null || sideOf(means[i] ?? null, shown) !== 0
        ? []
        : [element("circle", { cx: round(x), cy: round(y), r: 2 })]
    ).join("")
    : "";
  const together = Math.max(...rows.map(({ count }) => count));
  const said = together > 1
    ? `<title>mean of up to ${together} values each; the band is from the lowest to the highest</title>`
    : "";
  const path = (points: typeof raw, opacity: number) =>
    element("path", {
      d: linePath(points),
      stroke,
      "stroke-width": muted ? 1 : 1.6,
      "stroke-opacity": opacity === 1 ? null : opacity,
      "stroke-dasharray": muted ? "" : seriesDash(n),
    }, said);
  return element(
    "g",
    { "data-run": series.run_id },
    band + (smooth > 0 ? path(raw, 0.3) : "") + path(line, muted ? 0.55 : 1) +
      element("g", { fill: stroke }, dots) + endSymbol(plot, line, n, stroke) +
      othersOf(plot, rows, at, stroke) + beyondMarks(plot, rows, at, stroke),
  );
}

/** A symbol at the last value that is drawn. */
function endSymbol(
  { domain }: Plot,
  line: readonly { x: number; y: number | null }[],
  n: number,
  fill: string,
): string {
  const last = line.findLast(({ y }) => y !== null);
  if (last === undefined || domain !== undefined) return "";
  return element("path", {
    d: symbolPath(n),
    fill,
    transform: `translate(${round(last.x)},${round(last.y ?? 0)})`,
  });
}

/** Symbols for what is no finite number: on the lower edge for NaN and -Infinity, on the upper for Infinity. */
function othersOf(
  { area }: Plot,
  rows: readonly Bucket[],
  at: (row: Bucket) => number,
  stroke: string,
): string {
  const crosses: string[] = [];
  const arrows: string[] = [];
  for (const row of rows) {
    const x = round(at(row));
    if (row.nan > 0) crosses.push(`M${x - 3},${area.bottom - 9}l6,6m0,-6l-6,6`);
    if (row.above > 0) arrows.push(`M${x},${area.top}l4,7h-8z`);
    if (row.below > 0) arrows.push(`M${x},${area.bottom}l4,-7h-8z`);
  }
  return (crosses.length === 0
    ? ""
    : element("path", { d: crosses.join(""), stroke }, "<title>NaN</title>")) +
    (arrows.length === 0 ? "" : element(
      "path",
      { d: arrows.join(""), fill: stroke },
      "<title>Infinity</title>",
    ));
}

/** Whether a part of a line and those beside it lie beyond what is shown: it ends at the edge, and does not go along it. */
function isFarBeyond(
  values: readonly (number | null)[],
  i: number,
  shown: ShownRange | null,
): boolean {
  const side = (at: number) => sideOf(values[at] ?? null, shown);
  return side(i) !== 0 && side(i) === side(i - 1) && side(i) === side(i + 1);
}

/** Marks on the edge where a line goes beyond what is shown, or an outlier does. */
function beyondMarks(
  { area, shown }: Plot,
  rows: readonly Bucket[],
  at: (row: Bucket) => number,
  stroke: string,
): string {
  const marks: string[] = [];
  let free = -Infinity;
  for (const row of rows) {
    const up = sideOf(row.max, shown) > 0;
    const x = round(at(row));
    if ((!up && sideOf(row.min, shown) >= 0) || x < free) continue;
    marks.push(
      beyondMark(x, up ? area.top : area.bottom, up ? 1 : -1),
    );
    free = x + MARK_WIDTH;
  }
  return marks.length === 0 ? "" : element("path", {
    d: marks.join(""),
    stroke,
    "stroke-width": 1.6,
    fill: "none",
  }, "<title>goes beyond what is shown</title>");
}

/** The names of the lines. */
export function legend(
  series: readonly ChartSeries[],
  x: number,
  ink: Ink,
): string {
  const shown = series.length > MAX_NAMES
    ? series.slice(0, MAX_NAMES - 1)
    : series;
  const lines = shown.map(({ name, muted = false, style }, i) => {
    const n = style ?? i;
    const y = 32 + i * 15;
    const colour = muted ? textColour(ink) : seriesColour(n, ink);
    return element("path", {
      d: `M${x},${y}h18`,
      stroke: colour,
      "stroke-width": muted ? 1 : 1.6,
      "stroke-dasharray": muted ? "" : seriesDash(n),
    }) +
      element("path", {
        d: symbolPath(n, 28),
        fill: colour,
        transform: `translate(${x + 9},${y})`,
      }) +
      label(shortened(name, MAX_NAME_CHARS), { x: x + 24, y: y + 4 });
  });
  const more = series.length - shown.length;
  if (more > 0) {
    lines.push(
      label(`and ${more} more`, { x: x + 24, y: 36 + shown.length * 15 }),
    );
  }
  return lines.join("");
}

/** The middle of a bucket, within the positions that the series has. */
function middleOf({ from, to }: Bucket, { first_x, last }: Buckets): number {
  const start = Math.max(from, first_x);
  const end = Math.min(to, last?.x ?? to);
  return start + (end - start) / 2;
}

/** The buckets that are shown of a line. */
export function shownRows(
  rows: readonly Bucket[],
  domain: readonly [number, number] | undefined,
): readonly Bucket[] {
  return domain === undefined
    ? rows
    : rows.filter(({ from, to }) => to >= domain[0] && from <= domain[1]);
}
