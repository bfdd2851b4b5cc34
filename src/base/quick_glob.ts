/**
 * Globs that others wrote: matching some takes years.
 *
 * @module
 */
import { matchesGlob } from "node:path";

/** So many `*` in one part of a path, and so many groups and `**` in all of it, are matched at once. */
const MOST = { stars: 3, groups: 3, folders: 3 };

/** Whether matching it against any path takes little time. */
export function isQuick(glob: string): boolean {
  const parts = glob.split("/");
  const count = (text: string, of: RegExp) => text.match(of)?.length ?? 0;
  return !/[?*+@!]\(|\{[^}]*\.\./.test(glob) &&
    count(glob, /\{/g) <= MOST.groups &&
    parts.filter((part) => part === "**").length <= MOST.folders &&
    parts.every((part) => part === "**" || count(part, /\*/g) <= MOST.stars);
}

/** Whether a path matches a glob that is quick; any other matches nothing. */
export function matchesQuick(path: string, glob: string): boolean {
  return isQuick(glob) && matchesGlob(path, glob);
}
