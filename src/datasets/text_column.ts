/**
 * Type and profile of a column whose cells are texts, as in CSV.
 *
 * @module
 */
import { DistinctCounter, hashText } from "./distinct.ts";
import {
  NumberExtremes,
  shownNumber,
  shownText,
  TextExtremes,
} from "./extremes.ts";
import { KIND, typeOfKinds } from "./kinds.ts";
import type { Column, ColumnProfile } from "./types.ts";

const {
  integer: INTEGER,
  number: NUMBER,
  boolean: BOOLEAN,
  date: DATE,
  datetime: DATETIME,
  string: TEXT,
} = KIND;

/** Cells that stand for a missing value, besides the empty one. */
const MISSING = new Set([
  "NA",
  "N/A",
  "n/a",
  "NaN",
  "nan",
  "-NaN",
  "-nan",
  "null",
  "NULL",
  "None",
  "#N/A",
  "#NA",
  "<NA>",
]);
const LONGEST_MISSING = 4;

const TIME =
  /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?: ?Z| ?UTC|[+-]\d\d(?::?\d\d)?)?)?$/;
const TRUTH = /^(?:true|false)$/i;
const INFINITE = /^([+-]?)inf(?:inity)?$/i;

/** Collects type, missing values, extremes and distinct values of a column of texts. */
export class TextColumn {
  /** Count of cells that are not missing. */
  present = 0;
  #kinds = 0;
  readonly #numbers = new NumberExtremes();
  readonly #texts = new TextExtremes();
  readonly #distinct: DistinctCounter;
  /** The distinct numbers, once one is written in more than one way: `1`, `1.0`, `1e0`. */
  #values: DistinctCounter | null = null;
  /** Which of true and false there were, however they were written. */
  readonly #truths = new Set<string>();

  /** The one way of writing the number that was read last, where its cell may be another. */
  #plain: string | null = null;

  /** @param bound how many distinct values are counted exactly */
  constructor(bound: () => number) {
    this.#distinct = new DistinctCounter(bound);
  }

