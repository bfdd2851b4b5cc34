/**
 * What `mod.ts` exports, for notebooks that import nbtrack from a checkout: Deno warns of the `links` in the top
 * `deno.json` at every task of a folder whose import map names a file beside it.
 *
 * @module
 */
export * from "../mod.ts";
