/**
 * Values that a client sent and nobody has checked.
 *
 * @module
 */

/** A record of values that nobody has checked. */
export type RawRecord = Record<string, unknown>;

/** A JSON number with the digits it was written with. */
export class NumberLiteral {
  /** The digits as sent. */
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Whether a value is an object, and neither null nor an array. */
export function isRecord(value: unknown): value is RawRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value) &&
    !(value instanceof NumberLiteral);
}
