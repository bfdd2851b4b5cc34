/**
 * What a run that nbtrack logged carries among its artifacts: the manifest, and the session as a notebook.
 *
 * @module
 */
import { sha256 } from "../base/digest.ts";
import { messageOf, NbtrackError } from "../base/errors.ts";
import { z } from "../base/zod.ts";
import {
  type BundledCell,
  type Manifest,
  readManifestSchema,
} from "./bundle/manifest.ts";
import { cellName } from "./cell_name.ts";
import { codeCellsOf, type SavedCodeCell } from "../notebook/saved_cells.ts";
import { notebookSchema } from "../notebook/schema.ts";
import {
  refuseManyCells,
  refuseManyValues,
  TEXT_LIMITS,
  type TextLimits,
} from "./bundle/text_limits.ts";
import { parseJson } from "./schema/documents.ts";
import {
  flagSchema,
  type missingSchema,
  type RecordedArtifact,
  type RecordedCell,
} from "./schema/record.ts";

/** Longest file that is read into memory, bytes. */
const MAX_BYTES = 256 << 20;

/** What is missing, and why. */
type Missing = z.infer<typeof missingSchema>;

/** What could be read of it. */
export interface LoggedRecord {
  /** Null when there is none, or it cannot be read. */
  manifest: Manifest | null;
  cells: RecordedCell[];
  missing: Missing[];
}

/** What the metadata of a logged cell says of its execution. */
const metadataSchema = z.looseObject({
  nbtrack: z.looseObject({
    status: z.enum(["ok", "error", "aborted"]).default("ok"),
    flags: z.array(flagSchema).default([]),
  }).optional(),
});

/** Reads the manifest and the session, if they are among a run's files. */
export async function readLogged(
  files: readonly RecordedArtifact[],
  download: (path: string) => Promise<ReadableStream<Uint8Array<ArrayBuffer>>>,
  limits: TextLimits = TEXT_LIMITS,
): Promise<LoggedRecord> {
  const missing: Missing[] = [];
  const read = async <T>(
    path: string,
    schema: z.ZodType<T>,
  ): Promise<T | null> => {
    const file = files.find((other) => other.path === path);
    if (file === undefined) return null;
    try {
      const text = await textOf(await download(path), path);
      refuseManyValues(path, text, limits);
      const value = parseJson(schema, text, path);
      refuseManyCells(path, value, limits);
      return value;
    } catch (error) {
      missing.push({ what: path, why: messageOf(error) });
      return null;
    }
  };
  const manifest = await read("manifest.json", readManifestSchema);
  const session = await read("session.ipynb", notebookSchema);
  const code = session === null ? [] : codeCellsOf(session);
  const cells = code.map((cell, index) =>
    cellOf(cell, index, manifest?.cells[index])
  );
  if (manifest !== null && session !== null) {
    missing.push(...contradictions(manifest.cells, cells));
  }
  return { manifest, cells, missing };
}

function cellOf(
  cell: SavedCodeCell,
  index: number,
  vouched: BundledCell | undefined,
): RecordedCell {
  const { nbtrack } = metadataSchema.safeParse(cell.metadata).data ?? {};
  return {
    index,
    id: vouched === undefined ? cell.id : vouched.id,
    execution_count: cell.execution_count,
    source: cell.source,
    status: vouched?.status ?? nbtrack?.status ?? "ok",
    start_time: vouched?.start_time ?? null,
    end_time: vouched?.end_time ?? null,
    outputs: [...cell.outputs],
    flags: vouched?.flags ?? nbtrack?.flags ?? [],
    source_from: vouched?.source_from ?? null,
    ...vouched?.interrupted === true ? { interrupted: true } : {},
  };
}

/** What of the logged notebook is not what its manifest vouches for. */
function contradictions(
  vouched: readonly BundledCell[],
  cells: readonly RecordedCell[],
): Missing[] {
  const changed = cells.filter(({ index, source }) => {
    const digest = vouched[index]?.source;
    return typeof digest === "string" && digest !== sha256(source);
  });
  const found: Missing[] = [];
  if (vouched.length !== cells.length) {
    found.push({
      what: "cells as executed",
      why:
        `session.ipynb has ${cells.length} cells, the manifest has ${vouched.length} executions`,
    });
  }
  if (changed.length > 0) {
    found.push({
      what: "cell sources as executed",
      why: `session.ipynb was changed since: ${
        changed.map((cell) => `cell ${cellName(cell)}`).join(", ")
      }`,
    });
  }
  return found;
}

async function textOf(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  path: string,
): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  for await (const chunk of stream) {
    size += chunk.length;
    if (size > MAX_BYTES) {
      throw new NbtrackError(
        `Cannot read ${path}: it has more than ${MAX_BYTES >> 20} MiB.`,
      );
    }
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
