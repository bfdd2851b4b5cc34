/**
 * Gives a table reader as much of a file as it is meant to see.
 *
 * @module
 */
import { GunzipReader } from "./gunzip_reader.ts";
import { JsonReader } from "./json_reader.ts";
import { LinesReader } from "./lines_reader.ts";
import {
  noTable,
  SAMPLE_BYTES,
  TABLE_BYTES,
  type TableFormat,
  type TableReader,
} from "./table_reader.ts";
import type { TableFacts } from "./types.ts";

/** A table reader for the first bytes of a file. */
export class TablePass {
  readonly #reader: TableReader;
  readonly #limit: number;
  #given = 0;
  #all = 0;

  constructor(reader: TableReader, limit: number) {
    this.#reader = reader;
    this.#limit = limit;
  }

  /** Takes in the next bytes of the file. */
  async push(bytes: Uint8Array): Promise<void> {
    this.#all += bytes.length;
    const left = this.#limit - this.#given;
    if (left <= 0) return;
    const part = bytes.length <= left ? bytes : bytes.subarray(0, left);
    this.#given += part.length;
    await this.#reader.push(part);
  }

  /** What was read. */
  async finish(): Promise<TableFacts> {
    return this.#all === 0
      ? noTable("It is empty")
      : await this.#reader.finish(this.#given === this.#all);
  }
}

/**
 * A pass for a format that is read as its bytes go by.
 *
 * @param size bytes of the file, or null when they are not known yet
 */
export async function openTablePass(
  format: TableFormat,
  size: number | null,
): Promise<TablePass> {
  const large = size !== null && size > TABLE_BYTES;
  const reader = await openReader(format);
  return new TablePass(
    format.gzip
      ? new GunzipReader(reader, large ? SAMPLE_BYTES : TABLE_BYTES)
      : reader,
    large ? SAMPLE_BYTES : TABLE_BYTES,
  );
}

async function openReader(format: TableFormat): Promise<TableReader> {
  switch (format.name) {
    case "csv":
      return new (await import("./csv_reader.ts")).CsvReader(format.delimiter);
    case "json":
      return new JsonReader();
    case "jsonl":
      return new LinesReader();
    case "arrow":
      return new (await import("./arrow_reader.ts")).ArrowReader();
    case "parquet":
      return new (await import("./parquet_table.ts")).ParquetReader();
  }
}
