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
