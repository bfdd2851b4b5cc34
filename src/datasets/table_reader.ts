/**
 * Reading a file as a table while its bytes pass by.
 *
 * @module
 */
import type { TableFacts } from "./types.ts";

/** Takes in a file's bytes and says what table they are. */
export interface TableReader {
  /** Takes in the next bytes; they may be overwritten once the promise has ended. Never rejects. */
  push(bytes: Uint8Array): void | Promise<void>;
  /**
   * Ends the table.
   *
   * @param complete whether the bytes were all there are
   */
  finish(complete: boolean): TableFacts | Promise<TableFacts>;
}

/** A format that is read as a table. */
export interface TableFormat {
  name: "csv" | "json" | "jsonl" | "parquet" | "arrow";
  gzip: boolean;
  /** The delimiter that the name of the file stands for. */
  delimiter?: "\t";
}

/**
 * Tables are read whole up to this many bytes (unpacked, if they are packed). Of larger files the digest is
 * of everything, and the columns' names and types are of the first {@linkcode SAMPLE_BYTES}.
 */
export const TABLE_BYTES = 256 * 2 ** 20;

/** How much is read of a table that is too large to be read whole. */
export const SAMPLE_BYTES = 2 ** 20;

/** JSON documents (not JSON Lines) are held in memory to be read; larger ones are not. */
export const JSON_BYTES = 64 * 2 ** 20;

/** More columns than this are not a table. */
export const MOST_COLUMNS = 10_000;

/** The bytes of a table that can only be read whole; what is longer than a limit is not held. */
export class HeldBytes {
  readonly #most: number;
  #pieces: Uint8Array<ArrayBuffer>[] = [];
  #size = 0;

  constructor(most: number) {
    this.#most = most;
  }

  push(bytes: Uint8Array): void {
    this.#size += bytes.length;
    if (this.#size <= this.#most) this.#pieces.push(bytes.slice());
    else this.#pieces = [];
  }

  /** All of them, which are let go of; null when they were too many. */
  async take(): Promise<Uint8Array<ArrayBuffer> | null> {
    if (this.#size > this.#most) return null;
    const bytes = await new Blob(this.#pieces).bytes();
    this.#pieces = [];
    return bytes;
  }
}

const FORMATS: Readonly<Record<string, Omit<TableFormat, "gzip">>> = {
  csv: { name: "csv" },
  tsv: { name: "csv", delimiter: "\t" },
  tab: { name: "csv", delimiter: "\t" },
  psv: { name: "csv" },
  json: { name: "json" },
  jsonl: { name: "jsonl" },
  ndjson: { name: "jsonl" },
  parquet: { name: "parquet" },
  pq: { name: "parquet" },
  arrow: { name: "arrow" },
  arrows: { name: "arrow" },
  feather: { name: "arrow" },
  ipc: { name: "arrow" },
};

/** The format that a file's name stands for, or null when it is not read as a table. */
export function formatOf(name: string): TableFormat | null {
  const match = /\.([a-z]+)(\.b?gz)?$/i.exec(name);
  const format = FORMATS[(match?.[1] ?? "").toLowerCase()];
  if (format === undefined) return null;
  const gzip = match?.[2] !== undefined;
  const packs_itself = format.name === "parquet" || format.name === "arrow";
  return gzip && packs_itself ? null : { ...format, gzip };
}

/** What is said of data that was not read as a table: why it could not be, or null where nobody asked. */
export function noTable(
  message: string | null,
  warnings: string[] = [],
): TableFacts {
  return { rows: null, columns: null, profile: null, message, warnings };
}

/** A count of bytes for people. */
export function shownBytes(bytes: number): string {
  return bytes >= 2 ** 20
    ? `${Math.floor(bytes / 2 ** 20)} MiB`
    : `${bytes} bytes`;
}

/** What is said when only the start of a table was read. */
export function onlyStart(read: number): string {
  return `It is too large to be read whole: its columns are those of the first ${
    shownBytes(read)
  }, and rows were not counted`;
}

/** What is said when not even the first record was read to its end. */
export function startTooLong(read: number): string {
  return `It is too large to be read whole, and its first record is longer than ${
    shownBytes(read)
  }`;
}
