/**
 * What a value is, before its shape is known.
 *
 * @module
 */

/** Whether a value is an object with members: no array, and not null. */
export function isObject(
  value: unknown,
): value is Record<PropertyKey, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value as an object with members: an empty one for anything else. */
export function asObject(value: unknown): Record<string, unknown> {
  return isObject(value) ? value as Record<string, unknown> : {};
}

/** What a record has under a key; undefined where it has none of its own. */
export function ownValue<T>(
  values: Readonly<Record<string, T>>,
  key: string,
): T | undefined {
  return Object.hasOwn(values, key) ? values[key] : undefined;
}

/** The value of a JSON text; undefined for a text that is none. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // what that means the caller knows
  }
}

/** Pairs as an object with a member for each key. */
export function byKeys<T>(
  pairs: readonly { key: string; value: T }[],
): Record<string, T> {
  return Object.fromEntries(pairs.map(({ key, value }) => [key, value]));
}
