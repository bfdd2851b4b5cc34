/**
 * Reads what a Parquet file says of itself: its schema, its count of rows and the statistics of its columns.
 * No rows are read, so distinct values are not counted, and a column without statistics has no extremes.
 *
 * @module
 */
import {
  type AsyncBuffer,
  type FileMetaData,
  parquetMetadataAsync,
  parquetSchema,
  type SchemaTree,
} from "npm:hyparquet@1.33.0";
import { messageOf } from "../base/errors.ts";
import { shownNumber, shownText } from "./extremes.ts";
import { typeOfNative } from "./native_types.ts";
import { noTable, shownBytes, type TableReader } from "./table_reader.ts";
import type { Column, ColumnProfile, TableFacts } from "./types.ts";

type Extreme = ColumnProfile["min"];

/** Parquet that comes as a stream is held up to this size. */
const HELD = 64 * 2 ** 20;

/** The table that a Parquet file's footer tells of. */
async function parquetFacts(file: AsyncBuffer): Promise<TableFacts> {
  try {
    const metadata = await parquetMetadataAsync(file);
    const rows = Number(metadata.num_rows);
    const trees = parquetSchema(metadata).children;
    const columns = trees.map(columnOf);
    return {
      rows,
      columns,
      profile: columns.map((column, i) =>
        profileOf(metadata, column, trees[i])
      ),
      message: rows === 0 ? "It holds no rows" : null,
      warnings: [],
    };
  } catch (error) {
    return noTable(`It could not be read as Parquet: ${messageOf(error)}`);
  }
}

/** The same for the file at a path. */
export async function parquetFileFacts(
  path: string,
  size: number,
): Promise<TableFacts> {
  try {
    using file = await Deno.open(path);
    return await parquetFacts({
      byteLength: size,
      slice: (start, end = size) => readRange(file, start, end),
    });
  } catch (error) {
    return noTable(`It could not be read as Parquet: ${messageOf(error)}`);
  }
}

/** The same for a stream of bytes, which has to be held to be read from its end. */
export class ParquetReader implements TableReader {
  #pieces: Uint8Array<ArrayBuffer>[] = [];
  #size = 0;

  push(bytes: Uint8Array): void {
    this.#size += bytes.length;
    if (this.#size <= HELD) this.#pieces.push(bytes.slice());
    else this.#pieces = [];
  }

  async finish(complete: boolean): Promise<TableFacts> {
    if (!complete || this.#size > HELD) {
      return noTable(
        `Parquet of more than ${shownBytes(HELD)} is only read from a file`,
      );
    }
    const bytes = await new Blob(this.#pieces).arrayBuffer();
    this.#pieces = [];
    return await parquetFacts({
      byteLength: bytes.byteLength,
      slice: (start, end) => Promise.resolve(bytes.slice(start, end)),
    });
  }
}

async function readRange(
  file: Deno.FsFile,
  start: number,
  end: number,
): Promise<ArrayBuffer> {
  const bytes = new Uint8Array(end - start);
  await file.seek(start, Deno.SeekMode.Start);
  let filled = 0;
  while (filled < bytes.length) {
    const count = await file.read(bytes.subarray(filled));
    if (count === null) {
      throw new Error("the file became shorter while it was read");
    }
    filled += count;
  }
  return bytes.buffer;
}

function columnOf({ element, children }: SchemaTree): Column {
  const { name, type, converted_type, logical_type } = element;
  const native =
    [logical_type?.type, converted_type, type].find((one) =>
      one !== undefined
    ) ?? "STRUCT";
  const repeated = element.repetition_type === "REPEATED" || native === "LIST";
  return {
    name,
    type: repeated
      ? "array"
      : children.length > 0
      ? "object"
      : plainType(native, type),
    native,
  };
}

function plainType(native: string, physical: string | undefined): string {
  if (native === "INTEGER") return "integer";
  if (native === "INT96" || physical === "INT96") return "datetime";
  return typeOfNative(native);
}

function profileOf(
  metadata: FileMetaData,
  column: Column,
  tree: SchemaTree | undefined,
): ColumnProfile {
  const chunks = tree === undefined || tree.children.length > 0
    ? []
    : metadata.row_groups.map((group) =>
      group.columns.find(({ meta_data }) => {
        const path = meta_data?.path_in_schema;
        return path?.length === 1 && path[0] === column.name;
      })?.meta_data?.statistics
    );
  const profile: ColumnProfile = {
    name: column.name,
    type: column.type,
    missing: null,
    distinct: null,
    min: null,
    max: null,
  };
  if (chunks.length === 0) return profile;
  if (chunks.every((chunk) => chunk?.null_count !== undefined)) {
    profile.missing = chunks.reduce(
      (sum, chunk) => sum + Number(chunk?.null_count),
      0,
    );
  }
  // A group of nothing but missing values has no extremes; one without statistics leaves them unknown.
  const told = chunks.filter((chunk) =>
    chunk?.min_value !== undefined && chunk.max_value !== undefined
  );
  const silent = chunks.length - told.length;
  const exact = told.every((chunk) =>
    chunk?.is_min_value_exact !== false && chunk?.is_max_value_exact !== false
  );
  const hollow = chunks.filter((chunk) =>
    chunk !== undefined && !told.includes(chunk) && Number(chunk.null_count) > 0
  );
  if (!exact || silent > hollow.length) return profile;
  profile.min = least(told.map((chunk) => chunk?.min_value), column.type, -1);
  profile.max = least(told.map((chunk) => chunk?.max_value), column.type, 1);
  return profile;
}

/** The first of some statistics by their order (`sign` -1) or the last (1), as a profile shows it. */
function least(values: unknown[], type: string, sign: 1 | -1): Extreme {
  let best: number | bigint | string | Date | null = null;
  for (const value of values) {
    const known = typeof value === "number" || typeof value === "bigint" ||
      typeof value === "string" ||
      value instanceof Date;
    if (!known) return null;
    if (best === null || (sign < 0 ? value < best : value > best)) best = value;
  }
  if (best instanceof Date) {
    return type === "date"
      ? best.toISOString().slice(0, 10)
      : best.toISOString();
  }
  return typeof best === "string" ? shownText(best) : shownNumber(best);
}
