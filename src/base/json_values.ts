/**
 * Values of a notebook as JSON: what `JSON.stringify` would write as `{}` or `null` without a word.
 * Loaded inside cells: nothing here may load a library.
 *
 * @module
 */
import { withMinusZero } from "./numbers.ts";

/**
 * A replacer for `JSON.stringify`: maps are objects, or lists of pairs where a key is no text; sets and typed arrays are
 * lists; a bigint, NaN, an infinity, a regular expression and an error are texts.
 *
 * @throws {TypeError} when a value has nothing that could be written, as an instance whose fields are private, or a promise
 */
export function notebookValue(key: string, value: unknown): unknown {
  switch (typeof value) {
    case "bigint":
      return String(value);
    case "number":
      return Number.isFinite(value) ? withMinusZero(key, value) : String(value);
    case "object":
      return value === null ? null : ofObject(value);
    default:
      return value;
  }
}

function ofObject(value: object): unknown {
  if (value instanceof Map) {
    const pairs = [...value];
    return pairs.every(([name]) => typeof name === "string")
      ? Object.fromEntries(pairs)
      : pairs;
  }
  if (value instanceof Set) return [...value];
  if (value instanceof RegExp || value instanceof URLSearchParams) {
    return String(value);
  }
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (ArrayBuffer.isView(value)) {
    return value instanceof DataView
      ? [...new Uint8Array(value.buffer, value.byteOffset, value.byteLength)]
      : [...value as Uint8Array];
  }
  if (value instanceof ArrayBuffer) return [...new Uint8Array(value)];
  const prototype = Object.getPrototypeOf(value);
  const isPlain = Array.isArray(value) || prototype === null ||
    Object.getPrototypeOf(prototype) === null;
  if (!isPlain && Object.keys(value).length === 0) {
    const name = value.constructor?.name ?? "object";
    throw new TypeError(
      value instanceof Promise
        ? "It is a promise: await it first."
        : `Nothing of a ${name} can be written down as JSON: give its parts, or a text.`,
    );
  }
  return value;
}
