/**
 * A param or metric of many runs against another one: a symbol for each run.
 *
 * @module
 */
import { escapeHtml, shortened } from "../../base/markup.ts";
import { count } from "../../base/numbers.ts";
import { type AxisValue, endsOfValue, numberOf, valueAxis } from "./axis.ts";
import { type Ink, seriesColour } from "./palette.ts";
import { beyondMark, symbolPath } from "./shapes.ts";
import { leftOutText, sideOf } from "./shown_range.ts";
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

/** A run in a scatter plot. */
export interface ScatterPoint {
  run_id: string;
  name: string;
  x: AxisValue;
  y: AxisValue;
}

/** How it is drawn. */
export interface ScatterOptions {
  /** A logarithmic axis. @default {false} */
  logX?: boolean;
  /** A logarithmic axis. @default {false} */
  logY?: boolean;
  /** The run that stands out. @default {none} */
  best?: string | null;
  /** Pixels. @default {640} */
  width?: number;
  /** Pixels. @default {320} */
  height?: number;
  /** @default {"page"} */
  ink?: Ink;
}

/** Room between the symbols and the axes, pixels. */
const INSET = 8;

/** Draws runs by two of their values, which may be texts; one without both is left out, and counted. */
export function scatter(
  axes: { x: string; y: string },
  points: readonly ScatterPoint[],
  options: ScatterOptions = {},
): string {
  const { width = 640, height = 320, ink = "page", best = null } = options;
  const area: PlotArea = {
    left: 0,
    top: 26,
    right: width - 14,
    bottom: height - 36,
  };
  const whole = points.filter(({ x, y }) => x !== null && y !== null);
  const upright = valueAxis(whole.map(({ y }) => y), {
    range: [area.bottom - INSET, area.top + INSET],
    ticks: 5,
    log: options.logY ?? false,
    most: true,
  });
  area.left = Math.min(width / 3, Math.ceil(widthOfTexts(upright.scale)) + 12);
  const along = valueAxis(whole.map(({ x }) => x), {
    range: [area.left + INSET, area.right - INSET],
    ticks: 6,
    log: options.logX ?? false,
  });
  const symbols = whole.flatMap((point) => {
    const x = along.at(point.x);
    const y = upright.at(point.y);
    if (x === null || y === null) return [];
    const stands = point.run_id === best;
    const value = numberOf(point.y);
    const side = sideOf(value, upright.shown);
    return [element(
      "path",
      {
        "data-run": point.run_id,
        ...side === 0
          ? {
            d: stands ? symbolPath(3, 110) : symbolPath(0, 40),
            fill: seriesColour(stands ? 1 : 0, ink),
            "fill-opacity": stands ? null : 0.75,
          }
          : {
            d: beyondMark(0, -INSET * side, side),
            fill: "none",
            stroke: seriesColour(0, ink),
            "stroke-width": 1.6,
          },
        transform: `translate(${round(x)},${round(y)})`,
      },
      `<title>${
        escapeHtml(
          `${point.name}: ${axes.x} ${point.x}, ${axes.y} ${point.y}${
            stands ? " (best)" : ""
          }`,
        )
      }</title>`,
    )];
  });
  const hidden = points.length - symbols.length;
  const said = [
    ...hidden > 0 ? [`${hidden} without both, not shown`] : [],
    leftOutText(
      whole.map(({ name, y }) => ({ name, ends: endsOfValue(y) })),
      upright.shown,
    ),
  ].filter((text) => text !== "").join("; ");
  return drawing(
    `${axes.y} against ${axes.x}, ${count(symbols.length, "run")}${
      said === "" ? "" : `, ${said}`
    }`,
    { width, height, ink },
    label(shortened(axes.y, 60), { x: 0, y: 14 }, { "font-weight": 600 }) +
      (said === "" ? "" : label(said, { x: area.right, y: 14 }, {
        "text-anchor": "end",
        "fill-opacity": 0.8,
      })) +
      leftAxis(upright.scale, area, ink) +
      lowerAxis(along.scale, area, shortened(axes.x, 60), ink) +
      (symbols.length === 0
        ? label("no values yet", {
          x: round((area.left + area.right) / 2),
          y: round((area.top + area.bottom) / 2),
        }, { "text-anchor": "middle", "fill-opacity": 0.8 })
        : symbols.join("")),
  );
}
