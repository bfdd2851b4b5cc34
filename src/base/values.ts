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

/** How far a JSON value of others may be nested: what goes through values needs a part of the stack for each level. */
export const MAX_DEPTH_OF_JSON = 1000;

/** Whether a JSON value is nested further than {@linkcode MAX_DEPTH_OF_JSON}. It may be nested as far as it likes. */
export function isTooDeep(value: unknown): boolean {
  let level = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH_OF_JSON) return true;
    const inside: unknown[] = [];
    for (const one of level) {
      if (typeof one !== "object" || one === null) continue;
      for (const member of Object.values(one)) {
        if (typeof member === "object") inside.push(member);
      }
    }
    level = inside;
  }
  return false;
}

/** Pairs as an object with a member for each key. */
export function byKeys<T>(
  pairs: readonly { key: string; value: T }[],
): Record<string, T> {
  return Object.fromEntries(pairs.map(({ key, value }) => [key, value]));
}
