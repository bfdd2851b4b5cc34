/**
 * A curve as a row of bars.
 *
 * @module
 */
import type { Bucket, Buckets } from "./buckets.ts";
import { shareEdges } from "./shared_edges.ts";

/** Bars of a curve. */
const WIDTH = 24;
const BARS = "▁▂▃▄▅▆▇█";

/**
 * A curve as a row of bars: each value while they are few; else the first, the last, and between them of each part of
 * the course the value that is farthest from the mean of all, so that what happened once is seen. Empty without values.
 */
export function sparkline(buckets: Buckets, width: number = WIDTH): string {
  const course = buckets.course();
  const values = course.flatMap(({ mean, count }) =>
    mean === null || count === 0 ? [] : [mean]
  );
  if (values.length <= width) return barsOf(values);
  const [shared] = shareEdges([buckets], 4 * width);
  const rows = (shared ?? buckets).rows().filter(({ count }) => count > 0);
  const mean = meanOfRows(rows);
  const parts = Math.min(width - 2, rows.length);
  const means = course.flatMap(({ mean }) => mean ?? []);
  return barsOf([
    ...means.slice(0, 1),
    ...Array.from({ length: parts }, (_, i) =>
      farthest(
        rows.slice(
          Math.floor(i * rows.length / parts),
          Math.floor((i + 1) * rows.length / parts),
        ),
        mean,
      )),
    ...means.slice(-1),
  ]);
}

/** The mean of all values, without a sum that could overflow. */
function meanOfRows(rows: readonly Bucket[]): number {
  const all = rows.reduce((sum, { count }) => sum + count, 0);
  return rows.reduce(
    (sum, { mean, count }) => sum + (mean ?? 0) * (count / all),
    0,
  );
}

function farthest(rows: readonly Bucket[], from: number): number {
  const high = Math.max(...rows.map(({ max }) => max ?? from));
  const low = Math.min(...rows.map(({ min }) => min ?? from));
  return high / 2 - from / 2 >= from / 2 - low / 2 ? high : low;
}

function barsOf(values: readonly number[]): string {
  const low = Math.min(...values);
  const range = Math.max(...values) / 2 - low / 2; // half of it, which cannot overflow
  return values.map((value) => {
    const share = range > 0 ? (value / 2 - low / 2) / range : 0.5;
    return BARS[Math.min(BARS.length - 1, Math.floor(share * BARS.length))];
  }).join("");
}
