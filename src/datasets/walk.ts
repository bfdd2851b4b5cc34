/**
 * The files in a folder and below it.
 *
 * @module
 */
import { readdirSync, realpathSync } from "node:fs";
import { join, sep } from "node:path";
import { isDatasetError } from "./errors.ts";
import { type FileState, pathError, stateOf } from "./file_state.ts";

/** A file that was found. */
export interface WalkedFile {
  /** Path relative to the folder, with `/`. */
  path: string;
  /** Absolute path. */
  absolute: string;
  state: FileState;
}

/** How {@linkcode walk} works. */
export interface WalkOptions {
  /** The folder as it was named. */
  shown: string;
  /** Called with what was left out. */
  warn: (text: string) => void;
  /** Stops the walk. */
  signal?: AbortSignal | undefined;
  /**
   * Whether a folder, by its relative path, is entered.
   * @default {() => true}
   */
  enter?: (path: string) => boolean;
}

interface Folder {
  relative: string;
  absolute: string;
  /** Its own path and those of the folders it was entered through, without links. */
  through: readonly string[];
}

/**
 * All files below a folder, in no particular order. Links are followed, but not one that leads to a folder
 * it lies in: such a loop is named and left, and so is what is neither file nor folder.
 *
 * @throws {DatasetError} when a folder in it cannot be listed
 */
export function walk(root: string, options: WalkOptions): WalkedFile[] {
  const { warn, signal, enter = () => true } = options;
  const found: WalkedFile[] = [];
  const folders: Folder[] = [{
    relative: "",
    absolute: root,
    through: [realpathSync(root)],
  }];
  for (
    let folder = folders.pop();
    folder !== undefined;
    folder = folders.pop()
  ) {
    signal?.throwIfAborted();
    for (const name of list(folder, options.shown)) {
      const relative = folder.relative === ""
        ? name
        : `${folder.relative}/${name}`;
      const absolute = join(folder.absolute, name);
      const state = stateOrNull(absolute, relative, warn);
      if (state === null) continue;
      if (state.kind === "file") {
        found.push({
          path: relative,
          absolute,
          state,
        });
      } else if (state.kind === "other") {
        warn(
          `${quoted(relative)} is neither a file nor a folder and was left out`,
        );
      } else if (enter(relative)) {
        const real = realpathSync(absolute);
        if (leadsBack(real, folder.through)) {
          warn(
            `The link ${
              quoted(relative)
            } leads to a folder it lies in (a loop) and was not followed`,
          );
        } else {folders.push({
            relative,
            absolute,
            through: [...folder.through, real],
          });}
      }
    }
  }
  return found;
}

function list(folder: Folder, shown: string): string[] {
  try {
    return readdirSync(folder.absolute);
  } catch (error) {
    throw pathError(error, {
      path: folder.absolute,
      shown: folder.relative === "" ? shown : `${shown}/${folder.relative}`,
      doing: "list",
    });
  }
}

/** A path's state, or null when it is a link to nothing. */
function stateOrNull(
  absolute: string,
  relative: string,
  warn: (text: string) => void,
): FileState | null {
  try {
    return stateOf(absolute, relative);
  } catch (error) {
    const code = isDatasetError(error)
      ? Reflect.get(Object(error.cause), "code")
      : undefined;
    if (code === "ENOENT") {
      warn(`The link ${quoted(relative)} leads nowhere and was left out`);
    } else if (code === "ELOOP") {
      warn(
        `The link ${
          quoted(relative)
        } leads back to itself (a loop) and was left out`,
      );
    } else throw error;
    return null;
  }
}

/** Whether a folder is one of those it was entered through, or holds one of them. */
function leadsBack(real: string, through: readonly string[]): boolean {
  const inside = real.endsWith(sep) ? real : real + sep;
  return through.some((folder) => folder === real || folder.startsWith(inside));
}

function quoted(path: string): string {
  return JSON.stringify(path);
}
