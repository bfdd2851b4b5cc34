/**
 * Type and profile of a column whose cells are JavaScript values.
 *
 * @module
 */
import { DistinctCounter, hashNumber, hashText } from "./distinct.ts";
import {
  NumberExtremes,
  shownNumber,
  shownText,
  shownTime,
  TextExtremes,
} from "./extremes.ts";
import { KIND, typeOfKinds } from "./kinds.ts";
import type { Column, ColumnProfile } from "./types.ts";

const {
  integer: INTEGER,
  number: NUMBER,
  boolean: BOOLEAN,
  string: STRING,
  datetime: DATETIME,
  binary: BINARY,
  array: ARRAY,
  object: OBJECT,
} = KIND;

/** Collects type, missing values, extremes and distinct values of a column. */
export class ValueColumn {
  /** Count of values that are not missing. */
  present = 0;
  #kinds = 0;
  readonly #numbers = new NumberExtremes();
  readonly #texts = new TextExtremes();
  readonly #distinct: DistinctCounter;

  /** @param bound how many distinct values are counted exactly */
  constructor(bound: () => number) {
    this.#distinct = new DistinctCounter(bound);
  }

  /** Takes in a cell. `null`, `undefined`, `NaN` and an invalid date are missing values. */
  add(value: unknown): void {
    switch (typeof value) {
      case "number":
        if (Number.isNaN(value)) return;
        this.#kinds |= Number.isInteger(value) ? INTEGER : NUMBER;
        this.#numbers.add(value);
        this.#distinct.add(hashNumber(value));
        break;
      case "string":
        this.#kinds |= STRING;
        this.#texts.add(value);
        this.#distinct.add(hashText(value));
        break;
      case "boolean":
        this.#kinds |= BOOLEAN;
        this.#distinct.add(value ? 1 : 0);
        break;
      case "bigint":
        this.#kinds |= INTEGER;
        this.#numbers.add(value);
        this.#distinct.add(hashText(String(value)));
        break;
      case "undefined":
        return;
      default:
        if (value === null || !this.#addObject(value)) return;
    }
    this.present++;
  }

  /** The column's type, from its schema if that says one. */
  type(declared?: string): string {
    return declared ?? typeOfKinds(this.#kinds) ?? "mixed";
  }

  /** The column's profile, in a table of that many rows. */
  profile(column: Column, rows: number): ColumnProfile {
    const countable = (this.#kinds & (BINARY | ARRAY | OBJECT)) === 0;
    return {
      name: column.name,
      type: column.type,
      missing: rows - this.present,
      distinct: countable ? Math.min(this.#distinct.count, this.present) : null,
      ...(countable && !this.#distinct.exact &&
        { distinct_is_estimate: true as const }),
      ...this.#extremes(column.type),
    };
  }

  #extremes(type: string): Pick<ColumnProfile, "min" | "max" | "histogram"> {
    const { min, max } = this.#numbers;
    switch (type) {
      case "integer":
      case "number":
        return {
          min: shownNumber(min),
          max: shownNumber(max),
          ...this.#numbers.histogram(),
        };
      case "date":
      case "datetime":
        return { min: shownTime(min, type), max: shownTime(max, type) };
      case "string":
        return {
          min: shownText(this.#texts.min),
          max: shownText(this.#texts.max),
        };
      default:
        return { min: null, max: null };
    }
  }

  #addObject(value: unknown): boolean {
    if (value instanceof Date) {
      const time = value.getTime();
      if (Number.isNaN(time)) return false;
      this.#kinds |= DATETIME;
      this.#numbers.add(time);
      this.#distinct.add(hashNumber(time));
    } else if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) {
      this.#kinds |= BINARY;
    } else {
      this.#kinds |= Array.isArray(value) ? ARRAY : OBJECT;
    }
    return true;
  }
}
