/**
 * What is known of a dataset: its fingerprint, schema and profile.
 *
 * @module
 */
import type { Digest } from "../base/digest.ts";
import type { Histogram } from "./histogram.ts";

/**
 * What may be named as data: a path, glob or URL as a text, a `URL`, or a value in memory (rows, a typed
 * array, an Arrow, arquero, polars or danfo table, a matrix, a tensor).
 */
export type DataInput = string | URL | unknown;

/** A column of a table. */
export interface Column {
  name: string;
  /** integer, number, boolean, date, datetime, time, string, binary, array, object, mixed or null (nothing but missing values). */
  type: string;
  /** The type's name in the table's own schema, where it has one. */
  native?: string;
  /** Digest of this column's values, for tables in memory. */
  digest?: Digest;
}

/** What a column holds. It is for people to read and no part of any digest. */
export interface ColumnProfile {
  name: string;
  type: string;
  /** Count of missing values; null where a file does not say. */
  missing: number | null;
  /** Count of distinct values that are not missing; null where it was not counted. */
  distinct: number | null;
  /** Present when `distinct` is an estimate (within about 3 %). */
  distinct_is_estimate?: true;
  /** Smallest value: a number, an ISO date, or a text by code unit, cut at 200 characters. Null where there is none. */
  min: number | string | null;
  /** Largest value, likewise. */
  max: number | string | null;
  /** How the numbers are spread; left out of other values, and where a file does not say. */
  histogram?: Histogram;
}

/** One file of a dataset. */
export interface ListedFile {
  /** Its path from the run's folder, with `/`; may start with `../`. Absolute when it lies elsewhere and was named so. */
  path: string;
  /** Bytes. */
  size: number;
  digest: Digest;
  /** When the file came to be, milliseconds since 1970; null where the file system does not say. */
  born_ms: number | null;
  /** When its contents were last changed, milliseconds since 1970. */
  changed_ms: number;
  /** Its device and its number there, which all links to it share; left out where the file system has none. */
  node?: string;
  /** Its owner may execute it. */
  executable?: true;
}

/** A dataset's fingerprint with what was read of it as a table. It is plain JSON. */
export interface Fingerprint {
  /** Where the data came from: the path as named, the URL without secrets, or `memory:` and what it was. */
  uri: string;
  kind: "file" | "folder" | "glob" | "url" | "memory";
  digest: Digest;
  /**
   * How the digest was made: `sha256` (of the bytes), `sha256-listing` (of the lines that `sha256sum`
   * prints), `nbtrack-table-v1`, `nbtrack-array-v1` or `nbtrack-value-v1`.
   */
  digest_algorithm: string;
  /** Bytes: of the files, of the answer, or of the canonical form of what was in memory. */
  size: number;
  /** Count of files; 0 for memory and URLs. */
  files: number;
  rows: number | null;
  columns: Column[] | null;
  profile: ColumnProfile[] | null;
  /** Why it, or part of it, was not read as a table. */
  message: string | null;
  /** The server's `ETag`, for URLs. */
  etag?: string | null;
  /** The server's `Last-Modified`, for URLs. */
  last_modified?: string | null;
  /** The dataset's files, sorted by the bytes of their path; absent for URLs and memory. */
  listing?: ListedFile[];
  /**
   * The folder that a folder's or glob's digest takes paths from, written like the paths of `listing`; null for
   * a single file.
   */
  base?: string | null;
  /** What the files of a glob match, from its base; null for others. */
  pattern?: string | null;
  /** The absolute path of the file or base, when the data was named by one. */
  absolute?: string | null;
  /** Lengths of the axes of an array. */
  shape?: number[];
  /** Only the digest was asked for: the table was not looked at. */
  digest_only?: true;
  warnings: string[];
}

/** What was read of a table. */
export interface TableFacts {
  rows: number | null;
  columns: Column[] | null;
  profile: ColumnProfile[] | null;
  message: string | null;
  warnings: string[];
}

/** What shows whether a file was changed since it was read. */
export interface FileKey {
  /** Absolute path, or a URL. */
  path: string;
  /** Bytes. */
  size: number;
  /** Milliseconds since 1970, with fractions where the file system has them. */
  mtime_ms: number;
  /** When contents, name or rights were last changed: no program can set it back. Deno gives whole seconds. */
  ctime_ms: number;
  inode: number;
  dev: number;
}

/** A fingerprint as it is remembered. */
export interface CachedFingerprint extends Fingerprint {
  /** Digest of the first and the last bytes of a large file. */
  ends?: Digest;
}

/** Remembers fingerprints, so that an unchanged file is not read again. */
export interface DigestCache {
  /** The fingerprint of a file of exactly this key, or null. */
  get(key: FileKey): CachedFingerprint | null;
  /** Remembers a fingerprint; replaces the one of that path. */
  set(key: FileKey, fingerprint: CachedFingerprint): void;
}

/** An open file that is read from its start to its end. */
export interface FileReader {
  /** Fills the buffer from the file: the count of bytes, or null at the end. */
  read(buffer: Uint8Array): Promise<number | null>;
  close(): void;
}

/** How {@linkcode fingerprint} works. */
export interface FingerprintOptions {
  /**
   * Folder against which a relative path stands.
   * @default {Deno.cwd()}
   */
  cwd?: string;
  /**
   * The run's folder: the listed files are named from it.
   * @default {cwd}
   */
  folder?: string;
  /** Where digests of unchanged files are found again. */
  cache?: DigestCache;
  /** Called while bytes are read; `total` is null when it is not known. */
  onProgress?: (bytes: number, total: number | null) => void;
  /** Stops the work; the promise then rejects with the signal's reason. */
  signal?: AbortSignal;
  /**
   * Whether the data is also read as a table.
   * @default {true}
   */
  profile?: boolean;
  /**
   * Milliseconds a URL may stay silent.
   * @default {30000}
   */
  timeout_ms?: number;
  /**
   * What is done when a URL answers that the data is at another one.
   * @default {"follow"}
   */
  redirect?: "follow" | "error";
  /**
   * How a file is opened for reading.
   * @default {Deno.open}
   */
  open?: (path: string) => Promise<FileReader>;
}
