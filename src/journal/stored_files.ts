/**
 * The files that hold contents of artifacts and of models, named by their digests, and which of them the journal names.
 *
 * What is named first is looked for in the same transaction ({@linkcode Artifacts}), and what nothing names is removed
 * in one: between the two nobody loses a file.
 *
 * @module
 */
import { ifThere, removeIfCan } from "../base/files.ts";
import type { Digest } from "../base/digest.ts";
import type { JournalDatabase } from "./database.ts";

/** How long a file that was never finished is kept while a session is open, milliseconds: somebody may still write it. */
const GRACE_MS = 3_600_000;

/** A file of the store. */
interface OnDisk {
  path: string;
  /** The digits of its digest, or a name that ends in `.part` of one that was not finished. */
  name: string;
}

/** The file in a folder that holds a content. */
export function contentFile(folder: string, digest: Digest): string {
  const hex = digest.slice("sha256:".length);
  return `${folder}/${hex.slice(0, 2)}/${hex}`;
}

/** The files of the store, those that were never finished included. */
export function* storedFiles(folder: string): Generator<OnDisk> {
  const entries = ifThere(() => [...Deno.readDirSync(folder)]) ?? [];
  for (const { name, isFile, isDirectory } of entries) {
    const path = `${folder}/${name}`;
    if (isFile && name.endsWith(".part")) yield { path, name };
    else if (isDirectory && /^[0-9a-f]{2}$/.test(name)) {
      for (const file of Deno.readDirSync(path)) {
        if (file.isFile) {
          yield { path: `${path}/${file.name}`, name: file.name };
        }
      }
    }
  }
}

/** The names of the files that the journal names. */
export function namedFiles(db: JournalDatabase): Set<string> {
  return new Set(
    db.all<{ digest: string }>(
      "SELECT digest FROM artifacts UNION SELECT digest FROM model_files",
    ).map(({ digest }) => digest.slice("sha256:".length)),
  );
}

/** A younger file may be about to be finished or named, milliseconds since 1970. */
export function youngestLeft(db: JournalDatabase): number {
  const open = db.get("SELECT 1 FROM sessions WHERE end_time IS NULL LIMIT 1");
  return open === undefined ? Infinity : Date.now() - GRACE_MS;
}

/**
 * Removes files of contents that were replaced, where nothing names them any more, as soon as what replaced them is
 * written. It never fails: what is in use, or whose journal is, stays for `nbtrack gc`.
 */
export function removeReplaced(
  db: JournalDatabase,
  folder: string,
  digests: Iterable<Digest>,
): void {
  const all = new Set(digests);
  if (all.size === 0) return;
  const remove = () => {
    for (const digest of all) {
      const named = db.get(
        "SELECT 1 FROM artifacts WHERE digest = ?1 UNION ALL SELECT 1 FROM model_files WHERE digest = ?1 LIMIT 1",
        digest,
      );
      if (named === undefined) removeIfCan(contentFile(folder, digest));
    }
  };
  db.whenWritten(() => {
    try {
      db.transaction(remove);
    } catch {
      // the journal is in use for long
    }
  });
}
