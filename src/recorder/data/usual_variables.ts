/**
 * Variables of the environment that say nothing of what a notebook depends on.
 *
 * @module
 */
import { ENV } from "../../base/env.ts";

/** Variables that programs read about their terminal, and those that Deno and node.js read for themselves. */
const USUAL =
  /^(?:DENO_|NODE_|NPM_CONFIG_|npm_|NBTRACK_|XDG_|LC_|JPY_|JUPYTER_|__MINIMATCH_)|^(?:NO_COLOR|FORCE_COLOR|COLORTERM|TERM|TERM_PROGRAM|LANG|HOME|USERPROFILE|APPDATA|LOCALAPPDATA|PATH|PWD|TMPDIR|TEMP|TMP|USER|LOGNAME|SHELL|CI|DEBUG|TZ)$/;
const OWN_VARIABLES = new Set<string>(Object.values(ENV));

/** Whether a notebook may depend on a variable that it reads. */
export function isOfProgram(name: string): boolean {
  return !OWN_VARIABLES.has(name) && !USUAL.test(name);
}
