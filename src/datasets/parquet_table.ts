/**
 * Reads what a Parquet file says of itself: its schema, its count of rows and the statistics of its columns.
 * Rows are read only where statistics hold cut texts; distinct values are not counted, and a column without
 * statistics has no extremes.
 *
 * @module
 */
import {
  type AsyncBuffer,
  parquetMetadataAsync,
  parquetSchema,
  type SchemaTree,
} from "./parquet_library.ts";
import { messageOf } from "../base/errors.ts";
import { typeOfNative } from "./native_types.ts";
import {
  HeldBytes,
  noTable,
  shownBytes,
  type TableReader,
} from "./table_reader.ts";
import { profilesOf } from "./parquet_profile.ts";
import type { Column, TableFacts } from "./types.ts";

/** Parquet that comes as a stream is held up to this size. */
const HELD = 64 * 2 ** 20;

/** The table that a Parquet file's footer describes. */
async function parquetFacts(file: AsyncBuffer): Promise<TableFacts> {
  try {
    const metadata = await parquetMetadataAsync(file);
    const rows = Number(metadata.num_rows);
    const trees = parquetSchema(metadata).children;
    const columns = trees.map(columnOf);
    return {
      rows,
      columns,
      profile: await profilesOf(file, metadata, trees, columns),
      message: rows === 0 ? "It holds no rows" : null,
      warnings: [],
    };
  } catch (error) {
    const why = await damageOf(file).catch(() => messageOf(error));
    return noTable(`It could not be read as Parquet: ${why}`);
  }
}

/** What is wrong with a file whose footer could not be read. */
async function damageOf(file: AsyncBuffer): Promise<string> {
  const { byteLength } = file;
  const end = await file.slice(Math.max(0, byteLength - 4), byteLength);
  const ending = new TextDecoder().decode(end);
  return ending === "PARE"
    ? "it is encrypted"
    : ending === "PAR1"
    ? "its footer is damaged"
    : "it does not end as a Parquet file does (cut short, or something else)";
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
  readonly #held = new HeldBytes(HELD);

  push(bytes: Uint8Array): void {
    this.#held.push(bytes);
  }

  async finish(complete: boolean): Promise<TableFacts> {
    const bytes = (await this.#held.take())?.buffer;
    if (!complete || bytes === undefined) {
      return noTable(
        `Parquet of more than ${shownBytes(HELD)} is only read from a file`,
      );
    }
    return await parquetFacts({
      byteLength: bytes.byteLength,
      slice: (start, end) => Promise.resolve(bytes.slice(start, end)),
    });
  }
}

/** Several ranges are asked for at once: each is read before another moves the file's position. */
function readRange(
  file: Deno.FsFile,
  start: number,
  end: number,
): ArrayBuffer {
  const bytes = new Uint8Array(end - start);
  file.seekSync(start, Deno.SeekMode.Start);
  let filled = 0;
  while (filled < bytes.length) {
    const count = file.readSync(bytes.subarray(filled));
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
