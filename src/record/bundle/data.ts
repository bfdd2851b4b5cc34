/**
 * The data of a run as it goes into a bundle: small files with their contents, larger ones by digest and by where
 * they came from. Which files a dataset has is read from its fingerprint alone.
 *
 * @module
 */
import { sha256 } from "../../base/digest.ts";
import { z } from "../../base/zod.ts";
import type { DatasetRow } from "../../journal/datasets.ts";
import {
  digestSchema,
  fingerprintSchema,
  parseJson,
} from "../schema/documents.ts";
import type { RecordedCell } from "../schema/record.ts";
import { lineDigests, MAX_DIGESTED_BYTES } from "./line_digests.ts";
import { numberLinked } from "./linked_files.ts";
import { wasMade } from "./made.ts";
import {
  type BundledDataFile,
  type BundledDataset,
  LAST_TIME,
} from "./manifest.ts";
import { isAbsolute, joinPath, normalPath } from "./paths.ts";

/** Files up to this size travel in the bundle. */
export const MAX_FILE_BYTES = 5 << 20;
/** All of them together. */
export const MAX_DATA_BYTES = 20 << 20;
/** Files of one folder that are named singly. */
export const MAX_LISTED = 2000;

/** A file of a dataset with its contents, if it travels. */
export type CollectedFile = Omit<BundledDataFile, "file"> & {
  bytes: Uint8Array | null;
  /** Why it may not travel: it holds a secret, or could hold one. @default {nothing is against it} */
  secret?: string;
};

/** A dataset of a run. */
export type CollectedDataset = Omit<BundledDataset, "files"> & {
  files: CollectedFile[];
  /** The whole fingerprint, profile included. */
  fingerprint: unknown;
  /** Why its contents do not travel; null when they do or when it was made in memory. */
  left_out: string | null;
};

/** What decides how data is collected. */
export interface CollectDataOptions {
  /** Whether contents may travel. */
  embed: boolean;
  /** What forbids bytes to travel: a secret, or that nobody can look into them. @default {nothing} */
  forbids?: (bytes: Uint8Array) => string | null;
  /** The notebook's folder. */
  cwd: string | null;
  /** That folder's path from the root of its repository; null outside one. */
  repository_path: string | null;
  /** The run's cell executions. */
  cells: readonly RecordedCell[];
  /** Whether the notebook itself answers at an address; null where it starts no server. */
  served: ((url: string) => boolean) | null;
}

const fileSchema = z.looseObject({
  path: z.string(),
  size: z.number(),
  digest: digestSchema,
  born_ms: z.number().nullable(),
  changed_ms: z.number(),
  node: z.string().optional(),
  executable: z.literal(true).optional(),
});
const storedSchema = fingerprintSchema.extend({
  kind: z.enum(["file", "folder", "glob", "url", "memory"]),
  digest_algorithm: z.string().nullable().default(null),
  // Fingerprints of earlier versions listed files in another way: those name none.
  listing: z.array(fileSchema).catch([]).default([]),
  base: z.string().nullable().default(null),
  pattern: z.string().nullable().default(null),
  absolute: z.string().nullable().default(null),
  origin: z.object({
    lfs: z.string().nullable(),
    dvc: z.string().nullable(),
    kernel_started_ms: z.number().nullable(),
  }).optional(),
});
type Stored = z.infer<typeof storedSchema>;
type StoredFile = z.infer<typeof fileSchema>;

/** Collects a run's datasets. Only files that still have the recorded digest are taken in. */
export function collectDatasets(
  rows: readonly DatasetRow[],
  options: CollectDataOptions,
): CollectedDataset[] {
  const room = { left: options.embed ? MAX_DATA_BYTES : 0 };
  const all = rows.map((row) => ({ row, stored: storedOf(row) }));
  const links = numberLinked(
    all.flatMap(({ stored }) => stored?.listing ?? []),
  );
  return all.map(({ row, stored }) =>
    collect(row, stored, { ...options, room, links })
  );
}

function storedOf({ name, fingerprint }: DatasetRow): Stored | null {
  return fingerprint === null
    ? null
    : parseJson(storedSchema, fingerprint, `dataset ${name}`);
}

/** What collecting one dataset needs besides. */
interface Collecting extends CollectDataOptions {
  /** Bytes that may still travel. */
  room: { left: number };
  /** The number of a file to which several paths lead. */
  links: (file: StoredFile) => number | undefined;
}

