/**
 * Numbers, sizes and times for people.
 *
 * @module
 */
export { count } from "../base/numbers.ts";
export { duration, sizeText } from "../base/quantities.ts";
import { fromJsonNumber, type JsonNumber, numeral } from "../base/numbers.ts";

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

/** A metric's value: whole numbers whole, others in at most six significant digits. */
export function metricText(value: JsonNumber | null | undefined): string {
  if (value === null || value === undefined) return "";
  const number = fromJsonNumber(value);
  if (!Number.isFinite(number) || Number.isSafeInteger(number)) {
    return numeral(number);
  }
  return String(Number(number.toPrecision(6)));
}

/** A time in the user's own zone, to the second. */
export function clock(time: number): string {
  const at = new Date(time);
  const two = (n: number) => String(n).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ` +
    `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

/** The start of a digest. */
export function digestText(digest: string | null): string {
  return digest === null ? "" : digest.slice(0, "sha256:".length + 12);
}
