/**
 * What a value is, before its shape is known.
 *
 * @module
 */

/** Whether a value is an object with members: no array, and not null. */
export function isRecord(
  value: unknown,
): value is Record<PropertyKey, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value as an object with members: an empty one for anything else. */
export function asRecord(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value as Record<string, unknown> : {};
}
