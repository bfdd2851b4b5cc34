/**
 * Numbers: those that JSON cannot hold, as `--json` prints them and the bundle stores them, counts in words, values as people read them, and their mean and spread.
 *
 * @module
 */

/** A float64 as JSON: a number, or the text of one that JSON has no form for. */
export type JsonNumber = number | "NaN" | "Infinity" | "-Infinity";

/** The JSON form of a float64. Minus zero is kept by no JSON writer and becomes zero there. */
export function toJsonNumber(value: number): JsonNumber {
  if (Number.isFinite(value)) return value;
  return Number.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
}

/** The float64 of its JSON form. */
export function fromJsonNumber(value: JsonNumber): number {
  return typeof value === "number" ? value : Number(value);
}

/** Whether a number is all that a text says, if the text is a whole number: 9007199254740993 becomes …992. */
export function holdsDigits(value: number, text: string): boolean {
  const digits = /^\s*\+?(-?\d+)\s*$/.exec(text)?.[1];
  return digits === undefined ||
    (Number.isInteger(value) && BigInt(value) === BigInt(digits));
}

/** A count and its noun. */
export function count(n: number, noun: string): string {
  return `${grouped(n)} ${noun}${n === 1 ? "" : "s"}`;
}

/** A whole number with a comma before each three digits. By hand: the first use of `Intl` takes a cell 20 ms. */
export function grouped(n: number): string {
  return String(n).replace(/\B(?=(?:\d{3})+$)/g, ",");
}

/** A value with at most six digits, whole numbers in full. */
export function numberText(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e9
    ? String(value)
    : String(Number(value.toPrecision(6)));
}

/** The arithmetic mean; NaN of none. */
export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The standard deviation over n − 1; null for fewer than two values. */
export function spreadOf(
  values: readonly number[],
  mean: number,
): number | null {
  if (values.length < 2) return null;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}
