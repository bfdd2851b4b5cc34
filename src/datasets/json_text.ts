/**
 * JSON as data files hold it.
 *
 * @module
 */

/** The reviver that V8 calls with the text of each number. */
type Reviver = (
  key: string,
  value: unknown,
  context: { source?: string },
) => unknown;

/** Outside of texts, what Python writes for numbers that JSON has not. */
const NOT_FINITE = /"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g;
/** A whole number that a float64 may not hold; a fraction of as many digits is none. */
const LONG_NUMBER = /(?<![\d.])\d{16,}(?![\d.eE])/;
const WHOLE = /^-?\d+$/;

/**
 * The value of a JSON text. A whole number that a float64 cannot hold is a bigint; `NaN` (a missing value, null),
 * `Infinity` and `-Infinity` are read as Python writes them.
 *
 * @throws {Error} when it is no JSON; the message says where and quotes nothing of it
 */
export function parseJsonText(text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    const finite = text.replace(NOT_FINITE, inJson);
    if (finite === text) throw plain(error);
    try {
      return parse(finite);
    } catch {
      throw plain(error);
    }
  }
}

function parse(text: string): unknown {
  if (!LONG_NUMBER.test(text)) return JSON.parse(text);
  const exact: Reviver = (_, value, { source }) =>
    typeof value === "number" && !Number.isSafeInteger(value) &&
      source !== undefined && WHOLE.test(source)
      ? BigInt(source)
      : value;
  return JSON.parse(text, exact as (key: string, value: unknown) => unknown);
}

function inJson(token: string): string {
  if (token.startsWith('"')) return token;
  if (token.endsWith("NaN")) return "null";
  return token.startsWith("-") ? "-1e999" : "1e999";
}

/** V8 quotes the text around a mistake, which may be data that must not be shown. */
function plain(error: unknown): Error {
  const at = error instanceof Error
    ? /at position \d+/.exec(error.message)?.[0]
    : undefined;
  return new Error(`it is not JSON${at === undefined ? "" : ` ${at}`}`);
}
