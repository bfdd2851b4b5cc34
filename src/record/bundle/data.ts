/**
 * The data of a run as it goes into a bundle: small files with their contents, larger ones by digest and by where
 * they came from.
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
import { lineDigests, MAX_MARKED_BYTES } from "./line_digests.ts";
import type { BundledDataFile, BundledDataset } from "./manifest.ts";
import { baseOfGlob, joinPath, normalPath } from "./paths.ts";

/** Files up to this size travel in the bundle. */
export const MAX_FILE_BYTES = 5 << 20;
/** All of them together. */
export const MAX_DATA_BYTES = 20 << 20;
/** Files of one folder that are named singly. */
const MAX_LISTED = 2000;

/** A file of a dataset with its contents, if it travels. */
export type CollectedFile = Omit<BundledDataFile, "file"> & {
  bytes: Uint8Array | null;
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
  /** The notebook's folder. */
  cwd: string | null;
  /** That folder's path from the root of its repository; null outside one. */
  repository_path: string | null;
  /** The sources of the cells. */
  sources: readonly string[];
}

const storedSchema = fingerprintSchema.extend({
  kind: z.enum(["file", "folder", "glob", "url", "memory"]),
  digest_algorithm: z.string().nullable().default(null),
  listing: z.array(
    z.looseObject({ path: z.string(), size: z.number(), digest: digestSchema }),
  ).optional(),
});
type Stored = z.infer<typeof storedSchema>;

/** Collects a run's datasets. Only files that still have the recorded digest are taken in. */
export function collectDatasets(
  rows: readonly DatasetRow[],
  options: CollectDataOptions,
): CollectedDataset[] {
  const room = { left: options.embed ? MAX_DATA_BYTES : 0 };
  return rows.map((row) => collect(row, room, options));
}

function collect(
  row: DatasetRow,
  room: { left: number },
  options: CollectDataOptions,
): CollectedDataset {
  const stored = row.fingerprint === null
    ? null
    : parseJson(storedSchema, row.fingerprint, `dataset ${row.name}`);
  const places = stored === null ? [] : placesOf(row, stored);
  const folder = row.cwd ?? options.cwd ?? ".";
  const files = places.slice(0, MAX_LISTED).map((place) =>
    readFile(place, folder, room)
  );
  const first = places[0]?.path ?? null;
  return {
    name: row.name,
    context: row.context,
    found: row.found,
    uri: stored?.uri ?? row.input,
    kind: stored?.kind ?? null,
    digest: stored?.digest ?? null,
    digest_algorithm: stored?.digest_algorithm ?? null,
    size: stored?.size ?? null,
    rows: stored?.rows ?? null,
    columns: stored?.columns ?? null,
    origin: {
      repository_path: first === null ? null : inRepository(first, options),
      url: stored?.kind === "url" ? stored.uri : null,
      lfs: places.length === 1 && first !== null &&
          isLfs(joinPath(folder, first), folder)
        ? places[0]?.digest.slice("sha256:".length) ?? null
        : null,
      dvc: first === null ? null : dvcPointer(joinPath(folder, first)),
    },
    files,
    made: places.some((place) => isWritten(place.path, options.sources)),
    fingerprint: stored,
    left_out: leftOut(row, files, places.length, options.embed),
  };
}

type Place = { path: string; digest: `sha256:${string}`; size: number };

/** The files of a dataset, as the notebook names them. */
function placesOf(row: DatasetRow, stored: Stored): Place[] {
  if (row.input === null || stored.kind === "memory" || stored.kind === "url") {
    return [];
  }
  const input = row.input.startsWith("file:")
    ? decodeURIComponent(new URL(row.input).pathname)
    : row.input;
  if (stored.kind === "file") {
    const digest = digestSchema.parse(stored.digest) as Place["digest"];
    return [{ path: normalPath(input), digest, size: stored.size }];
  }
  const base = stored.kind === "glob" ? baseOfGlob(input) : input;
  return (stored.listing ?? []).map((item) => ({
    path: normalPath(joinPath(base, item.path)),
    digest: item.digest as Place["digest"],
    size: item.size,
  }));
}

