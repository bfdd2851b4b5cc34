/**
 * The fingerprint of several files: a folder or a glob.
 *
 * @module
 */
import { listingDigest, sortedByPath } from "./listing.ts";
import { mergedFacts } from "./merge.ts";
import { fingerprintFile, listedFile } from "./one_file.ts";
import { inFolder } from "./own_path.ts";
import type { Fingerprint, FingerprintOptions } from "./types.ts";
import type { WalkedFile } from "./walk.ts";

/** How many files are read at once: small ones spend most of their time waiting for the disk. */
const AT_ONCE = 4;

/** What {@linkcode fingerprintFiles} needs to know. */
export interface ManyFiles {
  uri: string;
  kind: "folder" | "glob";
  /** The folder that the files' paths start from, as the run names it. */
  base: string;
  /** What they match, when they are those of a glob. */
  pattern: string | null;
  /** The folder's absolute path, when it was named by one. */
  absolute: string | null;
  files: readonly WalkedFile[];
  /** What was left out. */
  warnings: readonly string[];
  /** The path of a file in messages. */
  shown: (path: string) => string;
}

/**
 * The fingerprint of files. If all of them are tables of the same columns, it describes them as one table.
 *
 * @throws {DatasetError} when one cannot be read
 */
export async function fingerprintFiles(
  many: ManyFiles,
  options: FingerprintOptions,
): Promise<Fingerprint> {
  const files = sortedByPath(many.files);
  const total = files.reduce((sum, { state }) => sum + state.key.size, 0);
  const stop = new AbortController();
  const signal = options.signal === undefined
    ? stop.signal
    : AbortSignal.any([stop.signal, options.signal]);
  const prints = new Array<Fingerprint>(files.length);
  const read = new Array<number>(files.length).fill(0);
  let sum = 0;
  let next = 0;
  const work = async () => {
    for (let i = next++; i < files.length; i = next++) {
      const file = files[i] as WalkedFile;
      prints[i] = await fingerprintFile({
        path: file.absolute,
        uri: many.shown(file.path),
        state: file.state,
        onBytes: (bytes) => {
          sum += bytes - (read[i] as number);
          read[i] = bytes;
          options.onProgress?.(sum, total);
        },
      }, { ...options, signal });
    }
  };
  const workers = Array.from({ length: AT_ONCE }, work);
  try {
    await Promise.all(workers);
  } finally {
    stop.abort();
    await Promise.allSettled(workers);
  }
  const listing = files.map(({ path, state }, i) =>
    listedFile(path, prints[i] as Fingerprint, state)
  );
  const facts = mergedFacts(
    prints,
    files.map(({ path }) => path),
    options.profile ?? true,
  );
  return {
    uri: many.uri,
    kind: many.kind,
    digest: listingDigest(listing),
    digest_algorithm: "sha256-listing",
    size: listing.reduce((bytes, { size }) => bytes + size, 0),
    files: listing.length,
    ...facts,
    listing: listing.map((file) => ({
      ...file,
      path: inFolder(many.base, file.path),
    })),
    base: many.base,
    pattern: many.pattern,
    absolute: many.absolute,
    warnings: [...many.warnings, ...facts.warnings],
  };
}
