/**
 * Tables of other libraries, recognised by their members.
 *
 * @module
 */
import { isTypedArray } from "./arrays.ts";
import { arrowTypeName } from "./arrow_types.ts";
import { type Members, membersOf } from "./members.ts";
import { DatasetError } from "./errors.ts";
import { typeOfNative } from "./native_types.ts";
import type { Recognised, TableColumn } from "./recognised.ts";

/** An Arrow, polars, arquero, danfo or DuckDB table; null when the value is none of them. */
export function foreignTable(members: Members): Recognised | null {
  return arrow(members) ?? polars(members) ?? arquero(members) ??
    danfo(members) ??
    duckdb(members);
}

/** apache-arrow: `schema.fields`, `numRows`, `getChildAt(i)`. */
function arrow(table: Members): Recognised | null {
  const schema = table.get("schema");
  const rows = table.count("numRows");
  if (typeof schema !== "object" || schema === null || rows === null) {
    return null;
  }
  const fields = membersOf(schema).get("fields");
  if (!Array.isArray(fields) || !table.isFunction("getChildAt")) return null;
  const columns = fields.map(
    (field: { name: unknown; type: unknown }, i): TableColumn => {
      const native = arrowTypeName(field.type);
      return {
        name: String(field.name),
        native,
        type: typeOfNative(native),
        cells: () => arrowCells(table.call("getChildAt", i), native, rows),
      };
    },
  );
  return { form: "table", label: "arrow", rows, columns };
}

function arrowCells(
  vector: unknown,
  native: string,
  rows: number,
): ArrayLike<unknown> {
  if (typeof vector !== "object" || vector === null) {
    return new Array(rows).fill(null);
  }
  const members = membersOf(vector);
  // Without missing values the buffer holds the very numbers that reading one by one gives.
  if (
    members.get("nullCount") === 0 &&
    /^(?:Ui|I)nt\d+$|^Float(?:32|64)$/.test(native)
  ) {
    const values = members.call("toArray");
    if (isTypedArray(values) && values.length === rows) return values;
  }
  return Symbol.iterator in vector
    ? Array.from(vector as Iterable<unknown>)
    : [];
}

/** nodejs-polars: `columns`, `height`, `getColumn(name)`, `toRecords()`. */
function polars(frame: Members): Recognised | null {
  const names = frame.names("columns");
  const rows = frame.count("height");
  if (names === null || rows === null || !frame.isFunction("getColumn")) {
    return null;
  }
  return {
    form: "table",
    label: "polars",
    rows,
    columns: names.map((name) => ({
      name,
      cells: () => listOf(frame.call("getColumn", name)),
    })),
  };
}

function listOf(series: unknown): ArrayLike<unknown> {
  if (Array.isArray(series)) return series;
  if (typeof series !== "object" || series === null) return [];
  const members = membersOf(series);
  const list = members.isFunction("toArray") ? members.call("toArray") : series;
  return Array.isArray(list) || isTypedArray(list)
    ? list
    : Array.from(list as Iterable<unknown>);
}

/** arquero: `columnNames()`, `numRows()`, `array(name)`, which respects filter and order. */
function arquero(table: Members): Recognised | null {
  if (
    !table.isFunction("columnNames") || !table.isFunction("numRows") ||
    !table.isFunction("array")
  ) {
    return null;
  }
  const names = table.names("columnNames");
  const rows = table.count("numRows");
  if (names === null || rows === null) return null;
  return {
    form: "table",
    label: "arquero",
    rows,
    columns: names.map((name) => ({
      name,
      cells: () => table.call("array", name) as ArrayLike<unknown>,
    })),
  };
}

/** danfojs: `columns`, `shape`, `values` (arrays of cells, or cells for a Series). */
function danfo(frame: Members): Recognised | null {
  const names = frame.names("columns");
  const shape = frame.get("shape");
  const values = frame.get("values");
  if (names === null || !Array.isArray(shape) || !Array.isArray(values)) {
    return null;
  }
  const dtypes = frame.names("dtypes") ?? [];
  return {
    form: "table",
    label: "danfo",
    rows: values.length,
    columns: names.map((name, i) => ({
      name,
      ...(dtypes[i] !== undefined && { native: dtypes[i] }),
      cells: () =>
        shape.length === 1 ? values : values.map((row: unknown[]) => row[i]),
    })),
  };
}

/** @duckdb/node-api: a reader of a result that was read to its end, or a result whose rows can be had at once. */
function duckdb(reader: Members): Recognised | null {
  const names = reader.names("columnNames");
  if (names === null || !reader.isFunction("getRows")) return null;
  if (reader.get("done") === false) {
    throw new DatasetError(
      "Cannot fingerprint a DuckDB reader that was read in part",
      {
        path: "memory:duckdb",
        kind: "not-data",
        hint: "Read it to its end first: `await reader.readAll()`.",
      },
    );
  }
  const rows = reader.call("getRows");
  if (!Array.isArray(rows)) return null;
  const listed = reader.isFunction("columnTypes")
    ? reader.call("columnTypes")
    : null;
  const types: unknown[] = Array.isArray(listed) ? listed : [];
  return {
    form: "table",
    label: "duckdb",
    rows: rows.length,
    columns: names.map((name, i) => {
      const native = types[i] === undefined ? undefined : String(types[i]);
      return {
        name,
        ...native !== undefined && { native, type: typeOfNative(native) },
        cells: () => rows.map((row: unknown[]) => row[i]),
      };
    }),
  };
}
