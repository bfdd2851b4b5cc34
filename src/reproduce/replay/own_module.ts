/**
 * Where this copy of nbtrack is imported from.
 *
 * @module
 */

/** The URL of `mod.ts`. */
export const OWN_MODULE = new URL("../../../mod.ts", import.meta.url).href;
