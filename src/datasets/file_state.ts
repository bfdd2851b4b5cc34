/**
 * What the file system says of a file, exactly enough to see whether it was changed.
 *
 * @module
 */
import { lstatSync, readdirSync, statSync } from "node:fs";
import { basename, dirname } from "node:path";
import { messageOf } from "../base/errors.ts";
import { nearest } from "../base/nearest.ts";
import { DatasetError } from "./errors.ts";
import type { FileKey } from "./types.ts";

/** A path's state. */
export interface FileState {
  kind: "file" | "folder" | "other";
  key: FileKey;
  /** Nanoseconds since 1970. */
  mtime_ns: bigint;
  /** When it came to be, milliseconds since 1970; null where the file system does not say. */
  born_ms: number | null;
  /** Whether its owner may execute it. */
  executable: boolean;
}

/** The bit of a file's mode that lets its owner execute it. */
const OWNER_EXECUTES = 0o100n;

/** Linux stamps files with the time of the last clock tick, which is up to 10 ms old. */
const TICK_MS = 20;
const SECOND_MS = 1_000;
const FAT_MS = 2_000;

/**
 * The state of a path; links are followed.
 *
 * @throws {DatasetError} when there is none, or it may not be looked at
 */
export function stateOf(path: string, shown: string = path): FileState {
  try {
    const stat = statSync(path, { bigint: true });
    return {
      kind: stat.isFile() ? "file" : stat.isDirectory() ? "folder" : "other",
      key: {
        path,
        size: Number(stat.size),
        mtime_ms: Number(stat.mtimeNs) / 1e6,
        ctime_ms: Number(stat.ctimeNs) / 1e6,
        inode: Number(stat.ino),
        dev: Number(stat.dev),
      },
      mtime_ns: stat.mtimeNs,
      born_ms: stat.birthtimeNs > 0n ? Number(stat.birthtimeNs) / 1e6 : null,
      executable: (stat.mode & OWNER_EXECUTES) !== 0n,
    };
  } catch (error) {
    throw pathError(error, { path, shown, doing: "find" });
  }
}

/** Whether nothing says that a file changed between two readings of its state. */
export function sameState(a: FileState, b: FileState): boolean {
  return a.mtime_ns === b.mtime_ns && a.key.size === b.key.size &&
    a.key.ctime_ms === b.key.ctime_ms &&
    a.key.inode === b.key.inode &&
    a.key.dev === b.key.dev;
}

/**
 * Whether a file was changed so recently that another change might leave the same times: git calls such a file
 * racy. Times come in steps: of a clock tick, of whole seconds (as Deno gives `ctime`), or of two (FAT).
 */
export function isRacy({ key }: FileState): boolean {
  const now = Date.now();
  const step = (time: number, coarse: number) =>
    time % 1000 === 0 ? coarse : TICK_MS;
  return now - key.mtime_ms < step(key.mtime_ms, FAT_MS) ||
    now - key.ctime_ms < step(key.ctime_ms, SECOND_MS + TICK_MS);
}

/** One clear error for what the file system refused. */
export function pathError(
  cause: unknown,
  what: { path: string; shown: string; doing: "find" | "read" | "list" },
): DatasetError {
  const { path, shown, doing } = what;
  const code: unknown =
    typeof cause === "object" && cause !== null && "code" in cause
      ? cause.code
      : undefined;
  const quoted = JSON.stringify(shown);
  if (code === "ENOENT" && isLink(path)) {
    return new DatasetError(
      `Cannot ${doing} the data ${quoted}: the link leads nowhere`,
      {
        path: shown,
        kind: "missing",
        hint: "Remove the link or let it lead to the data.",
        cause,
      },
    );
  }
  if (code === "ENOENT" || code === "ENOTDIR") {
    return new DatasetError(`Cannot ${doing} the data: there is no ${quoted}`, {
      path: shown,
      kind: "missing",
      hint: missingHint(path, shown),
      cause,
    });
  }
  if (code === "EACCES" || code === "EPERM") {
    return new DatasetError(
      `Cannot ${doing} the data ${quoted}: no permission`,
      {
        path: shown,
        kind: "unreadable",
        hint:
          "Give this user permission to read it (for instance `chmod u+r`).",
        cause,
      },
    );
  }
  if (code === "ELOOP") {
    return new DatasetError(
      `Cannot ${doing} the data ${quoted}: the link leads back to itself`,
      {
        path: shown,
        kind: "unreadable",
        hint: "Remove the link or let it lead to the data.",
        cause,
      },
    );
  }
  return new DatasetError(
    `Cannot ${doing} the data ${quoted}: ${messageOf(cause)}`,
    {
      path: shown,
      kind: "unreadable",
      cause,
    },
  );
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}

function missingHint(path: string, shown: string): string {
  if (/[\r\n]/.test(shown) || /^\s*[[{]/.test(shown)) {
    return "A text is taken for a path: to fingerprint its content, parse it into rows or encode it to bytes.";
  }
  const folder = dirname(path);
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return `There is no folder ${
      JSON.stringify(folder)
    } that can be read either.`;
  }
  const near = nearest(basename(path), names);
  return near === null
    ? `Looked in the folder ${
      JSON.stringify(folder)
    }: write the path from there, or an absolute one.`
    : `Did you mean ${
      JSON.stringify(
        shown.slice(0, shown.length - basename(path).length) + near,
      )
    }?`;
}
