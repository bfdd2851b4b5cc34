/**
 * Parallel coordinates: an axis for each param or metric, a line for each run.
 *
 * @module
 */
import { escapeHtml, shortened } from "../../base/markup.ts";
import {
  type AxisValue,
  endsOfValue,
  type ValueAxis,
  valueAxis,
} from "./axis.ts";
import { leftOutText } from "./shown_range.ts";
import { type Ink, scaleColour, textColour } from "./palette.ts";
import { linePath } from "./shapes.ts";
import { drawing, element, label, round, widthOfTexts } from "./svg.ts";

/** An axis with a value for each run, in the order of the runs. */
export interface ParallelAxis {
  name: string;
  values: readonly AxisValue[];
  /** A logarithmic axis. @default {false} */
  log?: boolean;
  /** Leaves out what would put all other runs in one place; lines go to its end for it. @default {false} */
  most?: boolean;
}

/** How it is drawn. */
export interface ParallelOptions {
  /** Pixels. @default {720} */
  width?: number;
  /** Pixels. @default {320} */
  height?: number;
  /** @default {"page"} */
  ink?: Ink;
}

const SIDE = 60;
const TOP = 40;
const NAME_CHARS = 18;

/** Draws runs across axes; a line's colour is its value on the last axis. */
export function parallelCoordinates(
  runs: readonly { run_id: string; name: string }[],
  axes: readonly ParallelAxis[],
  options: ParallelOptions = {},
): string {
  const { width = 720, height = 320, ink = "page" } = options;
  const bottom = height - 20;
  const scaled = axes.map(({ name, values, log = false, most = false }) => ({
    name,
    values,
    axis: valueAxis(values, { range: [bottom, TOP], ticks: 5, log, most }),
  }));
  // The texts of the first axis stand at its left.
  const left = Math.max(
    SIDE,
    Math.ceil(
      scaled[0] === undefined ? 0 : widthOfTexts(scaled[0].axis.scale),
    ) +
      8,
  );
  const gap = axes.length < 2 ? 0 : (width - left - SIDE) / (axes.length - 1);
  const drawn = scaled.map((one, i) => ({ ...one, x: round(left + i * gap) }));
  const last = drawn.at(-1);
  const lines = runs.map(({ run_id, name }, n) => {
    const points = drawn.map(({ x, values, axis }) => ({
      x,
      y: axis.at(values[n] ?? null),
    }));
    const end = last === undefined ? null : points.at(-1)?.y ?? null;
    const said = drawn.map((one) => `${one.name} ${one.values[n] ?? "–"}`);
    return element(
      "path",
      {
        "data-run": run_id,
        d: linePath(points),
        stroke: end === null
          ? textColour(ink)
          : scaleColour((bottom - end) / (bottom - TOP)),
        "stroke-opacity": end === null ? 0.3 : 0.75,
        "stroke-width": 1.4,
      },
      `<title>${escapeHtml(`${name}: ${said.join(", ")}`)}</title>`,
    );
  });
  const said = drawn.map(({ values, axis }) =>
    leftOutText(
      runs.map(({ name }, n) => ({
        name,
        ends: endsOfValue(values[n] ?? null),
      })),
      axis.shown,
    )
  ).filter((text) => text !== "").join("; ");
  return drawing(
    `${runs.length} runs across ${axes.map(({ name }) => name).join(", ")}${
      said === "" ? "" : `, ${said}`
    }`,
    { width, height, ink },
    (said === "" ? "" : label(said, { x: width, y: 10 }, {
      "text-anchor": "end",
      "fill-opacity": 0.8,
    })) +
      element("g", { fill: "none" }, lines.join("")) +
      drawn.map((one) => axisOf(one, bottom, ink)).join(""),
  );
}

function axisOf(
  { name, x, axis }: { name: string; x: number; axis: ValueAxis },
  bottom: number,
  ink: Ink,
): string {
  const ticks = axis.scale.ticks.map(({ value, text }) => {
    const y = round(axis.scale.at(value) ?? 0);
    return element("path", { d: `M${x - 3},${y}h6` }) +
      label(text, { x: x - 6, y: y + 4 }, {
        "text-anchor": "end",
        stroke: "none",
      });
  }).join("");
  return element(
    "g",
    { stroke: textColour(ink) },
    element("path", { d: `M${x},${TOP}V${bottom}`, "stroke-opacity": 0.6 }) +
      ticks +
      label(shortened(name, NAME_CHARS), { x, y: TOP - 16 }, {
        "text-anchor": "middle",
        "font-weight": 600,
        stroke: "none",
      }),
  );
}
