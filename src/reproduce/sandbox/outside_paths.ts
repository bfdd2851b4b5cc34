/**
 * Data that cells read by absolute paths, which no sandbox has: copies of it lie in a folder of the sandbox, and the texts
 * in the cells that name such a path, or a folder above it, name the copy's. What comes out names the recorded path again.
 *
 * @module
 */

import { posix } from "node:path";
import type { Workspace } from "../replay/workspace.ts";

const { dirname } = posix;

/** A text in a cell begins with a path, after one of these. */
const BEFORE = "(?<=[\"'`]|file://)";
/** A path ends, or goes on with another name, before one of these. */
const BEHIND = "(?=[\"'`/])";

/** The folder of a sandbox in which the files of absolute paths lie. */
export function outsideFolder({ own }: Pick<Workspace, "own">): string {
  return `${own}/outside`;
}

/** The paths whose files lie in a folder of the sandbox. */
export class OutsidePaths {
  /** The folder: under it each file has its absolute path. */
  readonly folder: string;
  readonly #paths: ReadonlySet<string>;

  /** @param paths Absolute paths of files */
  constructor(folder: string, paths: readonly string[]) {
    this.folder = folder;
    this.#paths = new Set(paths);
  }

  /** The sources as a sandbox executes them. */
  inSources(sources: readonly string[]): string[] {
    const patterns = new Set(
      [...this.#paths].flatMap((path) => namedParts(path, sources)),
    );
    if (patterns.size === 0) return [...sources];
    // The longest first: a folder is part of its files' paths.
    const any = [...patterns].sort((a, b) => b.length - a.length)
      .map(RegExp.escape).join("|");
    const named = new RegExp(`${BEFORE}(?:${any})${BEHIND}`, "g");
    return sources.map((source) =>
      source.replace(named, (path) => `${this.folder}${path}`)
    );
  }

  /** Whether there are none. */
  get none(): boolean {
    return this.#paths.size === 0;
  }

  /** What cells put out, with the paths that they named. */
  asNamed(text: string): string {
    return this.none ? text : text.replaceAll(this.folder, "");
  }
}

/** Whether a text of a cell names a path, or a folder above it. */
export function namesOutside(
  path: string,
  sources: readonly string[],
): boolean {
  return namedParts(path, sources).length > 0;
}

/** Of a path and the folders above it those that a text of a cell names; a folder of the root only as the nearest one. */
function namedParts(path: string, sources: readonly string[]): string[] {
  const parts = [path];
  for (let part = dirname(path); part.length > 1; part = dirname(part)) {
    if (parts.length === 1 || dirname(part) !== "/") parts.push(part);
  }
  return parts.filter((part) => {
    const named = new RegExp(`${BEFORE}${RegExp.escape(part)}${BEHIND}`);
    return sources.some((source) => named.test(source));
  });
}