function collect(
  row: DatasetRow,
  stored: Stored | null,
  options: Collecting,
): CollectedDataset {
  const listed = stored?.listing ?? [];
  const folder = options.cwd ?? row.cwd ?? ".";
  const uri = stored?.uri ?? row.input;
  const files = listed.slice(0, MAX_LISTED).map((file) =>
    readFile(file, folder, options)
  );
  return {
    name: row.name,
    context: row.context,
    found: row.found,
    uri,
    kind: stored?.kind ?? null,
    digest: stored?.digest ?? null,
    digest_algorithm: stored?.digest_algorithm ?? null,
    size: stored?.size ?? null,
    rows: stored?.rows ?? null,
    columns: stored?.columns ?? null,
    ...row.changed === null ? {} : { changed: row.changed },
    base: stored?.base ?? null,
    pattern: stored?.pattern ?? null,
    absolute: stored?.absolute ?? null,
    origin: {
      repository_path: inRepository(listed, options),
      url: stored?.kind === "url" ? stored.uri : null,
      lfs: stored?.origin?.lfs ?? null,
      dvc: stored?.origin?.dvc ?? null,
    },
    files,
    made: (uri !== null && options.served?.(uri) === true) ||
      listed.some((file) =>
        wasMade(file, {
          cells: options.cells,
          kernel_started_ms: stored?.origin?.kernel_started_ms ?? null,
        })
      ),
    fingerprint: stored === null ? null : {
      ...stored,
      listing: listed.map(({ node: _, ...file }) => file),
    },
    left_out: leftOut(row, stored, files, options.embed),
  };
}

function readFile(
  stored: StoredFile,
  folder: string,
  { embed, forbids, room, links }: Collecting,
): CollectedFile {
  const { path, size, digest, changed_ms } = stored;
  const linked = links(stored);
  const file = {
    ...{ path, size, digest },
    ...changed_ms > 0 && changed_ms <= LAST_TIME
      ? { changed_time: Math.floor(changed_ms) }
      : {},
    ...stored.executable ? { executable: true as const } : {},
    ...linked === undefined ? {} : { linked },
  };
  const travels = size <= MAX_FILE_BYTES && size <= room.left;
  // Digests of prefixes would let contents be guessed line by line that are not to travel.
  if (!embed || size > MAX_DIGESTED_BYTES) {
    return { ...file, lines: null, bytes: null };
  }
  const bytes = recordedBytes(joinPath(folder, path), { size, digest });
  const secret = travels && bytes !== null ? forbids?.(bytes) ?? null : null;
  if (secret !== null) return { ...file, lines: null, bytes: null, secret };
  if (travels && bytes !== null) room.left -= bytes.length;
  return {
    ...file,
    lines: bytes === null ? null : lineDigests(bytes),
    bytes: travels ? bytes : null,
  };
}

/** What a file held when it was recorded: all of it, or the beginning of one that was appended to since. */
function recordedBytes(
  path: string,
  { size, digest }: Pick<StoredFile, "size" | "digest">,
): Uint8Array | null {
  try {
    const bytes = Deno.readFileSync(path).subarray(0, size);
    return sha256(bytes) === digest ? bytes : null;
  } catch {
    return null; // gone since: it is named by its digest alone, and `left_out` says so
  }
}

function leftOut(
  row: DatasetRow,
  stored: Stored | null,
  files: readonly CollectedFile[],
  embed: boolean,
): string | null {
  if (row.error !== null) return row.error;
  const count = stored?.listing.length ?? 0;
  const away = files.filter((file) => file.bytes === null);
  if (count === 0 || (away.length === 0 && count <= MAX_LISTED)) return null;
  if (!embed) return "it is named by its digest, as its run asked";
  if (count > MAX_LISTED) {
    return `it has ${count} files, more than ${MAX_LISTED}`;
  }
  const secret = away.find((file) => file.secret !== undefined);
  if (secret !== undefined) return `${secret.path} ${secret.secret}`;
  const large = away.find((file) => file.size > MAX_FILE_BYTES);
  if (large !== undefined) {
    return `${large.path} has ${large.size} bytes, more than ${MAX_FILE_BYTES}`;
  }
  const total = files.reduce((sum, file) => sum + file.size, 0);
  return total > MAX_DATA_BYTES
    ? `the run's data is larger than ${MAX_DATA_BYTES} bytes`
    : `${away[0]?.path} was changed or is gone since`;
}

/** The path of the first file from the root of the repository. */
function inRepository(
  [first]: readonly StoredFile[],
  { repository_path }: CollectDataOptions,
): string | null {
  if (first === undefined || repository_path === null) return null;
  if (isAbsolute(first.path)) return null;
  const inside = normalPath(joinPath(repository_path || ".", first.path));
  return inside.startsWith("../") ? null : inside;
}
