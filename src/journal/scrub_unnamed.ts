/**
 * Stored files that no run names any more: one with a secret in it is removed.
 *
 * @module
 */
import type { Digest } from "../base/digest.ts";
import { ifThere } from "../base/files.ts";
import { ContentStore } from "./contents.ts";
import {
  noteFound,
  type Scrubbed,
  type ScrubOptions,
} from "./scrub_findings.ts";
import { namedFiles, storedFiles, youngestLeft } from "./stored_files.ts";

/** Looks through the files that nothing names; those with a secret are among what is replaced. */
export function scrubUnnamed(
  { db, home, redactor, dryRun, textBytes }: ScrubOptions,
  result: Scrubbed,
): void {
  const folder = `${home}/artifacts`;
  const contents = new ContentStore(folder, db.path, redactor, textBytes);
  const named = namedFiles(db);
  const replaced = new Set<string>(result.replaced);
  const youngest = youngestLeft(db);
  for (const { path, name } of storedFiles(folder)) {
    if (named.has(name) || replaced.has(`sha256:${name}`)) continue;
    const isWhole = !name.endsWith(".part");
    if (!isWhole && !isOlder(path, youngest)) continue;
    const taken = contents.examine(path) ?? [];
    if (taken.length === 0) continue;
    const where = `a stored file that no run names (${name.slice(0, 8)})`;
    noteFound(result, { run_id: "", where, shared: false }, taken);
    if (isWhole) result.replaced.push(`sha256:${name}` as Digest);
    else if (!dryRun) ifThere(() => Deno.removeSync(path));
  }
}

function isOlder(path: string, than: number): boolean {
  const mtime = ifThere(() => Deno.statSync(path))?.mtime;
  return (mtime?.getTime() ?? 0) <= than;
}
