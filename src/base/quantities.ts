/**
 * Durations and sizes for people.
 *
 * @module
 */

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

/** The last moment of the year 9999, milliseconds since 1970: what claims to be later is no time. */
const LAST_TIME = 253_402_300_799_999;

/**
 * How long something took from one time to another, both in milliseconds since 1970; null while it goes on, and where
 * what stands there as times is none.
 */
export function spanText(
  from: number | null,
  to: number | null,
): string | null {
  if (from === null || to === null) return null;
  const isTime = (time: number) => time >= 0 && time <= LAST_TIME;
  return isTime(from) && isTime(to) ? duration(to - from) : null;
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