function readFile(
  place: Place,
  folder: string,
  room: { left: number },
): CollectedFile {
  const travels = place.size <= MAX_FILE_BYTES && place.size <= room.left;
  let bytes: Uint8Array | null = null;
  if (place.size <= MAX_MARKED_BYTES) {
    try {
      bytes = Deno.readFileSync(joinPath(folder, place.path));
    } catch {
      bytes = null; // gone since: it is named by its digest alone, and `left_out` says so
    }
  }
  if (bytes !== null && sha256(bytes) !== place.digest) bytes = null;
  if (travels && bytes !== null) room.left -= bytes.length;
  return {
    ...place,
    lines: bytes === null ? null : lineDigests(bytes),
    bytes: travels ? bytes : null,
  };
}

function leftOut(
  row: DatasetRow,
  files: readonly CollectedFile[],
  count: number,
  embed: boolean,
): string | null {
  if (row.error !== null) return row.error;
  const away = files.filter((file) => file.bytes === null);
  if (count === 0 || (away.length === 0 && count <= MAX_LISTED)) return null;
  if (!embed) return "it is named by its digest, as its run asked";
  if (count > MAX_LISTED) {
    return `it has ${count} files, more than ${MAX_LISTED}`;
  }
  const large = away.find((file) => file.size > MAX_FILE_BYTES);
  if (large !== undefined) {
    return `${large.path} has ${large.size} bytes, more than ${MAX_FILE_BYTES}`;
  }
  const total = files.reduce((sum, file) => sum + file.size, 0);
  return total > MAX_DATA_BYTES
    ? `the run's data is larger than ${MAX_DATA_BYTES} bytes`
    : `${away[0]?.path} was changed or is gone since`;
}

function inRepository(
  path: string,
  options: CollectDataOptions,
): string | null {
  if (options.repository_path === null || /^([/\\]|[A-Za-z]:)/.test(path)) {
    return null;
  }
  const inside = normalPath(joinPath(options.repository_path || ".", path));
  return inside.startsWith("../") ? null : inside;
}

/** Whether a cell seems to write the file: its name stands in a source that writes. */
function isWritten(path: string, sources: readonly string[]): boolean {
  const name = path.split("/").pop() ?? path;
  const writes =
    /\bwrite(?:Text)?File|\bwriteFileSync|\bwriteTextFileSync|createWriteStream|\bcopyFile|Deno\.create\b|Deno\.open\([^)]*(?:write|create)\s*:\s*true/;
  return sources.some((source) => source.includes(name) && writes.test(source));
}

/** The MD5 that `FILE.dvc` names. */
function dvcPointer(path: string): string | null {
  const text = smallText(`${path}.dvc`);
  return text === null
    ? null
    : /^\s*-?\s*md5:\s*(\S+)/m.exec(text)?.[1] ?? null;
}

/** Whether git attributes between the file and its repository's root give it to LFS. */
function isLfs(path: string, cwd: string): boolean {
  let folder = normalPath(joinPath(cwd, path));
  const name = folder.split("/").pop() ?? "";
  while (folder.includes("/")) {
    folder = folder.slice(0, folder.lastIndexOf("/"));
    const rules = smallText(`${folder}/.gitattributes`)?.split("\n") ?? [];
    for (const rule of rules) {
      const [pattern = "", ...attributes] = rule.trim().split(/\s+/);
      if (attributes.includes("filter=lfs") && matches(pattern, name)) {
        return true;
      }
    }
    if (exists(`${folder}/.git`)) return false;
  }
  return false;
}

function matches(pattern: string, name: string): boolean {
  const last = pattern.split("/").pop() ?? pattern;
  const source = last.replace(/[.+^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`).test(name);
}

function smallText(path: string): string | null {
  try {
    return Deno.statSync(path).size > 1 << 16
      ? null
      : Deno.readTextFileSync(path);
  } catch {
    return null; // no such pointer, or none that can be read: nothing is said of it
  }
}

function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false; // that is the question
  }
}
