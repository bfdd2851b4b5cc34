/**
 * Where this copy of nbtrack is imported from.
 *
 * @module
 */

/** The URL of `mod.ts`. */
export const OWN_MODULE = new URL("../../../mod.ts", import.meta.url).href;

/** The URL of what lessons import, beside a copy's `mod.ts`. */
export function lessonsBeside(module: string): string {
  return new URL("src/lessons/mod.ts", module).href;
}
