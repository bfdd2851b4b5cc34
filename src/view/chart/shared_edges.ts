/**
 * Several series in buckets with the same edges.
 *
 * @module
 */
import { Buckets, MAX_BUCKETS } from "./buckets.ts";

/** The buckets of points; one without a step stands at its position in the order. */
export function bucketsOf(
  points: Iterable<{ step: number | null; value: number }>,
  most: number = MAX_BUCKETS,
): Buckets {
  const buckets = new Buckets(most);
  for (const { step, value } of points) {
    buckets.add(step ?? buckets.count, value);
  }
  return buckets;
}

/** Series in equally wide buckets, at most `most` between the first position of all and the last: their edges are shared. */
export function shareEdges(
  series: readonly Buckets[],
  most: number = MAX_BUCKETS,
): Buckets[] {
  const filled = series.filter(({ last }) => last !== null);
  const first = Math.min(...filled.map(({ first_x }) => first_x));
  const last = Math.max(...filled.map(({ last }) => last?.x ?? -Infinity));
  let width = Math.max(1, ...series.map((one) => one.width));
  while (
    filled.length > 0 &&
    Math.floor(last / width) - Math.floor(first / width) >= most
  ) width *= 2;
  return series.map((one) => one.coarsened(width));
}
