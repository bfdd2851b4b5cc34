/**
 * The fingerprint of one file.
 *
 * @module
 */
import { basename } from "node:path";
import { type Digest, sha256 } from "../base/digest.ts";
import { DatasetError } from "./errors.ts";
import {
  type FileState,
  isRacy,
  pathError,
  sameState,
  stateOf,
} from "./file_state.ts";
import { readThrough } from "./read_through.ts";
import { openTablePass, type TablePass } from "./table_pass.ts";
import { formatOf, noTable } from "./table_reader.ts";
import type {
  FileReader,
  Fingerprint,
  FingerprintOptions,
  ListedFile,
  TableFacts,
} from "./types.ts";

/** What {@linkcode fingerprintFile} needs to know. */
export interface OneFile {
  /** Absolute path. */
  path: string;
  /** The path as it was named. */
  uri: string;
  /** Its state, when it was already asked for. */
  state?: FileState;
  /** Called with the bytes of this file read so far. */
  onBytes?: (bytes: number) => void;
}

/** Files up to this size are digested even where all their times are as they were: it costs next to nothing. */
const CHEAP_BYTES = 2 ** 16;
/** Of larger ones so many bytes at the start and at the end are: a file system may keep times in coarse steps, or not at all. */
const END_BYTES = 2 ** 15;

/**
 * The fingerprint of a file: from the cache if it is unchanged, else of its bytes, which are read once.
 * A file that was changed just before, so that a later change might not show, is not cached.
 *
 * @throws {DatasetError} when there is no such file or it cannot be read
 */
export async function fingerprintFile(
  file: OneFile,
  options: FingerprintOptions,
): Promise<Fingerprint> {
  const { cache, profile = true, signal } = options;
  signal?.throwIfAborted();
  const before = file.state ?? stateOf(file.path, file.uri);
  const known = cache?.get(before.key);
  const usable = known && (!profile || known.digest_only !== true) &&
    (before.key.size > CHEAP_BYTES
      ? known.ends !== undefined && known.ends === endsOf(file, before)
      : known.digest === await digestOnly(file, before, options));
  if (usable) {
    file.onBytes?.(known.size);
    const { ends: _, ...fingerprint } = known;
    return { ...fingerprint, uri: file.uri, kind: "file", files: 1 };
  }
  const racy = isRacy(before);
  const { digest, size, facts } = await read(file, before, options);
  const after = stateOf(file.path, file.uri);
  const changed = !sameState(before, after) || size !== after.key.size;
  const fingerprint: Fingerprint = {
    uri: file.uri,
    kind: "file",
    digest,
    digest_algorithm: "sha256",
    size,
    files: 1,
    ...facts,
    ...(!profile && { digest_only: true as const }),
    warnings: changed
      ? [...facts.warnings, "It was changed while it was read"]
      : facts.warnings,
  };
  if (!changed && !racy) {
    const ends = size > CHEAP_BYTES ? endsOf(file, before) : null;
    cache?.set(
      before.key,
      ends === null ? fingerprint : { ...fingerprint, ends },
    );
  }
  return fingerprint;
}

/** The digest of a file's first and last bytes; null when it cannot be read. */
function endsOf(
  { path }: OneFile,
  { key: { size } }: FileState,
): Digest | null {
  let file: Deno.FsFile;
  try {
    file = Deno.openSync(path);
  } catch {
    return null; // reading all of it says why
  }
  try {
    const ends = new Uint8Array(2 * END_BYTES);
    let filled = 0;
    for (const at of [0, size - END_BYTES]) {
      file.seekSync(at, Deno.SeekMode.Start);
      for (const until = filled + END_BYTES; filled < until;) {
        const count = file.readSync(ends.subarray(filled, until));
        if (count === null) return null; // it has become shorter
        filled += count;
      }
    }
    return sha256(ends);
  } finally {
    file.close();
  }
}

async function digestOnly(
  file: OneFile,
  state: FileState,
  { open = Deno.open, signal }: FingerprintOptions,
): Promise<string> {
  const reader = await openReader(file, open);
  try {
    const { size } = state.key;
    return (await readThrough(reader, { size, signal })).digest;
  } finally {
    reader.close();
  }
}

async function read(
  file: OneFile,
  state: FileState,
  options: FingerprintOptions,
) {
  const { profile = true, open = Deno.open, signal } = options;
  const format = profile ? formatOf(basename(file.path)) : null;
  const parquet = format?.name === "parquet";
  const pass = format === null || parquet
    ? null
    : await openTablePass(format, state.key.size);
  const reader = await openReader(file, open);
  try {
    const { digest, size } = await readThrough(reader, {
      size: state.key.size,
      ...(pass !== null &&
        { onPiece: (piece: Uint8Array) => pass.push(piece) }),
      onProgress: file.onBytes,
      signal,
    });
    return {
      digest,
      size,
      facts: await factsOf(file.path, { size, parquet, pass, profile }),
    };
  } finally {
    reader.close();
  }
}

/** A file as it stands in a dataset's list. */
export function listedFile(
  path: string,
  { size, digest }: Pick<Fingerprint, "size" | "digest">,
  state: FileState,
): ListedFile {
  return {
    path,
    size,
    digest,
    born_ms: state.born_ms,
    changed_ms: state.key.mtime_ms,
    ...state.key.inode > 0
      ? { node: `${state.key.dev}:${state.key.inode}` }
      : {},
    ...state.executable && state.kind === "file" ? { executable: true } : {},
  };
}

/** Opens a file so that what the file system refuses names it. */
async function openReader(
  file: OneFile,
  open: (path: string) => Promise<FileReader>,
): Promise<FileReader> {
  const refused = (cause: unknown): never => {
    throw pathError(cause, { path: file.path, shown: file.uri, doing: "read" });
  };
  const reader = await open(file.path).catch(refused);
  return {
    read: (buffer) => reader.read(buffer).catch(refused),
    close: () => reader.close(),
  };
}

async function factsOf(
  path: string,
  what: {
    size: number;
    parquet: boolean;
    pass: TablePass | null;
    profile: boolean;
  },
): Promise<TableFacts> {
  if (!what.profile) {
    return noTable(null);
  }
  if (what.size === 0) return noTable("It is empty");
  if (what.parquet) {
    return await (await import("./parquet_table.ts")).parquetFileFacts(
      path,
      what.size,
    );
  }
  return await what.pass?.finish() ??
    noTable(
      "Its name is not that of a table (CSV, TSV, JSON, JSON Lines, Parquet or Arrow)",
    );
}

/**
 * Refuses what is neither a file nor a folder.
 *
 * @throws {DatasetError} always
 */
export function refuseOther(shown: string): never {
  throw new DatasetError(
    `Cannot read the data ${
      JSON.stringify(shown)
    }: it is neither a file nor a folder`,
    {
      path: shown,
      kind: "not-a-file",
      hint: "Save what it gives to a file first.",
    },
  );
}
