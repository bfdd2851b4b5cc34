/**
 * The kinds of values that a column holds, and the column's type that follows from them.
 *
 * @module
 */

/** One bit for each kind. */
export const KIND = {
  integer: 1,
  number: 2,
  boolean: 4,
  date: 8,
  datetime: 16,
  string: 32,
  binary: 64,
  array: 128,
  object: 256,
} as const;

const { integer, number, date, datetime } = KIND;

const TYPES = new Map<number, string>([
  [0, "null"],
  ...Object.entries(KIND).map(([type, bit]): [number, string] => [bit, type]),
  [integer | number, "number"],
  [date | datetime, "datetime"],
]);

/** The type that fits all kinds of a column; null where none does. */
export function typeOfKinds(kinds: number): string | null {
  return TYPES.get(kinds) ?? null;
}
