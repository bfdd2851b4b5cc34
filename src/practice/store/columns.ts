/**
 * The database's column checks, in PostgreSQL's wording: what GitLab answers when a row of a bulk
 * insert breaks one. The text may echo the row, as GitLab's does.
 *
 * @module
 */
import {
  invalidValue,
  serverError,
  validationFailed,
} from "../protocol/answers.ts";

/** The most characters of each column. */
export const COLUMN = {
  name: 255,
  key: 250,
  param: 250,
  tagKey: 255,
  tag: 5000,
  description: 10_000,
} as const;

/** Whether a text is longer than that many characters; characters, not UTF-16 units. */
export function isLonger(text: string, limit: number): boolean {
  if (text.length <= limit) return false;
  if (text.length > 2 * limit) return true;
  let count = 0;
  for (const _ of text) if (++count > limit) return true;
  return false;
}

/** White space as Ruby counts it: with NEL, without the byte order mark. */
const BLANK =
  /^[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*$/;

/** Whether a text is empty or only white space. */
export function isBlankColumn(text: string | null | undefined): boolean {
  return text === null || text === undefined || BLANK.test(text);
}

/**
 * Checks a column of a row that goes straight to the database.
 *
 * @throws {RefusedAnswer} 400 when it is null or too long
 */
export function checkColumn(
  value: string | null,
  limit: number,
  options: { table: string; column: string },
): string {
  const { table, column } = options;
  if (value === null) {
    throw invalidValue(
      `PG::NotNullViolation: ERROR:  null value in column "${column}" of relation "${table}" violates not-null constraint`,
    );
  }
  if (isLonger(value, limit)) {
    throw invalidValue(
      `PG::CheckViolation: ERROR:  new row for relation "${table}" violates check constraint "check_${column}_length"\nDETAIL:  Failing row contains (${value}).`,
    );
  }
  if (value.includes("\0")) throw invalidValue("string contains null byte");
  return value;
}

/** What a model says of one of its texts: blank, or too long. */
export function textProblems(
  label: string,
  value: string | null,
  limit: number,
): string[] {
  if (value === null || isBlankColumn(value)) {
    return [`${label} can't be blank`];
  }
  return isLonger(value, limit)
    ? [`${label} is too long (maximum is ${limit} characters)`]
    : [];
}

/**
 * Checks the key and value of a record that is made alone.
 *
 * @throws {RefusedAnswer} 400 with every problem
 */
export function checkRecord(
  key: string | null,
  value: string | null,
  options: { limit: number; taken: (key: string) => string | undefined },
): { key: string; value: string } {
  const taken = key === null ? undefined : options.taken(key);
  const problems = [
    ...textProblems("Name", key, COLUMN.key),
    ...(taken === undefined ? [] : [taken]),
    ...textProblems("Value", value, options.limit),
  ];
  if (problems.length > 0 || key === null || value === null) {
    throw validationFailed(problems);
  }
  if (key.includes("\0") || value.includes("\0")) {
    throw invalidValue("string contains null byte");
  }
  return { key, value };
}

/** PostgreSQL's smallest and largest 64-bit integer. */
const INT64 = [-(2n ** 63n), 2n ** 63n - 1n] as const;

/**
 * Checks that an integer fits its column.
 *
 * @throws {RefusedAnswer} 500 when it does not: GitLab does not handle that error
 */
export function checkInteger(
  value: number | bigint,
  bits: 32 | 64,
): number | bigint {
  const fits = bits === 32
    ? value >= -(2 ** 31) && value < 2 ** 31
    : typeof value === "number" && Number.isSafeInteger(value) ||
      BigInt(value) >= INT64[0] && BigInt(value) <= INT64[1];
  if (!fits) {
    throw serverError(
      new RangeError(`${value} is out of range for ${bits} bits`),
    );
  }
  return value;
}

/** SQL that reads a 64-bit integer: as a number where JavaScript has it exactly, else as text. */
export function exactly(column: string): string {
  return `CASE WHEN ${column} BETWEEN -9007199254740991 AND 9007199254740991 THEN ${column} ELSE CAST(${column} AS TEXT) END`;
}

/** An integer as {@linkcode exactly} reads it. */
export type ExactInteger = number | string;

/** The JSON form of such an integer: all digits, as a number. */
export function exactJson(value: ExactInteger): unknown {
  if (typeof value === "number") return value;
  return (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(value);
}
