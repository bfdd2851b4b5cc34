/**
 * Numbers, sizes and times for people.
 *
 * @module
 */
export { dateTimeText as clock } from "../base/clock_text.ts";
export { count, numberText } from "../base/numbers.ts";
export { duration, sizeText, spanText } from "../base/quantities.ts";

const UNITS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 365 * 86_400_000],
  ["month", 30 * 86_400_000],
  ["week", 7 * 86_400_000],
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
];

/** How long ago a time was; both in milliseconds since 1970. */
export function ago(time: number, now: number = Date.now()): string {
  const past = now - time;
  const words = new Intl.RelativeTimeFormat("en", { numeric: "always" });
  for (const [unit, length] of UNITS) {
    if (Math.abs(past) >= length) {
      return words.format(-Math.trunc(past / length), unit);
    }
  }
  return "just now";
}

/** The start of a digest. */
export function digestText(digest: string | null): string {
  return digest === null ? "" : digest.slice(0, "sha256:".length + 12);
}
