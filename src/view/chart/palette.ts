/**
 * How series are distinguished: by colours that colour-blind people distinguish and that stand out on white and on
 * black alike (contrast 3:1 to both), and dashes and end symbols beside them.
 *
 * @module
 */

/** Where a drawing is shown: in a page, whose colours it takes, or as a picture of its own, which no style reaches. */
export type Ink = "page" | "picture";

const COLOURS = [
  "#2b7bba",
  "#d1590b",
  "#0a8f69",
  "#b8529a",
  "#8a7a12",
  "#7465c9",
  "#c04848",
  "#6b7f8c",
] as const;

const DASHES = ["", "7 3", "2 2", "9 3 2 3", "4 2", "1 3"] as const;

/** The grey of texts and axes that is readable on white and on black. */
const MID_GREY = "#767676";

/** The colour of the n-th series, from 0. */
export function seriesColour(n: number, ink: Ink): string {
  const i = n % COLOURS.length;
  const colour = COLOURS[i] ?? MID_GREY;
  return ink === "page" ? `var(--nbtrack-series-${i + 1}, ${colour})` : colour;
}

/** The dash of the n-th series; empty for a whole line. */
export function seriesDash(n: number): string {
  return DASHES[n % DASHES.length] ?? "";
}

/** The colour of texts and axes. */
export function textColour(ink: Ink): string {
  return ink === "page" ? "currentColor" : MID_GREY;
}

/** A colour between the two ends of a scale, for a share between 0 and 1. */
export function scaleColour(share: number): string {
  const from = [43, 123, 186] as const;
  const to = [209, 89, 11] as const;
  const at = Math.min(1, Math.max(0, share));
  const mixed = from.map((start, i) =>
    Math.round(start + ((to[i] ?? start) - start) * at)
  );
  return `rgb(${mixed.join(",")})`;
}
