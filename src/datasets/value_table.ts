/**
 * A table that is given row by row, as JSON values.
 *
 * @module
 */
import { exactDistinct } from "./distinct.ts";
import { isPlain } from "./recognise.ts";
import { MOST_COLUMNS } from "./table_reader.ts";
import type { Column, TableFacts } from "./types.ts";
import { ValueColumn } from "./value_column.ts";

/** Looks at rows and keeps none. */
export class ValueTable {
  rows = 0;
  readonly #columns = new Map<string, ValueColumn>();

  /**
   * Takes in a row: an object or an array by its members, anything else as the only cell, `value`.
   *
   * @throws {Error} when there are too many columns for a table
   */
  add(row: unknown): void {
    this.rows++;
    if (Array.isArray(row)) {
      for (let i = 0; i < row.length; i++) this.#column(String(i)).add(row[i]);
    } else if (isPlain(row)) {
      for (const name of Object.keys(row)) this.#column(name).add(row[name]);
    } else {
      this.#column("value").add(row);
    }
  }

  /** What was seen; `message` says what is missing of it. */
  facts(message: string | null = null): TableFacts {
    const columns = [...this.#columns].map(([name, facts]): Column => ({
      name,
      type: facts.type(),
    }));
    if (message !== null) {
      return { rows: null, columns, profile: null, message, warnings: [] };
    }
    return {
      rows: this.rows,
      columns,
      profile: columns.flatMap((column) =>
        this.#columns.get(column.name)?.profile(column, this.rows) ?? []
      ),
      message: this.rows === 0 ? "It holds no rows" : null,
      warnings: [],
    };
  }

  #column(name: string): ValueColumn {
    let column = this.#columns.get(name);
    if (column === undefined) {
      if (this.#columns.size >= MOST_COLUMNS) {
        throw new Error(`it has more than ${MOST_COLUMNS} columns`);
      }
      column = new ValueColumn(() => exactDistinct(this.#columns.size));
      this.#columns.set(name, column);
    }
    return column;
  }
}
