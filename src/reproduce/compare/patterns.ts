/**
 * What masks look for in texts, besides times and folders.
 *
 * @module
 */

/** A placeholder's digits tell the same secret again on one machine only. */
export const PLACEHOLDERS = /\[redacted [^\]\n]{1,40} [\da-f]{8}\]/g;

/** Whether two placeholders stand for one kind of secret. */
export function isSameKind([then, now]: [string, string]): boolean {
  return then.slice(0, -9) === now.slice(0, -9);
}

/** An object without a text of its own, as native code shows it: `<Session object at 0x7f31c0ffee10>`. */
export const ADDRESS = /(?<=<[^<>\n]{1,200} at )0x[0-9a-f]{6,16}(?=>)/gi;

/** A promise without a value, with or without colours. */
export const PENDING =
  // deno-lint-ignore no-control-regex
  /Promise \{ (?:\u001b\[\d+m)?(?:<pending>|undefined)(?:\u001b\[\d+m)? \}/g;
