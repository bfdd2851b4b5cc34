/**
 * Fields of CSV.
 *
 * @module
 */
import { numeral } from "./numbers.ts";

/** A field as RFC 4180 has it; a missing value is empty, an empty text is `""`. */
export function csvField(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return numeral(value);
  return value === "" || /[",\r\n]|^\s|\s$/.test(value)
    ? `"${value.replaceAll('"', '""')}"`
    : value;
}

/** What spreadsheets calculate, also in full-width letters, and what is marked so that they do not. */
const FORMULA = /^'*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/**
 * A text that no spreadsheet takes for a formula: one that looks like it has an apostrophe before it. So has one that
 * looks so behind apostrophes: whoever takes the first of them away has each text as it was.
 */
export function spreadsheetText(text: string): string {
  return FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
}

/** A field that no spreadsheet takes for a formula. */
export function spreadsheetField(value: string | number | null): string {
  return csvField(typeof value === "string" ? spreadsheetText(value) : value);
}
