/**
 * Values of a Parquet file's columns, where its statistics do not say enough and reading them is cheap.
 *
 * @module
 */
import {
  brotliDecompressSync,
  gunzipSync,
  zstdDecompressSync,
} from "node:zlib";
import {
  type AsyncBuffer,
  type FileMetaData,
  parquetRead,
} from "./parquet_library.ts";
import { shownText, TextExtremes } from "./extremes.ts";
import { type Histogram, HistogramCounter } from "./histogram.ts";
import type { ColumnProfile } from "./types.ts";

/** The smallest or largest value of a column. */
export type Extreme = ColumnProfile["min"];

/** Values are read from files up to this size. */
const READ_BYTES = 64 * 2 ** 20;
/** Numbers that are read of a file, at most: more take longer than their picture is worth. */
const MAX_NUMBERS = 2_000_000;

/** Extremes that are not known. */
export const NO_EXTREMES: { min: Extreme; max: Extreme } = {
  min: null,
  max: null,
};

/** The extremes of a column of texts, from its values; unknown where they cannot be read. */
export async function readExtremes(
  file: AsyncBuffer,
  metadata: FileMetaData,
  name: string,
): Promise<{ min: Extreme; max: Extreme }> {
  const texts = new TextExtremes();
  let strange = false;
  const wasRead = await readValues(file, metadata, [name], (_, value) => {
    if (typeof value === "string") texts.add(value);
    else if (value !== null && value !== undefined) strange = true;
  });
  return strange || !wasRead
    ? NO_EXTREMES
    : { min: shownText(texts.min), max: shownText(texts.max) };
}

/** How the numbers of some columns are spread; of those that are too many, or cannot be read, nothing. */
export async function readHistograms(
  file: AsyncBuffer,
  metadata: FileMetaData,
  names: readonly string[],
): Promise<Map<string, Histogram>> {
  const found = new Map<string, Histogram>();
  const count = Number(metadata.num_rows) * names.length;
  if (count === 0 || count > MAX_NUMBERS) return found;
  const counters = new Map(names.map((name) => [name, new HistogramCounter()]));
  const wasRead = await readValues(file, metadata, names, (name, value) => {
    if (typeof value === "number" || typeof value === "bigint") {
      counters.get(name)?.add(Number(value));
    }
  });
  if (!wasRead) return found;
  for (const [name, counter] of counters) {
    const histogram = counter.result();
    if (histogram !== null) found.set(name, histogram);
  }
  return found;
}

/** Hands over each value of some columns. @returns false where they cannot be read */
async function readValues(
  file: AsyncBuffer,
  metadata: FileMetaData,
  columns: readonly string[],
  take: (name: string, value: unknown) => void,
): Promise<boolean> {
  if (file.byteLength > READ_BYTES) return false;
  try {
    await parquetRead({
      file,
      metadata,
      columns: [...columns],
      compressors: {
        GZIP: (bytes) => gunzipSync(bytes),
        BROTLI: (bytes) => brotliDecompressSync(bytes),
        ZSTD: (bytes) => zstdDecompressSync(bytes),
      },
      onChunk({ columnName, columnData }) {
        for (const value of Array.from(columnData)) take(columnName, value);
      },
    });
    return true;
  } catch {
    return false; // a packing that nobody here unpacks: its values stay unknown
  }
}
