/**
 * Fingerprints of data: content digest, schema and profile of a file, folder, glob, URL or table in memory.
 *
 * * A file's digest is the SHA-256 of its bytes, as `sha256sum` prints it.
 * * A folder's and a glob's is the SHA-256 of the lines that `sha256sum` prints for their files, sorted by
 *   path (see `data/listing.ts` for the commands).
 * * A URL's is the SHA-256 of what it answers.
 * * What is in memory is described in `memory.ts`.
 *
 * CSV, TSV, JSON Lines (all also gzipped) are read as tables up to 256 MiB, JSON up to 64 MiB, Parquet by its
 * footer. Of larger CSV and JSON Lines the columns are those of the first MiB. The digest is always of everything.
 *
 * @module
 */
import type { DataInput, Fingerprint, FingerprintOptions } from "./types.ts";

export {
  DatasetError,
  type DatasetErrorKind,
  isDatasetError,
} from "./errors.ts";
export { isNamedData, type NamedInput, namedInputs } from "./named_data.ts";
export { MemoryDigestCache } from "./cache.ts";
export { type StandIn, standIn } from "./files.ts";
export { listingDigest, sortedByPath } from "./listing.ts";
export { isMaskedUrl } from "./url_text.ts";
export { withoutValues } from "./without_values.ts";
export type {
  Column,
  ColumnProfile,
  DataInput,
  DigestCache,
  FileKey,
  FileReader,
  Fingerprint,
  FingerprintOptions,
  ListedFile,
} from "./types.ts";

/**
 * The fingerprint of a dataset.
 *
 * @param data a path, glob or URL, or a value in memory
 * @throws {DatasetError} when it cannot be found, read, or is no data
 */
export async function fingerprint(
  data: DataInput,
  options: FingerprintOptions = {},
): Promise<Fingerprint> {
  if (typeof data === "string" || data instanceof URL) {
    const { fingerprintNamed } = await import("./files.ts");
    return await fingerprintNamed(data, options);
  }
  const { fingerprintMemory } = await import("./memory.ts");
  return fingerprintMemory(data, { profile: options.profile ?? true });
}
