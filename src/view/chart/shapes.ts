/**
 * Lines, bands and symbols as paths of SVG.
 *
 * @module
 */
import * as d3 from "npm:d3-shape@3.2.0";

/** What is used of d3's lines; the package brings no types. */
interface D3Line<P> {
  (points: readonly P[]): string | null;
  defined(of: (point: P) => boolean): this;
  x(of: (point: P) => number): this;
  y(of: (point: P) => number): this;
  y0(of: (point: P) => number): this;
  y1(of: (point: P) => number): this;
  digits(count: number): this;
}

interface D3Symbol {
  (): string | null;
  type(type: object): this;
  size(size: number): this;
  digits(count: number): this;
}

const { line, area, symbol, ...types } = d3 as unknown as {
  line(): D3Line<LinePoint>;
  area(): D3Line<BandPoint>;
  symbol(): D3Symbol;
  symbolCircle: object;
  symbolSquare: object;
  symbolTriangle: object;
  symbolDiamond: object;
  symbolCross: object;
  symbolWye: object;
};

/** A position in a drawing; without `y` the line has a gap there. */
export interface LinePoint {
  x: number;
  y: number | null;
}

/** A part of a band; without both edges it has a gap there. */
export interface BandPoint {
  x: number;
  low: number | null;
  high: number | null;
}

const SYMBOLS = [
  types.symbolCircle,
  types.symbolSquare,
  types.symbolTriangle,
  types.symbolDiamond,
  types.symbolCross,
  types.symbolWye,
] as const;

const drawLine = line().defined(({ y }) => y !== null)
  .x(({ x }) => x).y(({ y }) => y ?? 0).digits(1);
const drawBand = area()
  .defined(({ low, high }) => low !== null && high !== null)
  .x(({ x }) => x).y0(({ low }) => low ?? 0).y1(({ high }) => high ?? 0)
  .digits(1);

/** The path of a line; empty when nothing of it can be drawn. */
export function linePath(points: readonly LinePoint[]): string {
  return drawLine(points) ?? "";
}

/** The path of a band. */
export function bandPath(points: readonly BandPoint[]): string {
  return drawBand(points) ?? "";
}

/** The path of a mark on the edge of a drawing, for what lies above or below it. */
export function beyondMark(x: number, y: number, side: 1 | -1): string {
  return `M${x - 4},${y + 4 * side}l4,${-5 * side}l4,${5 * side}`;
}

/** The path of the n-th series' symbol, around 0,0. */
export function symbolPath(n: number, size = 36): string {
  const type = SYMBOLS[n % SYMBOLS.length] ?? types.symbolCircle;
  return symbol().type(type).size(size).digits(1)() ?? "";
}
