/**
 * Paths of data as its run names them.
 *
 * @module
 */
import { isAbsolute, relative, resolve, sep } from "node:path";

/**
 * A path from the run's folder, with `/` and without detours; absolute when it was named so and lies elsewhere.
 *
 * @param named the path as it was named: absolute, or from `cwd`
 * @param folder the run's folder
 */
export function ownPath(
  named: string,
  { cwd = Deno.cwd(), folder = cwd }: { cwd?: string; folder?: string },
): string {
  const whole = resolve(cwd, named);
  const inside = relative(folder, whole);
  const outside = isAbsolute(inside) ||
    (isAbsolute(named) && (inside === ".." || inside.startsWith(`..${sep}`)));
  const path = outside ? whole : inside === "" ? "." : inside;
  return sep === "/" ? path : path.replaceAll(sep, "/");
}

/** The path of a file by its folder's own path. */
export function inFolder(folder: string, path: string): string {
  return folder === "." ? path : `${folder.replace(/\/$/, "")}/${path}`;
}
