/**
 * Files of a run to which several paths lead, by links.
 *
 * @module
 */

/** A file as its dataset lists it. */
interface LinkedFile {
  path: string;
  digest: string;
  node?: string | undefined;
}

/** Numbers the files to which several paths lead. @returns the number of such a file; undefined for any other one */
export function numberLinked(
  files: readonly LinkedFile[],
): (file: LinkedFile) => number | undefined {
  const paths = new Map<string, Set<string>>();
  for (const file of files) {
    const key = keyOf(file);
    if (key === null) continue;
    paths.set(key, (paths.get(key) ?? new Set()).add(file.path));
  }
  const linked = [...paths].filter(([, { size }]) => size > 1);
  const numbers = new Map(linked.map(([key], n) => [key, n]));
  return (file) => numbers.get(keyOf(file) ?? "");
}

/** What the paths of one file have in common; another file may have got its number between two readings. */
function keyOf({ node, digest }: LinkedFile): string | null {
  return node === undefined ? null : `${node} ${digest}`;
}
