/**
 * From values to positions in a drawing, and the few values that an axis names.
 *
 * @module
 */
import { grouped } from "../../base/numbers.ts";
import * as d3 from "npm:d3-scale@4.0.2";

/** What is used of d3's scales; the package brings no types. */
interface D3Scale {
  (value: number): number;
  domain(): number[];
  domain(ends: readonly number[]): this;
  range(ends: readonly number[]): this;
  clamp(on: boolean): this;
  nice(count?: number): this;
  ticks(count: number): number[];
  tickFormat(count: number, specifier?: string): (value: number) => string;
}

const { scaleLinear, scaleLog } = d3 as unknown as {
  scaleLinear(): D3Scale;
  scaleLog(): D3Scale;
};

/** An axis: positions of values, and what is written at it. */
export interface Scale {
  /** The position of a value, within the axis; null where it has none (zero on a logarithmic axis). */
  at(value: number): number | null;
  ticks: { value: number; text: string }[];
  /** The values at its ends. */
  domain: readonly [number, number];
  log: boolean;
}

/** What a scale is made for. */
export interface ScaleOptions {
  /** The smallest and the largest value. */
  domain: readonly [number, number];
  /** Where they are drawn. */
  range: readonly [number, number];
  /** About how many values it names. */
  ticks: number;
  /** @default {false} */
  log?: boolean;
  /** Whether it ends at round values. @default {false} */
  nice?: boolean;
  /** Names whole numbers alone. @default {false} */
  whole?: boolean;
  /** How a named value is written. @default {as short as the steps between them allow} */
  format?: (value: number) => string;
}

/** Largest value that is drawn where it is: the difference of two such can be had. */
const MAX = 8e307;
/** Smallest value of a logarithmic axis. */
const LEAST = 1e-300;
/** Ranges that are smaller than this part of their values are drawn as one value. */
const LEAST_RANGE = 1e-12;

/** Makes a scale; a domain of one value becomes one around it. */
export function scaleOf(options: ScaleOptions): Scale {
  const { range, ticks: count, log = false, nice = false } = options;
  const [low, high] = widened(options.domain, log);
  const scale = log
    ? scaleLog().domain([low, high]).range(range).clamp(true)
    : scaleLinear().domain([low, high]).range(range).clamp(true);
  if (nice && high < 1e300 && low > -1e300) scale.nice(count);
  const shown = scale.ticks(count).filter((value) =>
    options.whole !== true || Number.isInteger(value)
  );
  const text = options.format ??
    formatOf(scale, shown, { count, log, whole: options.whole === true });
  const [start = low, end = high] = scale.domain();
  return {
    at: (value) => {
      if (Number.isNaN(value) || (log && value <= 0)) return null;
      return scale(Math.min(MAX, Math.max(-MAX, value)));
    },
    ticks: shown.map((value) => ({ value, text: text(value) }))
      .filter(({ text }) => text !== ""),
    domain: [start, end],
    log,
  };
}

/** The smallest and the largest of some values; Infinity and -Infinity of none. */
export function extent(values: readonly number[]): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}

/** As many digits as the steps between the values need; millions and millionths in powers of ten. */
function formatOf(
  scale: D3Scale,
  shown: readonly number[],
  { count, log, whole }: { count: number; log: boolean; whole: boolean },
): (value: number) => string {
  const largest = Math.max(...shown.map(Math.abs), 0);
  const powers = largest >= 1e6 || (largest > 0 && largest < 1e-3);
  if (whole && !powers) return grouped;
  const chosen = scale.tickFormat(count, powers ? "~e" : undefined);
  return (value) => {
    if (value === 0) return "0";
    const text = chosen(value);
    if (!log || powers || text === "") return text.replace(/e\+/, "e");
    return value < 1e-3 ? value.toExponential() : value.toLocaleString("en");
  };
}

function widened(
  [from, to]: readonly [number, number],
  log: boolean,
): [number, number] {
  const low = Math.max(-MAX, Math.min(MAX, from));
  const high = Math.max(-MAX, Math.min(MAX, to));
  const size = Math.max(Math.abs(low), Math.abs(high));
  if (log) {
    const least = Math.max(low, LEAST);
    const most = Math.max(high, least);
    return most > least * (1 + LEAST_RANGE)
      ? [least, most]
      : [least / 2, Math.min(MAX, most * 2)];
  }
  if (high - low > Math.max(size * LEAST_RANGE, 1e-290)) return [low, high];
  const by = size === 0 ? 1 : Math.max(size * 0.05, 1e-12);
  return [Math.max(-MAX, low - by), Math.min(MAX, high + by)];
}
