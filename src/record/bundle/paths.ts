/**
 * Paths inside notebooks' folders and bundles, with `/` on every system.
 *
 * @module
 */
import { posix } from "node:path";

/** Whether a path starts at a root. */
export function isAbsolute(path: string): boolean {
  return /^(?:[/\\]|[A-Za-z]:)/.test(path);
}

/** A path against a folder. */
export function joinPath(folder: string, path: string): string {
  return isAbsolute(path) ? path : posix.join(folder, path);
}

/** A path without `.`, empty parts and `..` that can be resolved; `.` for the folder itself. */
export function normalPath(path: string): string {
  const normal = posix.normalize(path.replaceAll("\\", "/"));
  return normal.length > 1 ? normal.replace(/\/$/, "") : normal;
}

/** How many folders up a relative path leads. */
export function stepsUp(path: string): number {
  if (isAbsolute(path)) return 0;
  return normalPath(path).split("/").filter((part) => part === "..").length;
}

/** Longest name of a file on most systems, bytes. */
const MAX_NAME_BYTES = 255;

/** Whether a name is short enough for a file system. */
export function fitsName(name: string): boolean {
  return new TextEncoder().encode(name).length <= MAX_NAME_BYTES;
}

/** Whether a path can name a file: it ends in a name, and its names can be written. */
function namesFile(path: string): boolean {
  const parts = path.split("/");
  return !path.includes("\0") && !/^\.{0,2}$/.test(parts.at(-1) ?? "") &&
    parts.every(fitsName);
}

/** Whether a name can be that of a folder, on every system. */
export function namesFolder(name: string): boolean {
  return namesFile(name) && !/[/\\:*?"<>|\p{Cc}]|[. ]$/u.test(name);
}

/**
 * Whether a file's path says in one way only where it is: relative with `..` at its beginning alone, or absolute; without
 * `.`, empty parts, back slashes and characters that control a terminal.
 */
export function isPlainPath(path: string): boolean {
  if (!namesFile(path) || /[\\\p{Cc}]/u.test(path)) return false;
  const drive = /^[A-Za-z]:/.test(path);
  if (drive && path[2] !== "/") return false;
  const below = isAbsolute(path)
    ? path.replace(/^(?:[A-Za-z]:)?\//, "")
    : path.replace(/^(?:\.\.\/)+/, "");
  return below.split("/").every((part) => !/^\.{0,2}$/.test(part));
}

/** Whether a name inside an archive stays inside it, on every system. */
export function staysInside(name: string): boolean {
  return !isAbsolute(name) && !/[\\\0:]/.test(name) &&
    !name.split("/").some((part) =>
      part === "" || part === "." || part === ".."
    );
}
