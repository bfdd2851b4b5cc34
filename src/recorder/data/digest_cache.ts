/**
 * The journal as the cache of file digests: a file that is unchanged is not read again.
 *
 * @module
 */
import type {
  DigestCache,
  FileKey,
  Fingerprint,
} from "../../datasets/dataset.ts";
import type { Datasets } from "../../journal/datasets.ts";

/** A digest cache over the journal. */
export function journalCache(datasets: Datasets): DigestCache {
  return {
    get(file) {
      const json = datasets.cached({
        path: file.path,
        size: file.size,
        mtime_ms: file.mtime_ms,
        inode: identityOf(file),
      });
      return json === undefined ? null : JSON.parse(json) as Fingerprint;
    },
    set(file, fingerprint) {
      datasets.remember({
        path: file.path,
        size: file.size,
        mtime_ms: file.mtime_ms,
        inode: identityOf(file),
      }, JSON.stringify(fingerprint));
    },
  };
}

/** Stored readings of earlier versions are not taken for what this one reads of the same bytes. */
const READING = 4;

/** What distinguishes a file from another that has the size and time of another. */
function identityOf({ dev, inode, ctime_ms }: FileKey): string {
  return `${dev}:${inode}:${ctime_ms}:${READING}`;
}
