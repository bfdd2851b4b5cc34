/**
 * Bars: counts by name, and histograms.
 *
 * @module
 */
import { numberText } from "../../base/numbers.ts";
import { shortened } from "../../base/markup.ts";
import { type Ink, seriesColour } from "./palette.ts";
import { scaleOf } from "./scales.ts";
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

/** How bars are drawn. */
export interface BarsOptions {
  /** Pixels. @default {480} */
  width?: number;
  /** @default {"page"} */
  ink?: Ink;
  /** How a value is written. @default {with at most six digits} */
  format?: (value: number) => string;
}

const BAR_HEIGHT = 18;
const NAME_CHARS = 24;

/** Horizontal bars, one a name; the height follows from their number. */
export function bars(
  title: string,
  rows: readonly { name: string; value: number }[],
  options: BarsOptions = {},
): string {
  const { width = 480, ink = "page", format = numberText } = options;
  const left = 160;
  const right = width - 70;
  const most = Math.max(...rows.map(({ value }) => finite(value)), 0);
  const lines = rows.map(({ name, value }, i) => {
    const y = 26 + i * BAR_HEIGHT;
    const length = most > 0 ? finite(value) / most * (right - left) : 0;
    return label(shortened(name, NAME_CHARS), { x: left - 8, y: y + 12 }, {
      "text-anchor": "end",
    }) +
      element("rect", {
        x: left,
        y: y + 2,
        width: round(Math.max(0, length)),
        height: BAR_HEIGHT - 5,
        fill: seriesColour(0, ink),
      }) +
      label(format(value), {
        x: round(left + Math.max(0, length) + 6),
        y: y + 12,
      });
  });
  return drawing(
    `${title}, ${rows.length} bars`,
    { width, height: 34 + rows.length * BAR_HEIGHT, ink },
    label(shortened(title, 60), { x: 0, y: 14 }, { "font-weight": 600 }) +
      lines.join(""),
  );
}

/** A part of a histogram. */
export interface HistogramBin {
  from: number;
  to: number;
  count: number;
}

/** How often values lie between two edges. */
export function histogram(
  title: string,
  bins: readonly HistogramBin[],
  options: Omit<BarsOptions, "format"> & { height?: number } = {},
): string {
  const { width = 480, height = 180, ink = "page" } = options;
  const area: PlotArea = {
    left: 0,
    top: 26,
    right: width - 14,
    bottom: height - 36,
  };
  const upright = scaleOf({
    domain: [0, Math.max(1, ...bins.map(({ count }) => count))],
    range: [area.bottom, area.top],
    ticks: 3,
    nice: true,
    whole: true,
  });
  area.left = Math.ceil(widthOfTexts(upright)) + 12;
  const along = scaleOf({
    domain: bins.length === 0
      ? [0, 1]
      : [bins[0]?.from ?? 0, bins.at(-1)?.to ?? 1],
    range: [area.left, area.right],
    ticks: 6,
  });
  const shown = bins.map(({ from, to, count }) => {
    const [x, end] = [along.at(from) ?? 0, along.at(to) ?? 0];
    const y = upright.at(count) ?? area.bottom;
    return element("rect", {
      x: round(x),
      y: round(y),
      width: round(Math.max(0.5, end - x - 1)),
      height: round(area.bottom - y),
      fill: seriesColour(0, ink),
    });
  });
  const all = bins.reduce((sum, { count }) => sum + count, 0);
  return drawing(
    `${title}, ${all} values in ${bins.length} bins`,
    { width, height, ink },
    label(shortened(title, 60), { x: 0, y: 14 }, { "font-weight": 600 }) +
      leftAxis(upright, area, ink) +
      lowerAxis(along, area, "", ink) +
      shown.join(""),
  );
}

function finite(value: number): number {
  return Number.isFinite(value) ? value : 0;
}
