/**
 * What a column of a dataset holds, as a small picture: how its numbers are spread, or how many values differ, and how
 * many are missing. It shows what its profile says and no more: of data that must not travel only counts.
 *
 * @module
 */
import { grouped, numberText } from "../base/numbers.ts";
import type { RecordedDataset } from "../record/schema/record.ts";
import { seriesColour } from "./chart/palette.ts";
import { drawing, element, round } from "./chart/svg.ts";

/** What is known of a column. */
export type ColumnFacts = NonNullable<RecordedDataset["profile"]>[number];

const SIZE = { width: 132, height: 26, ink: "page" as const };
/** Room of the values that are missing, at the right, and between it and the others. */
const MISSING_WIDTH = 10;
const GAP = 2;

/** A column's picture; empty where nothing is known of its values. @param rows Of the table; null where not known */
export function columnPicture(
  facts: ColumnFacts,
  rows: number | null,
): string {
  const { histogram, distinct, missing } = facts;
  const present = rows === null || missing === null ? null : rows - missing;
  const body = histogram !== undefined && histogram.width > 0
    ? spreadOf(histogram.counts)
    : distinct === null || present === null || present <= 0
    ? ""
    : differingOf(distinct / present);
  const gap = rows === null || missing === null || rows <= 0
    ? ""
    : missingOf(missing / rows);
  if (body === "" && gap === "") return "";
  return drawing(nameOf(facts, rows), SIZE, body + gap);
}

function spreadOf(counts: readonly number[]): string {
  const most = Math.max(...counts, 1);
  const width = (SIZE.width - MISSING_WIDTH - 2 * GAP) / counts.length;
  const bars = counts.map((count, i) => {
    if (count === 0) return "";
    // A range that holds little is seen all the same.
    const height = Math.max(1, count / most * (SIZE.height - 2));
    return element("rect", {
      x: round(i * width),
      y: round(SIZE.height - 1 - height),
      width: round(Math.max(0.5, width - 0.6)),
      height: round(height),
    });
  }).join("");
  return element("g", { fill: seriesColour(0, SIZE.ink) }, bars) + base();
}

/** How many values are different ones: a whole bar where each is. */
function differingOf(share: number): string {
  const whole = SIZE.width - MISSING_WIDTH - 2 * GAP;
  const frame = element("rect", {
    x: 0.5,
    y: 9.5,
    width: whole - 1,
    height: 8,
    fill: "none",
    stroke: "currentColor",
    "stroke-opacity": 0.4,
  });
  return frame + element("rect", {
    x: 1,
    y: 10,
    width: round(Math.max(1, Math.min(1, share) * (whole - 2))),
    height: 7,
    fill: seriesColour(5, SIZE.ink),
  });
}

function missingOf(share: number): string {
  if (share <= 0) return "";
  const height = Math.max(1, Math.min(1, share) * (SIZE.height - 2));
  return element("rect", {
    x: SIZE.width - MISSING_WIDTH,
    y: round(SIZE.height - 1 - height),
    width: MISSING_WIDTH,
    height: round(height),
    fill: seriesColour(1, SIZE.ink),
  });
}

function base(): string {
  return element("path", {
    d: `M0,${SIZE.height - 0.5}H${SIZE.width - MISSING_WIDTH - 2 * GAP}`,
    stroke: "currentColor",
    "stroke-opacity": 0.4,
  });
}

function nameOf(
  { name, histogram, distinct, missing }: ColumnFacts,
  rows: number | null,
): string {
  const parts = [
    histogram === undefined || histogram.width === 0
      ? distinct === null ? "" : `${grouped(distinct)} different values`
      : mostlyText(histogram),
    missing === null || missing === 0
      ? ""
      : `${grouped(missing)} of ${
        rows === null ? "its" : grouped(rows)
      } missing`,
  ].filter((part) => part !== "");
  return [`${name}`, ...parts].join(", ");
}

/** Where most of the numbers lie. */
function mostlyText(
  { from, width, counts }: NonNullable<ColumnFacts["histogram"]>,
): string {
  const most = counts.indexOf(Math.max(...counts));
  const at = from + most * width;
  return `most from ${numberText(at)} to ${numberText(at + width)}`;
}
