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
