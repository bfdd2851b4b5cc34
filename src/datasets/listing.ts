/**
 * The digest of several files: that of the lines `sha256sum` prints for them, sorted by path.
 *
 * For a folder DIR these commands print the same digest (with `-r`, an empty folder gives that of nothing):
 *
 * ```sh
 * cd DIR && find -L . -type f -print0 | LC_ALL=C sort -z | xargs -0r sha256sum | sha256sum
 * ```
 *
 * For a glob the files are those that match, relative to its base: its path up to the first wildcard.
 *
 * @module
 */
import { type Digest, sha256 } from "../base/digest.ts";
import type { ListedFile } from "./types.ts";

const utf8 = new TextEncoder();
const ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "\n": "\\n",
  "\r": "\\r",
};

/** Sorts by the bytes of the paths, as `LC_ALL=C sort` does. */
export function sortedByPath<T extends { path: string }>(
  files: readonly T[],
): T[] {
  return files.map((file) => ({ file, bytes: utf8.encode(file.path) }))
    .sort((a, b) => compareBytes(a.bytes, b.bytes))
    .map(({ file }) => file);
}

/** The digest of sorted files, their paths taken from the folder. */
export function listingDigest(
  files: readonly Pick<ListedFile, "path" | "digest">[],
): Digest {
  return sha256(files.map(lineOf).join(""));
}

/** A file's line as `sha256sum` prints it: one whose name had to be escaped starts with a backslash. */
function lineOf({ path, digest }: Pick<ListedFile, "path" | "digest">): string {
  const hex = digest.slice("sha256:".length);
  const name = path.replace(/[\\\n\r]/g, (char) => ESCAPES[char] ?? char);
  return `${name === path ? "" : "\\"}${hex}  ./${name}\n`;
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
