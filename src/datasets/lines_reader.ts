/**
 * Reads JSON Lines as they go by.
 *
 * @module
 */
import { messageOf } from "../base/errors.ts";
import { parseJsonText } from "./json_text.ts";
import { Newlines } from "./newlines.ts";
import {
  noTable,
  onlyStart,
  shownBytes,
  startTooLong,
  type TableReader,
} from "./table_reader.ts";
import { TextPieces } from "./text_decoder.ts";
import type { TableFacts } from "./types.ts";
import { ValueTable } from "./value_table.ts";

const LONGEST_LINE = 16 * 2 ** 20;

/** Reads one JSON value a line; blank lines are no rows. */
export class LinesReader implements TableReader {
  readonly #pieces = new TextPieces();
  readonly #newlines = new Newlines();
  readonly #table = new ValueTable();
  #pending = "";
  #line = 1;
  #read = 0;
  #damage: string | null = null;

  push(bytes: Uint8Array): void {
    if (this.#damage !== null) return;
    this.#read += bytes.length;
    this.#guard(() => {
      const text = this.#newlines.next(this.#pieces.next(bytes));
      let from = 0;
      for (
        let end = text.indexOf("\n");
        end >= 0;
        end = text.indexOf("\n", from)
      ) {
        this.#add(this.#pending + text.slice(from, end));
        this.#pending = "";
        from = end + 1;
      }
      this.#pending += text.slice(from);
      if (this.#pending.length > LONGEST_LINE) {
        throw new Error(
          `line ${this.#line} is longer than ${shownBytes(LONGEST_LINE)}`,
        );
      }
    });
  }

  finish(complete: boolean): TableFacts {
    if (complete && this.#damage === null) {
      this.#guard(() => {
        const end = this.#newlines.next(this.#pieces.last());
        const lines = (this.#pending + end + this.#newlines.last()).split("\n");
        for (const line of lines) this.#add(line);
      });
    }
    this.#pending = "";
    if (this.#damage !== null) {
      return noTable(`It could not be read as JSON Lines: ${this.#damage}`);
    }
    if (this.#table.rows === 0) {
      return noTable(complete ? "It holds no rows" : startTooLong(this.#read));
    }
    return this.#table.facts(complete ? null : onlyStart(this.#read));
  }

  #add(line: string): void {
    if (line.trim() !== "") {
      let row: unknown;
      try {
        row = parseJsonText(line);
      } catch (cause) {
        throw new Error(`line ${this.#line}: ${messageOf(cause)}`, { cause });
      }
      this.#table.add(row);
    }
    this.#line++;
  }

  #guard(read: () => void): void {
    try {
      read();
    } catch (error) {
      this.#damage = messageOf(error);
      this.#pending = "";
    }
  }
}
