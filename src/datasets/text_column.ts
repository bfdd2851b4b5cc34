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
import type { Column, ColumnProfile } from "./types.ts";

const INTEGER = 1;
const NUMBER = 2;
const BOOLEAN = 4;
const DATE = 8;
const DATETIME = 16;
const TEXT = 32;

const TYPES = new Map([
  [0, "null"],
  [INTEGER, "integer"],
  [NUMBER, "number"],
  [INTEGER | NUMBER, "number"],
  [BOOLEAN, "boolean"],
  [DATE, "date"],
  [DATETIME, "datetime"],
  [DATE | DATETIME, "datetime"],
]);

/** Cells that stand for a missing value, besides the empty one. */
const MISSING = new Set([
  "NA",
  "N/A",
  "NaN",
  "nan",
  "null",
  "NULL",
  "None",
  "#N/A",
]);
const LONGEST_MISSING = 4;

const DAY = /^\d{4}-\d\d-\d\d$/;
const TIME =
  /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?$/;
const TRUTH = /^(?:true|false)$/i;

/** Collects type, missing values, extremes and distinct values of a column of texts. */
export class TextColumn {
  /** Count of cells that are not missing. */
  present = 0;
  #kinds = 0;
  readonly #numbers = new NumberExtremes();
  readonly #texts = new TextExtremes();
  readonly #distinct: DistinctCounter;

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
    this.#distinct.add(hashText(cell));
  }

  /** Lets go of the text the cells were cut from. */
  release(): void {
    this.#texts.release();
  }

  /** The narrowest type that fits every cell. */
  type(): string {
    return TYPES.get(this.#kinds) ?? "string";
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
    return {
      name: column.name,
      type: column.type,
      missing: rows - this.present,
      distinct: Math.min(this.#distinct.count, this.present),
      ...(!this.#distinct.exact && { distinct_is_estimate: true as const }),
      min: ordered ? min : null,
      max: ordered ? max : null,
    };
  }

  #kindOf(cell: string): number {
    if (cell.charCodeAt(0) > NINE) return TRUTH.test(cell) ? BOOLEAN : TEXT;
    const kind = numericKind(cell);
    if (kind !== 0) {
      const value = Number(cell);
      this.#numbers.add(
        kind === INTEGER && !Number.isSafeInteger(value)
          ? BigInt(cell.replace(/^\+/, ""))
          : value,
      );
      return kind;
    }
    if (cell.charCodeAt(4) !== DASH) return TEXT;
    if (DAY.test(cell)) return Number.isNaN(Date.parse(cell)) ? TEXT : DATE;
    if (!TIME.test(cell)) return TEXT;
    const time = Date.parse(cell.replace(" ", "T").replace(",", "."));
    return Number.isNaN(time) ? TEXT : DATETIME;
  }
}

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
  let kind = INTEGER;
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
