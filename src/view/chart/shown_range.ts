/**
 * Which values the upright axis of a chart of several runs shows: a run that diverged would flatten the curves of the
 * others.
 *
 * @module
 */
import { shortened } from "../../base/markup.ts";
import { numberText } from "../../base/numbers.ts";
import type { Bucket } from "./buckets.ts";
import { extent } from "./scales.ts";

/** A run whose values are so many times as large as those of half of the runs may go beyond the axis. */
const MANY_TIMES = 10;
/** This share of its values is shown in any case: those that are nearest to zero. */
const LEAST_SHARE = 0.1;
/** Nothing is left out unless the rest becomes so many times as high. */
const WORTH = 5;
const MAX_NAME_CHARS = 24;

/** The lowest and the highest value that are shown. */
export type ShownRange = readonly [number, number];

/** The range that is shown of some runs' courses; null where it is all of it. */
export function shownRange(
  courses: readonly (readonly Bucket[])[],
): ShownRange | null {
  const runs = courses.map((rows) => ({ rows, ends: endsOf(rows) }))
    .filter(({ ends: [low, high] }) => low <= high);
  const usual = usualSize(runs.map(({ ends }) => sizeOf(ends)));
  if (usual === 0) return null;
  const shown = extent(
    runs.flatMap(({ rows, ends }) =>
      sizeOf(ends) <= usual ? ends : nearestZero(rows)
    ),
  );
  return heightOf(extent(runs.flatMap(({ ends }) => ends))) >
      WORTH * heightOf(shown)
    ? shown
    : null;
}

/** The range that is shown of one value of each run; null where it is all of it. */
export function shownOfValues(values: readonly number[]): ShownRange | null {
  const usual = usualSize(values.map(Math.abs));
  const shown = extent(values.filter((value) => Math.abs(value) <= usual));
  return usual > 0 && heightOf(extent(values)) > WORTH * heightOf(shown)
    ? shown
    : null;
}

/** Where a part of a course lies: 1 above what is shown, -1 below, 0 within or nowhere. */
export function sideOf(
  value: number | null,
  shown: ShownRange | null,
): -1 | 0 | 1 {
  if (value === null || shown === null) return 0;
  return value > shown[1] ? 1 : value < shown[0] ? -1 : 0;
}

/** What an axis left out, in words; empty where that is nothing. */
export function leftOutText(
  runs: readonly { name: string; ends: readonly [number, number] }[],
  shown: ShownRange | null,
): string {
  const beyond = runs.filter(({ ends: [low, high] }) =>
    low <= high && (sideOf(low, shown) !== 0 || sideOf(high, shown) !== 0)
  );
  const [first] = beyond;
  if (first === undefined) return "";
  const [low, high] = extent(beyond.flatMap(({ ends }) => ends));
  const who = beyond.length === 1
    ? shortened(first.name, MAX_NAME_CHARS)
    : `${beyond.length} runs`;
  return `not shown whole: ${who}, ${
    [
      ...sideOf(low, shown) >= 0 ? [] : [`down to ${numberText(low)}`],
      ...sideOf(high, shown) <= 0 ? [] : [`up to ${numberText(high)}`],
    ].join(", ")
  }`;
}

/** What a logarithmic axis shows nothing of, in words; empty where that is nothing. */
export function hiddenByLog(courses: readonly (readonly Bucket[])[]): string {
  const hidden = courses.flat().filter(({ mean, min }) =>
    min !== null && min <= 0 && (mean === null || mean <= 0)
  ).reduce((sum, { count }) => sum + count, 0);
  return hidden === 0 ? "" : `${hidden} not above 0, not shown`;
}

/** The lowest and the highest value of a course. */
export function endsOf(rows: readonly Bucket[]): [number, number] {
  return extent(
    rows.flatMap(({ min, max }) =>
      min === null || max === null ? [] : [min, max]
    ),
  );
}

/** Sizes of more than this go beyond; 0 where none does. */
function usualSize(sizes: readonly number[]): number {
  const sorted = sizes.toSorted((a, b) => a - b);
  const usual = MANY_TIMES * (sorted[Math.ceil(sorted.length / 2) - 1] ?? 0);
  return (sorted.at(-1) ?? 0) > usual ? usual : 0;
}

function sizeOf([low, high]: readonly [number, number]): number {
  return Math.max(Math.abs(low), Math.abs(high));
}

/** Half of it, which cannot overflow. */
function heightOf([low, high]: readonly [number, number]): number {
  return high / 2 - low / 2;
}

function nearestZero(rows: readonly Bucket[]): number[] {
  const means = rows.flatMap(({ mean }) => mean === null ? [] : [mean])
    .toSorted((a, b) => Math.abs(a) - Math.abs(b));
  return means.slice(0, Math.max(1, Math.floor(means.length * LEAST_SHARE)));
}
