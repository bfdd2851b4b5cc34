/**
 * nbtrack's version, the same as in `deno.json`.
 *
 * @module
 */

/** nbtrack's version. */
export const VERSION = "0.1.0";
