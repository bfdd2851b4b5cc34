/**
 * The smallest and the largest of a column's values, as a profile shows them.
 *
 * @module
 */
import { toJsonNumber } from "../base/numbers.ts";
import { type Histogram, HistogramCounter } from "./histogram.ts";

/** Longer texts are cut in a profile. */
const SHOWN = 200;

/** Smallest and largest of numbers, exact also between numbers and bigints, and how they are spread. */
export class NumberExtremes {
  readonly #spread = new HistogramCounter();
  min: number | bigint | null = null;
  max: number | bigint | null = null;

  /** Takes in a number that is not NaN. */
  add(value: number | bigint): void {
    if (this.min === null || value < this.min) this.min = value;
    if (this.max === null || value > this.max) this.max = value;
    this.#spread.add(typeof value === "number" ? value : Number(value));
  }

  /** The member of a profile that says how they are spread; none of no number. */
  histogram(): { histogram?: Histogram } {
    const histogram = this.#spread.result();
    return histogram === null ? {} : { histogram };
  }
}

/** Smallest and largest of texts, by code unit. */
export class TextExtremes {
  min: string | null = null;
  max: string | null = null;

  /** Takes in a text. */
  add(value: string): void {
    if (this.min === null || value < this.min) this.min = value;
    if (this.max === null || value > this.max) this.max = value;
  }

  /** Lets go of the larger texts that the two were cut from. */
  release(): void {
    this.min = copied(this.min);
    this.max = copied(this.max);
  }
}

/** A number as a profile holds it: a text where JSON or a float64 cannot hold it. */
export function shownNumber(
  value: number | bigint | null,
): number | string | null {
  if (typeof value === "number") return toJsonNumber(value);
  if (value === null) return null;
  const short = Number(value);
  return Number.isSafeInteger(short) ? short : String(value);
}

/** A time as ISO text, from milliseconds since 1970. */
export function shownTime(
  value: number | bigint | null,
  part: "date" | "datetime",
): string | null {
  if (value === null) return null;
  const time = new Date(Number(value));
  if (Number.isNaN(time.getTime())) return null;
  return part === "date" ? time.toISOString().slice(0, 10) : time.toISOString();
}

/** A text cut for a profile, between whole characters. */
export function shownText(value: string | null): string | null {
  if (value === null || value.length <= SHOWN) return value;
  const cut = /[\uD800-\uDBFF]$/.test(value.slice(0, SHOWN))
    ? SHOWN - 1
    : SHOWN;
  return `${value.slice(0, cut)}…`;
}

/** V8 cuts texts without copying: a kept slice would hold the whole piece of the file it came from. */
function copied(value: string | null): string | null {
  return value === null || value.length < 13 ? value : structuredClone(value);
}
