/**
 * Reads a JSON document: a list of rows, an object of equally long lists, or JSON Lines under another name.
 *
 * @module
 */
import { messageOf } from "../base/errors.ts";
import { columnsOfArrays } from "./recognise.ts";
import { parseJsonText } from "./json_text.ts";
import { LinesReader } from "./lines_reader.ts";
import {
  JSON_BYTES,
  noTable,
  shownBytes,
  type TableReader,
} from "./table_reader.ts";
import { TextPieces } from "./text_decoder.ts";
import type { Column, TableFacts } from "./types.ts";
import { exactDistinct } from "./distinct.ts";
import { ValueColumn } from "./value_column.ts";
import { ValueTable } from "./value_table.ts";

/** Collects a document up to {@linkcode JSON_BYTES} and reads it at its end. */
export class JsonReader implements TableReader {
  #pieces: Uint8Array[] = [];
  #size = 0;

  push(bytes: Uint8Array): void {
    this.#size += bytes.length;
    if (this.#size <= JSON_BYTES) this.#pieces.push(bytes.slice());
    else this.#pieces = [];
  }

  finish(complete: boolean): TableFacts {
    if (!complete || this.#size > JSON_BYTES) {
      return noTable(
        `JSON of more than ${
          shownBytes(JSON_BYTES)
        } is not read as a table (JSON Lines is, at any size)`,
      );
    }
    try {
      const decoder = new TextPieces();
      const text = this.#pieces.map((piece) => decoder.next(piece)).join("") +
        decoder.last();
      this.#pieces = [];
      if (text.trim() === "") return noTable("It is empty");
      return isLines(text) ? linesOf(text) : factsOf(parseJsonText(text));
    } catch (error) {
      return noTable(`It could not be read as JSON: ${messageOf(error)}`);
    }
  }
}

/** Whether a text is JSON Lines: its first line is a row, and another one follows. */
function isLines(text: string): boolean {
  const [first, more] = /^\s*([[{].*[\]}])[ \t]*\r?\n\s*(?=[[{])/.exec(text)
    ?.slice(1) ?? [];
  if (first === undefined || more !== undefined) return false;
  try {
    parseJsonText(first);
    return true;
  } catch {
    return false; // a document that is written over several lines
  }
}

function linesOf(text: string): TableFacts {
  const lines = new LinesReader();
  lines.push(new TextEncoder().encode(text));
  return lines.finish(true);
}

function factsOf(document: unknown): TableFacts {
  if (Array.isArray(document)) {
    const table = new ValueTable();
    for (const row of document) table.add(row);
    return table.facts();
  }
  const found = typeof document === "object" && document !== null
    ? columnsOfArrays(document)
    : null;
  if (found?.form !== "table") {
    return noTable(
      "Its JSON is neither a list of rows nor columns of equal length",
    );
  }
  const read = found.columns.map(({ name, cells }) => {
    const facts = new ValueColumn(() => exactDistinct(found.columns.length));
    for (const cell of Array.from(cells())) facts.add(cell);
    const column: Column = { name, type: facts.type() };
    return { column, profile: facts.profile(column, found.rows) };
  });
  return {
    rows: found.rows,
    columns: read.map(({ column }) => column),
    profile: read.map(({ profile }) => profile),
    message: null,
    warnings: [],
  };
}
