/**
 * Reads CSV as it goes by: rows are counted and looked at, never kept.
 *
 * @module
 */
import { messageOf } from "../base/errors.ts";
import {
  type Dialect,
  DIALECT_CHARS,
  dialectOf,
  isBlank,
  parseRecords,
} from "./csv_parser.ts";
import { exactDistinct } from "./distinct.ts";
import { Newlines } from "./newlines.ts";
import {
  MOST_COLUMNS,
  noTable,
  onlyStart,
  shownBytes,
  startTooLong,
  type TableReader,
} from "./table_reader.ts";
import { TextColumn } from "./text_column.ts";
import { TextPieces } from "./text_decoder.ts";
import type { Column, TableFacts } from "./types.ts";

/** The parser makes arrays of all cells of a piece: small pieces keep memory low. */
const PIECE = 1 << 16;

/** A longer record is taken for damage (a quote that is never closed). */
const LONGEST_RECORD = 4 * 2 ** 20;

/** Reads delimited text whose first record names the columns. Blank lines are no rows. */
export class CsvReader implements TableReader {
  readonly #delimiter: string | undefined;
  readonly #pieces = new TextPieces();
  readonly #newlines = new Newlines();
  readonly #warnings: string[] = [];
  #dialect: Dialect | null = null;
  #pending = "";
  #read = 0;
  #names: string[] | null = null;
  #columns: TextColumn[] = [];
  #rows = 0;
  #damage: string | null = null;

  /** @param delimiter what separates cells, when the file's name says it */
  constructor(delimiter?: string) {
    this.#delimiter = delimiter;
  }

  push(bytes: Uint8Array): void {
    for (
      let from = 0;
      from < bytes.length && this.#damage === null;
      from += PIECE
    ) {
      const piece = bytes.subarray(from, from + PIECE);
      this.#read += piece.length;
      this.#take(() => this.#newlines.next(this.#pieces.next(piece)), false);
    }
  }

  finish(complete: boolean): TableFacts {
    if (complete && this.#damage === null) {
      this.#take(
        () => this.#newlines.next(this.#pieces.last()) + this.#newlines.last(),
        true,
      );
    } else if (this.#dialect === null && this.#damage === null) {
      // Only the start of a file was given, and less than shows a dialect.
      this.#take(() => "", false, true);
    }
    if (this.#damage !== null) {
      return noTable(
        `It could not be read as CSV: ${this.#damage}`,
        this.#warnings,
      );
    }
    if (this.#names === null) {
      return noTable(
        complete ? "It holds no rows" : startTooLong(this.#read),
        this.#warnings,
      );
    }
    const columns = this.#names.map((name, i): Column => ({
      name,
      type: this.#columns[i]?.type() ?? "null",
    }));
    if (!complete) {
      return {
        rows: null,
        columns,
        profile: null,
        message: onlyStart(this.#read),
        warnings: this.#warnings,
      };
    }
    return {
      rows: this.#rows,
      columns,
      profile: columns.flatMap((column, i) =>
        this.#columns[i]?.profile(column, this.#rows) ?? []
      ),
      message: this.#rows === 0 ? "It has a header and no rows" : null,
      warnings: this.#warnings,
    };
  }

  #take(decode: () => string, last: boolean, now = last): void {
    try {
      this.#parse(this.#pending + decode(), last, now);
    } catch (error) {
      this.#damage = messageOf(error);
      this.#pending = "";
    }
  }

  /** @param now whether the dialect is read from what there is */
  #parse(text: string, last: boolean, now: boolean): void {
    if (this.#dialect === null) {
      if (!now && text.length < DIALECT_CHARS) {
        this.#pending = text;
        return;
      }
      this.#dialect = dialectOf(text, last, this.#delimiter);
      text = text.slice(this.#dialect.skip);
    }
    const { data, errors, meta } = parseRecords(text, this.#dialect, last);
    for (const [i, record] of data.entries()) {
      const error = errors.length === 0
        ? undefined
        : errors.find(({ row }) => row === i);
      if (error !== undefined) {
        throw new Error(`record ${this.#next}: ${error.message}`);
      }
      this.#record(record);
    }
    for (const column of this.#columns) column.release();
    this.#pending = last ? "" : text.slice(meta.cursor);
    if (this.#pending.length > LONGEST_RECORD) {
      throw new Error(
        `record ${this.#next} is longer than ${
          shownBytes(LONGEST_RECORD)
        } (a quote that is never closed?)`,
      );
    }
  }

  #record(record: string[]): void {
    if (isBlank(record)) return;
    if (this.#dialect?.skipSpace) {
      for (let i = 1; i < record.length; i++) {
        record[i] = (record[i] as string).trimStart();
      }
    }
    if (this.#names === null) return this.#header(record);
    if (record.length !== this.#names.length) {
      throw new Error(
        `record ${
          this.#rows + 2
        } has ${record.length} cells, the header has ${this.#names.length}`,
      );
    }
    this.#rows++;
    for (let i = 0; i < record.length; i++) {
      (this.#columns[i] as TextColumn).add(record[i] as string);
    }
  }

  /** The number of the next record: the header is the first. */
  get #next(): number {
    return this.#names === null ? 1 : this.#rows + 2;
  }

  #header(names: string[]): void {
    if (names.length > MOST_COLUMNS) {
      throw new Error(
        `its first record has ${names.length} cells, more than ${MOST_COLUMNS}`,
      );
    }
    // A copy: the names would hold on to the first piece of the file.
    this.#names = structuredClone(names);
    const bound = exactDistinct(names.length);
    this.#columns = names.map(() => new TextColumn(() => bound));
    const twice = names.find((name, i) => names.indexOf(name) !== i);
    if (twice !== undefined) {
      this.#warnings.push(
        `More than one column is named ${JSON.stringify(twice)}`,
      );
    }
    if (
      names.every((name) => name.trim() !== "" && Number.isFinite(Number(name)))
    ) {
      this.#warnings.push(
        "The first record, taken for the header, holds only numbers",
      );
    }
  }
}
