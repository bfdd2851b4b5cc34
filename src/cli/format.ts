/**
 * Numbers, sizes and times for people.
 *
 * @module
 */
export { count } from "../base/numbers.ts";
import { fromJsonNumber, type JsonNumber } from "../base/numbers.ts";

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

/** A duration in milliseconds, such as `340 ms`, `12.5 s`, `3 min 20 s` or `2 h 5 min`. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 60_000) return `${(Math.floor(ms / 100) / 10).toFixed(1)} s`;
  const seconds = Math.floor(ms / 1000);
  if (ms < 3_600_000) {
    return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  }
  const minutes = Math.floor(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A metric's value: whole numbers whole, others in at most six significant digits. */
export function metricText(value: JsonNumber | null | undefined): string {
  if (value === null || value === undefined) return "";
  const number = fromJsonNumber(value);
  if (!Number.isFinite(number) || Number.isSafeInteger(number)) {
    return String(value);
  }
  return String(Number(number.toPrecision(6)));
}

/** A size in bytes, such as `812 B`, `13.5 kB` or `1.2 GB` (powers of ten). */
export function sizeText(bytes: number | null): string {
  if (bytes === null) return "";
  if (bytes < 1000) return `${bytes} B`;
  let value = bytes;
  for (const unit of ["kB", "MB", "GB", "TB"]) {
    value /= 1000;
    if (value < 999.95 || unit === "TB") return `${value.toFixed(1)} ${unit}`;
  }
  return `${bytes} B`;
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
