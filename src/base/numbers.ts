/**
 * Numbers: the ones that JSON cannot hold, as `--json` prints them and bundles store them; counts and values as people
 * read them; mean and spread.
 *
 * @module
 */

/** A float64 as JSON: a number, or the text of one that JSON has no form for. */
export type JsonNumber = number | "NaN" | "Infinity" | "-Infinity" | "-0";

/** The JSON form of a float64; a writer of JSON loses the sign of minus zero, unless {@linkcode withMinusZero} helps it. */
export function toJsonNumber(value: number): JsonNumber {
  if (Number.isFinite(value)) return value;
  return Number.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
}

/** The form of a float64 in a bundle: minus zero is a text too, as programs that save the file again lose its sign. */
export function toStoredNumber(value: number): JsonNumber {
  return Object.is(value, -0) ? "-0" : toJsonNumber(value);
}

/** A replacer for `JSON.stringify` that writes minus zero as `-0.0`, which any reader takes for a float64. */
export function withMinusZero(_key: string, value: unknown): unknown {
  return Object.is(value, -0)
    ? (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON("-0.0")
    : value;
}

/** A float64 as a text that reads back as itself: `String` loses the sign of zero. */
export function numeral(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
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

const SHOWN_DIGITS = 6;

/** A value as people read it, with at most six digits, whole numbers in full; empty where there is none. */
export function numberText(value: JsonNumber | null | undefined): string {
  if (value === null || value === undefined) return "";
  const number = fromJsonNumber(value);
  if (Number.isSafeInteger(number)) return numeral(number);
  // Written out, zeros would stand where digits were left out.
  const text = number.toPrecision(SHOWN_DIGITS);
  return text.includes("e+")
    ? text.replace(/\.?0*e/, "e")
    : String(Number(text));
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

/** From here on zeros are not written where digits were left out. */
const LARGE = 1e6;

function withFourDigits(value: number): string {
  const short = Number(value.toPrecision(4));
  return Math.abs(short) < LARGE ? numberText(short) : short.toExponential();
}

/** Digits behind the point that are written out; smaller spreads are written in powers of ten. */
const MOST_DECIMALS = 8;

/**
 * A mean and its standard deviation as people read them: the deviation with two digits, the mean with as many behind
 * the point, so that nobody reads digits that mean nothing. Without a deviation the mean has four digits.
 */
export function spreadText(mean: number, deviation: number | null): string {
  const short = withFourDigits(mean);
  if (deviation === null) return short;
  if (deviation === 0) return `${numberText(mean)} ± 0`;
  const decimals = 1 - Math.floor(Math.log10(deviation));
  return decimals > MOST_DECIMALS || !Number.isFinite(decimals)
    ? `${short} ± ${Number(deviation.toPrecision(2))}`
    : decimals < 0
    ? `${short} ± ${withFourDigits(deviation)}`
    : `${mean.toFixed(decimals)} ± ${deviation.toFixed(decimals)}`;
}
