/**
 * What differs between two maps, and the words for it.
 *
 * @module
 */

/** Stands between what was and what is. */
export const ARROW = "→";

/** A key whose value is not the same in both; undefined where it is not there. */
export interface KeyDifference<T> {
  key: string;
  was: T | undefined;
  is: T | undefined;
}

/** The keys whose values differ: those of the first in its order, then those that only the second has. */
export function* differences<T>(
  before: ReadonlyMap<string, T>,
  after: ReadonlyMap<string, T>,
  same: (a: T, b: T) => boolean = Object.is,
): Generator<KeyDifference<T>> {
  for (const [key, was] of before) {
    const is = after.get(key);
    if (is === undefined || !same(was, is)) yield { key, was, is };
  }
  for (const [key, is] of after) {
    if (!before.has(key)) yield { key, was: undefined, is };
  }
}

/** A difference under its dimension, which is said once: `seed: 7 → 8`. */
export function underDimension(
  { dimension, what }: { dimension: string; what: string },
): string {
  return `${dimension}: ${withoutDimension({ dimension, what })}`;
}

/** What differs, where its dimension is said beside it: a seed that changed has no other name. */
export function withoutDimension(
  { dimension, what }: { dimension: string; what: string },
): string {
  return dimension === "seed" ? what.replace(/^seed (?=\S+ → )/, "") : what;
}

/** `name was → is`, `name is new`, or `name is gone`. */
export function named(
  name: string,
  was: string | undefined,
  is: string | undefined,
): string {
  if (was === undefined) return `${name} is new`;
  if (is === undefined) return `${name} is gone`;
  return `${name} ${was} ${ARROW} ${is}`;
}
