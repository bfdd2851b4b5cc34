/**
 * Rows in memory, seen by columns.
 *
 * @module
 */
import { bytesOf } from "./arrays.ts";
import { memberNames, showsNothing } from "./member_names.ts";
import type { TableColumn } from "./recognised.ts";

/** What a getter of a row threw: it stands in the cell, and the canonical form names it. */
class Unreadable {
  readonly #thrown: unknown;

  constructor(thrown: unknown) {
    this.#thrown = thrown;
  }

  toJSON(): never {
    throw this.#thrown;
  }
}

/**
 * The columns of rows: the names of all rows' members, in the order they first occur, and the places for
 * rows that are arrays. Items that are not rows make one column, `value`.
 */
export function rowColumns(rows: readonly unknown[]): TableColumn[] {
  if (rows.length === 0) return [];
  if (!rows.every(isRowOrMissing) || rows.every(isMissing)) {
    return [{ name: "value", cells: () => rows }];
  }
  const names = new Set<string>();
  for (const row of rows) {
    if (isMissing(row)) continue;
    for (const name of memberNames(row as object)) names.add(name);
  }
  if (
    names.size === 0 &&
    rows.some((row) => !isMissing(row) && showsNothing(row as object))
  ) {
    return [{ name: "value", cells: () => rows }];
  }
  return [...names].map((name) => ({ name, cells: () => column(rows, name) }));
}

function column(rows: readonly unknown[], name: string): unknown[] {
  const inherited = name in Object.prototype;
  const cells = new Array<unknown>(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i];
    if (isMissing(row) || (inherited && !Object.hasOwn(row as object, name))) {
      continue;
    }
    try {
      cells[i] = (row as Record<string, unknown>)[name];
    } catch (error) {
      cells[i] = new Unreadable(error);
    }
  }
  return cells;
}

function isMissing(item: unknown): boolean {
  return item === null || item === undefined;
}

function isRowOrMissing(item: unknown): boolean {
  if (isMissing(item)) return true;
  return typeof item === "object" && !(item instanceof Date) &&
    !(item instanceof Map) &&
    !(item instanceof Set) && !(item instanceof RegExp) &&
    bytesOf(item as object) === null;
}
