/**
 * Charts as text, for terminals and for front ends that show nothing else.
 *
 * @module
 */
import { numberText } from "../../base/numbers.ts";
import type { Buckets } from "./buckets.ts";
import { extent } from "./scales.ts";
import { shareEdges } from "./shared_edges.ts";
import {
  endsOf,
  hiddenByLog,
  leftOutText,
  shownRange,
  sideOf,
} from "./shown_range.ts";

/** How a text plot is drawn. */
export interface TextPlotOptions {
  /** Characters, its texts included. @default {72} */
  width?: number;
  /** Lines of the plot. @default {8} */
  height?: number;
  /** A logarithmic axis of values. @default {false} */
  log?: boolean;
  /** All values, also where one run flattens the curves of the others. @default {false} */
  whole?: boolean;
}

/** Symbols of the series, in order. */
export const TEXT_SYMBOLS: readonly string[] = ["●", "▲", "■", "◆", "+", "×"];
/** What stands at the edge for a value above it, and for one below. */
const ABOVE = "^";
const BELOW = "v";
/** The bits of a Braille character: by column, then by row. */
const DOTS = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]] as const;

/** Lines of text with the course of one series in dots, or of several in symbols of their own. */
export function textPlot(
  series: readonly Buckets[],
  options: TextPlotOptions = {},
): string {
  const { width = 72, height = 8, log = false } = options;
  const shared = shareEdges(series);
  const courses = shared.map((buckets) => buckets.course());
  const hidden = log ? hiddenByLog(courses) : "";
  const points = shared.map((buckets, n) =>
    (courses[n] ?? []).flatMap((row) => {
      const from = Math.max(row.from, buckets.first_x);
      const x = from + (Math.min(row.to, buckets.last?.x ?? row.to) - from) / 2;
      return row.mean === null || (log && row.mean <= 0)
        ? []
        : [{ x, y: log ? Math.log10(row.mean) : row.mean }];
    })
  );
  const all = points.flat();
  if (all.length === 0) {
    return hidden === "" ? "no finite values yet" : hidden;
  }
  const ends = shared.filter(({ count }) => count > 0);
  const x0 = Math.min(...ends.map(({ first_x }) => first_x));
  const x1 = Math.max(...ends.map(({ last }) => last?.x ?? x0));
  const most = log || options.whole === true ? null : shownRange(courses);
  const [y0, y1] = log
    ? extent(all.map(({ y }) => y))
    : most ?? extent(ends.flatMap(({ low, high }) =>
      low === null || high === null ? [] : [low.value, high.value]
    ));
  const leftOut = hidden !== "" ? hidden : leftOutText(
    courses.map((rows, n) => ({ name: symbolOf(n), ends: endsOf(rows) })),
    most,
  );
  const shown = (y: number) => numberText(log ? 10 ** y : y);
  const labels = [shown(y1), ...y0 === y1 ? [] : [shown(y0)]];
  const left = Math.max(...labels.map(({ length }) => length));
  const columns = Math.max(8, width - left - 2);
  const canvas = series.length === 1
    ? braille(points[0] ?? [], { columns, height, x0, x1, y0, y1 })
    : symbolLines(points, { columns, height, x0, x1, y0, y1 });
  const lines = canvas.map((line, i) => {
    const text = i === 0
      ? labels[0] ?? ""
      : i === height - 1
      ? labels[1] ?? ""
      : "";
    return `${text.padStart(left)} │${line}`.trimEnd();
  });
  const [from, to] = [String(x0), String(x1)];
  const steps = x0 === x1
    ? `step ${from}`
    : `step ${from}${to.padStart(Math.max(1, columns - 5 - from.length))}`;
  return [
    ...lines,
    `${" ".repeat(left)} └${"─".repeat(columns)}`,
    `${" ".repeat(left)}  ${steps}`,
    ...leftOut === "" ? [] : [`${" ".repeat(left)}  ${leftOut}`],
  ].join("\n");
}

interface Canvas {
  columns: number;
  height: number;
  x0: number;
  x1: number;
  y0: number;
  y1: number;
}

interface Point {
  x: number;
  y: number;
}

function braille(points: readonly Point[], canvas: Canvas): string[] {
  const { columns, height } = canvas;
  const cells = Array.from({ length: height }, () => new Uint8Array(columns));
  const put = (x: number, y: number) => {
    const row = cells[y >> 2];
    const bit = DOTS[x & 1]?.[y & 3] ?? 0;
    if (row !== undefined) row[x >> 1] = (row[x >> 1] ?? 0) | bit;
  };
  let before: [number, number] | undefined;
  for (const point of points) {
    const [x, y] = positionOf(point, canvas, columns * 2, height * 4);
    const [px, py] = before ?? [x, y];
    const steps = Math.max(Math.abs(x - px), Math.abs(y - py), 1);
    for (let i = 0; i <= steps; i++) {
      put(
        Math.round(px + (x - px) * i / steps),
        Math.round(py + (y - py) * i / steps),
      );
    }
    before = [x, y];
  }
  return cells.map((row) =>
    [...row].map((bits) =>
      bits === 0 ? " " : String.fromCharCode(0x2800 + bits)
    )
      .join("")
  );
}

function symbolLines(
  series: readonly (readonly Point[])[],
  canvas: Canvas,
): string[] {
  const { columns, height } = canvas;
  const cells = Array.from(
    { length: height },
    () => Array.from({ length: columns }, () => " "),
  );
  series.forEach((points, n) => {
    for (const point of points) {
      const [x, y] = positionOf(point, canvas, columns, height);
      const row = cells[y];
      const side = sideOf(point.y, [canvas.y0, canvas.y1]);
      if (row !== undefined) {
        row[x] = side > 0 ? ABOVE : side < 0 ? BELOW : symbolOf(n);
      }
    }
  });
  return cells.map((row) => row.join(""));
}

function symbolOf(n: number): string {
  return TEXT_SYMBOLS[n % TEXT_SYMBOLS.length] ?? "●";
}

/** Column and row of a point, within the canvas, counted from the upper left. */
function positionOf(
  { x, y }: Point,
  { x0, x1, y0, y1 }: Canvas,
  columns: number,
  rows: number,
): [number, number] {
  const across = x1 > x0 ? (x - x0) / (x1 - x0) : 0;
  const up = y1 > y0
    ? Math.min(1, Math.max(0, (y / 2 - y0 / 2) / (y1 / 2 - y0 / 2)))
    : 0.5;
  return [
    Math.round(across * (columns - 1)),
    Math.round((1 - up) * (rows - 1)),
  ];
}
