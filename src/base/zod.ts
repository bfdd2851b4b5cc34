/**
 * zod, at the one version the project uses. The specifier is written out because a notebook's own
 * `deno.json` is the import map of everything its kernel loads: a bare `zod` would not resolve there.
 *
 * @module
 */
export { z } from "npm:zod@4.6.7";
