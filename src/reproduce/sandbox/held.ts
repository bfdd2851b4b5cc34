/**
 * Limits that the system itself holds a process to: what is over before a watch sees it.
 *
 * @module
 */

/** In these units a shell counts lengths of files, bytes. */
const BLOCK = 512;

/** A command that writes no longer file than this, and leaves no image of its memory when it fails. On Windows as it was. */
export function held(
  [program, ...args]: readonly [string, ...string[]],
  fileBytes: number,
): [program: string, args: string[]] {
  if (Deno.build.os === "windows") return [program, args];
  const script = `ulimit -c 0; ulimit -f ${Math.floor(fileBytes / BLOCK)}; ` +
    'unset PWD OLDPWD SHLVL _; exec "$@"';
  return ["/bin/sh", ["-c", script, "sh", program, ...args]];
}
