/**
 * The files that a glob matches.
 *
 * @module
 */
import { statSync } from "node:fs";
import { matchesGlob, resolve, sep } from "node:path";
import { DatasetError } from "./errors.ts";
import { stateOf } from "./file_state.ts";
import { walk, type WalkedFile, type WalkOptions } from "./walk.ts";

/** A glob, split before its first wildcard. */
export interface Glob {
  /** The folder all matches lie in, as it was written. */
  base: string;
  /** What they match, relative to it. */
  pattern: string;
}

/** Whether a text has wildcards: `*`, `?`, `[…]` or `{…,…}`. */
export function hasWildcards(text: string): boolean {
  return /[*?]|\[[^\]/]+\]|\{[^}]*,[^}]*\}/.test(text);
}

/**
 * Splits a glob before the first part of its path that has a wildcard and is not the very name of a folder.
 * This is the only reading of globs: a run's data is the list of files in its fingerprint.
 */
export function splitGlob(glob: string, cwd: string): Glob {
  const parts = (sep === "/" ? glob : glob.replaceAll(sep, "/")).split("/");
  const folder = (count: number) => parts.slice(0, count).join("/");
  const first = parts.findIndex((part, i) =>
    hasWildcards(part) &&
    (i === parts.length - 1 || !isFolder(resolve(cwd, folder(i + 1))))
  );
  const base = folder(first);
  return {
    base: base === "" ? (first === 0 ? "." : "/") : base,
    pattern: parts.slice(first).join("/"),
  };
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/**
 * The files a glob matches, with paths relative to its base. As in a shell, a wildcard matches no name
 * that starts with a dot, and folders are no matches.
 *
 * @throws {DatasetError} when the base is missing or nothing matches
 */
export function matches(
  glob: Glob,
  cwd: string,
  options: WalkOptions,
): WalkedFile[] {
  const base = resolve(cwd, glob.base);
  if (stateOf(base, glob.base).kind !== "folder") noMatch(options.shown, base);
  const deep = glob.pattern.includes("**")
    ? Infinity
    : glob.pattern.split("/").length - 1;
  const hidden = /(?:^|\/)\./.test(glob.pattern);
  const isHidden = (path: string) => !hidden && /(?:^|\/)\./.test(path);
  const found = walk(base, {
    ...options,
    enter: (path) => path.split("/").length <= deep && !isHidden(path),
  }).filter(({ path }) => !isHidden(path) && matchesGlob(path, glob.pattern));
  return found.length > 0 ? found : noMatch(options.shown, base);
}

function noMatch(shown: string, base: string): never {
  throw new DatasetError(
    `Cannot find the data: no file matches ${JSON.stringify(shown)}`,
    {
      path: shown,
      kind: "no-match",
      hint: `Looked in the folder ${
        JSON.stringify(base)
      }; \`**\` also looks in the folders below.`,
    },
  );
}