  /** Takes in a cell. */
  add(cell: string): void {
    if (cell === "" || (cell.length <= LONGEST_MISSING && MISSING.has(cell))) {
      return;
    }
    this.present++;
    if (this.#kinds < TEXT) this.#kinds |= this.#kindOf(cell);
    this.#texts.add(cell);
    const hash = hashText(cell);
    const plain = this.#plain ?? cell;
    if (plain !== cell) this.#values ??= this.#distinct.copy();
    this.#values?.add(plain === cell ? hash : hashText(plain));
    this.#distinct.add(hash);
    this.#plain = null;
  }

  /** Lets go of the text the cells were cut from. */
  release(): void {
    this.#texts.release();
  }

  /** The narrowest type that fits every cell. */
  type(): string {
    return typeOfKinds(this.#kinds) ?? "string";
  }

  /** The column's profile, in a table of that many rows. */
  profile(column: Column, rows: number): ColumnProfile {
    const numeric = column.type === "integer" || column.type === "number";
    const ordered = numeric || column.type !== "boolean";
    const min = numeric
      ? shownNumber(this.#numbers.min)
      : shownText(this.#texts.min);
    const max = numeric
      ? shownNumber(this.#numbers.max)
      : shownText(this.#texts.max);
    const counter = numeric ? this.#values ?? this.#distinct : this.#distinct;
    return {
      name: column.name,
      type: column.type,
      missing: rows - this.present,
      distinct: column.type === "boolean"
        ? this.#truths.size
        : Math.min(counter.count, this.present),
      ...(!counter.exact && { distinct_is_estimate: true as const }),
      min: ordered ? min : null,
      max: ordered ? max : null,
      ...numeric ? this.#numbers.histogram() : {},
    };
  }

  #kindOf(cell: string): number {
    const code = cell.charCodeAt(0);
    if (code === SPACE || cell.charCodeAt(cell.length - 1) === SPACE) {
      return this.#spaced(cell.trim());
    }
    if (code > NINE) {
      if (!TRUTH.test(cell)) return this.#infinite(cell) ?? TEXT;
      this.#truths.add(cell.toLowerCase());
      return BOOLEAN;
    }
    const kind = numericKind(cell);
    if (kind !== 0) {
      const value = Number(cell);
      const whole = kind === INTEGER && !Number.isSafeInteger(value)
        ? BigInt(cell.replace(/^\+/, ""))
        : value;
      this.#numbers.add(whole);
      if (mayHaveTwin(cell, kind, value)) this.#plain = String(whole);
      return kind;
    }
    return cell.charCodeAt(4) === DASH
      ? timeKind(cell)
      : this.#infinite(cell) ?? TEXT;
  }

  /** Around a number spaces count for nothing; around anything else they are part of a text. */
  #spaced(cell: string): number {
    const kind = cell === "" ? TEXT : this.#kindOf(cell);
    if ((kind & (INTEGER | NUMBER)) === 0) return TEXT;
    this.#plain ??= cell;
    return kind;
  }

  #infinite(cell: string): number | null {
    const sign = INFINITE.exec(cell)?.[1];
    if (sign === undefined) return null;
    const value = sign === "-" ? -Infinity : Infinity;
    this.#numbers.add(value);
    this.#plain = String(value);
    return NUMBER;
  }
}

/** Longest decimal number that programs print for a double, characters: its writing is taken to be the only one. */
const EXACT_CHARS = 20;
/** Smaller numbers JavaScript writes with an exponent. */
const SMALLEST_PLAIN = 1e-6;

/** Whether the number in a cell is also written in another way than JavaScript does, as far as a glance tells. */
function mayHaveTwin(cell: string, kind: number, value: number): boolean {
  const first = cell.charCodeAt(0);
  if (first === PLUS || first === DOT || value === 0 && cell !== "0") {
    return true;
  }
  if (kind === INTEGER) return false;
  const last = cell.charCodeAt(cell.length - 1);
  return last === ZERO || last === DOT || cell.length > EXACT_CHARS ||
    first === DASH && cell.charCodeAt(1) === DOT ||
    Math.abs(value) < SMALLEST_PLAIN || /e/i.test(cell);
}

/** Whether a cell is a day or a time that there is: DATE, DATETIME or TEXT. */
function timeKind(cell: string): number {
  if (!TIME.test(cell)) return TEXT;
  const number = (from: number, to: number) => Number(cell.slice(from, to));
  const month = number(5, 7);
  const day = number(8, 10);
  const leap = month === 2 && day === 29 && isLeap(number(0, 4));
  if (!(day >= 1 && (day <= (DAYS[month] ?? 0) || leap))) return TEXT;
  if (cell.length === 10) return DATE;
  const second = cell.charCodeAt(16) === COLON ? number(17, 19) : 0;
  return number(11, 13) < 24 && number(14, 16) < 60 && second < 60
    ? DATETIME
    : TEXT;
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** Days of each month, the first being the first. */
const DAYS = [0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const COLON = 0x3a;

const SPACE = 0x20;
const ZERO = 0x30;
const NINE = 0x39;
const DASH = 0x2d;
const PLUS = 0x2b;
const DOT = 0x2e;
const EXPONENT = 0x65;
const SMALL_LETTER = 0x20;

/**
 * Whether a cell is a decimal number: INTEGER, NUMBER or 0. A leading zero makes a text of it (a post code).
 * It walks the characters, because this is done for every cell and an expression costs five times as much.
 */
function numericKind(cell: string): number {
  let i = signEnd(cell, 0);
  const whole = digitsEnd(cell, i);
  if (whole - i > 1 && cell.charCodeAt(i) === ZERO) return 0;
  let digits = whole - i;
  let kind: number = INTEGER;
  i = whole;
  if (cell.charCodeAt(i) === DOT) {
    const end = digitsEnd(cell, i + 1);
    digits += end - i - 1;
    kind = NUMBER;
    i = end;
  }
  if (digits === 0) return 0;
  if ((cell.charCodeAt(i) | SMALL_LETTER) === EXPONENT) {
    const from = signEnd(cell, i + 1);
    i = digitsEnd(cell, from);
    if (i === from) return 0;
    kind = NUMBER;
  }
  return i === cell.length ? kind : 0;
}

function signEnd(cell: string, at: number): number {
  const unit = cell.charCodeAt(at);
  return unit === DASH || unit === PLUS ? at + 1 : at;
}

function digitsEnd(cell: string, at: number): number {
  for (;; at++) {
    const unit = cell.charCodeAt(at);
    if (!(unit >= ZERO && unit <= NINE)) return at;
  }
}
