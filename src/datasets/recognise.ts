/**
 * Tells what a value in memory is, by its shape alone: no data-frame library is imported, and class names
 * (which bundlers shorten) decide nothing.
 *
 * @module
 */
import { bytesOf, elementType, isTypedArray } from "./arrays.ts";
import { DatasetError } from "./errors.ts";
import { type Members, membersOf } from "./members.ts";
import { foreignTable } from "./foreign_tables.ts";
import { foreignArray } from "./foreign_arrays.ts";
import type { Recognised } from "./recognised.ts";

/**
 * Recognises a value: typed array, Arrow, polars, arquero, danfo, DuckDB, matrix, tensor, rows, columns, map.
 *
 * @throws {DatasetError} when the value holds no data yet, or none that may be read twice
 */
export function recognise(value: unknown): Recognised {
  if (typeof value !== "object" || value === null) refuseScalar(value);
  const bytes = bytesOf(value);
  if (bytes !== null) {
    const values = isTypedArray(value) ? value : bytes;
    return {
      form: "array",
      label: labelOf(value),
      dtype: elementType(value),
      shape: [values.length],
      bytes,
      values,
    };
  }
  if (Array.isArray(value)) return { form: "rows", label: "rows", rows: value };
  if (value instanceof Map) return ofMap(value);
  const members = membersOf(value);
  refuseUnread(value, members);
  return foreignTable(members) ?? foreignArray(members) ??
    columnsOfArrays(value) ??
    { form: "value", label: labelOf(value) };
}

/** A map of equally long lists of plain values is a table by columns; any other has a row for each entry. */
function ofMap(map: Map<unknown, unknown>): Recognised {
  const entries = [...map];
  const named = entries.every(([key, cells]) =>
    typeof key === "string" && isList(cells) &&
    !Array.prototype.some.call(cells, (cell) => isRow(cell))
  );
  const columns = named
    ? columnsOfArrays(Object.fromEntries(entries) as object)
    : null;
  if (columns?.form === "table") return { ...columns, label: "Map" };
  return {
    form: "table",
    label: "Map",
    rows: entries.length,
    columns: [
      { name: "key", cells: () => entries.map(([key]) => key) },
      { name: "value", cells: () => entries.map(([, value]) => value) },
    ],
  };
}

function isRow(cell: unknown): boolean {
  return typeof cell === "object" && cell !== null && !(cell instanceof Date);
}

/** A plain object of equally long arrays is a table by columns. */
export function columnsOfArrays(value: object): Recognised | null {
  if (!isPlain(value)) return null;
  const columns = Object.entries(value);
  const first: unknown = columns[0]?.[1];
  if (!isList(first)) return null;
  const same = columns.every(([, cells]) =>
    isList(cells) && cells.length === first.length
  );
  if (!same) return null;
  return {
    form: "table",
    label: "columns",
    rows: first.length,
    columns: columns.map(([name, cells]) => ({
      name,
      cells: () => cells as ArrayLike<unknown>,
    })),
  };
}

/** Whether a value is an object literal. */
export function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const proto: unknown = Object.getPrototypeOf(value);
  return (proto === null || proto === Object.prototype) &&
    !(Symbol.toStringTag in value);
}

function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || isTypedArray(value);
}

function refuseScalar(value: unknown): never {
  const what = value === null ? "null" : typeof value;
  throw new DatasetError(`Cannot fingerprint ${what} as data`, {
    path: `memory:${what}`,
    kind: "not-data",
    hint: typeof value === "function"
      ? "Pass what the function returns, not the function."
      : "Pass a path, a URL, rows, a typed array or a table.",
  });
}

function refuseUnread(value: object, members: Members): void {
  const hint = members.isFunction("then")
    ? "Write `await` before it."
    : members.isFunction("collect") && members.isFunction("groupBy")
    ? "Call `await frame.collect()` first: a lazy frame has no rows yet."
    : value instanceof Blob || value instanceof Response ||
        value instanceof Request
    ? "Pass its bytes: `await value.bytes()`."
    : members.isFunction("getReader") || members.isFunction("next") ||
        Symbol.asyncIterator in value
    ? "Read it into an array first: it can be read only once."
    : undefined;
  if (hint === undefined) return;
  const what = labelOf(value);
  throw new DatasetError(`Cannot fingerprint a ${what} as data`, {
    path: `memory:${what}`,
    kind: "not-data",
    hint,
  });
}

function labelOf(value: object): string {
  const tag: unknown = Reflect.get(value, Symbol.toStringTag);
  if (typeof tag === "string" && /^\w+$/.test(tag)) return tag;
  const proto: unknown = Object.getPrototypeOf(value);
  const maker: unknown = proto === null
    ? null
    : Reflect.get(value, "constructor");
  return typeof maker === "function" && maker.name !== ""
    ? maker.name
    : "Object";
}
