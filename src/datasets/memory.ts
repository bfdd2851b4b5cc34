/**
 * Fingerprints of what a cell holds in memory, made at once, because it can change later. It imports nothing
 * heavy: the kernel loads it in the middle of a cell.
 *
 * A table's digest (`nbtrack-table-v1`) is the SHA-256 of the UTF-8 text
 * `nbtrack table v1\nrows <count>\n`, then one line `<hex>  <name as JSON>\n` for each column, sorted by
 * the code units of the names, where `<hex>` is the SHA-256 of the column's cells in the canonical form of
 * `canonical.ts`, in the order of the rows. So the order of the rows matters and that of the columns
 * does not, and the same values give the same digest as rows, as columns and in any library's table.
 * A list whose items are not all objects or arrays has one column, `value`.
 *
 * An array's digest (`nbtrack-array-v1`) is the SHA-256 of `nbtrack array v1\n<dtype> <shape>\n`, the shape
 * as in `150x4`, and then its bytes (row-major, little-endian). Any other value's digest
 * (`nbtrack-value-v1`) is the SHA-256 of its canonical form.
 *
 * @module
 */
import { messageOf } from "../base/errors.ts";
import { CanonicalWriter } from "./canonical.ts";
import { DatasetError, isDatasetError } from "./errors.ts";
import { digestOf, sha256Hash } from "./hasher.ts";
import { exactDistinct } from "./distinct.ts";
import { recognise } from "./recognise.ts";
import type { Recognised, TableColumn } from "./recognised.ts";
import { rowColumns } from "./rows.ts";
import type { Column, ColumnProfile, Fingerprint } from "./types.ts";
import { ValueColumn } from "./value_column.ts";

export { withoutValues } from "./without_values.ts";
export type { Column, ColumnProfile, Fingerprint } from "./types.ts";

/** How {@linkcode fingerprintMemory} works. */
export interface MemoryOptions {
  /**
   * Whether missing values, extremes and distinct values are counted.
   * @default {true}
   */
  profile?: boolean;
}

/** Distinct values of larger arrays are not counted. */
const COUNTED_ELEMENTS = 1_000_000;
const MOST_WARNINGS = 5;

type Of<F extends Recognised["form"]> = Extract<Recognised, { form: F }>;

/**
 * The fingerprint of a value in memory. Unusual values inside it (cycles, functions, getters that throw) are
 * handled and named in `warnings`.
 *
 * @throws {DatasetError} when the value is no data: null, a number, a function, a promise, a lazy frame, a stream;
 * or when it cannot be read at all (a revoked proxy)
 */
export function fingerprintMemory(
  data: unknown,
  options: MemoryOptions = {},
): Fingerprint {
  const { profile = true } = options;
  try {
    return ofRecognised(data, recognise(data), profile);
  } catch (error) {
    if (isDatasetError(error)) throw error;
    throw new DatasetError(
      `Cannot read the data in memory: ${messageOf(error)}`,
      { path: "memory:", kind: "unreadable", cause: error },
    );
  }
}

function ofRecognised(
  data: unknown,
  found: Recognised,
  profile: boolean,
): Fingerprint {
  switch (found.form) {
    case "array":
      return ofArray(found, profile);
    case "table":
      return ofTable(found, profile);
    case "rows":
      return ofTable({
        form: "table",
        label: found.label,
        rows: found.rows.length,
        columns: rowColumns(found.rows),
      }, profile);
    case "value":
      return ofValue(data, found.label);
  }
}

function ofTable(table: Of<"table">, profile: boolean): Fingerprint {
  const warnings = new Warnings();
  const hash = sha256Hash();
  hash.update(`nbtrack table v1\nrows ${table.rows}\n`);
  const bound = exactDistinct(table.columns.length);
  const digested = table.columns.map((column) =>
    digestColumn(column, table.rows, { bound: () => bound, profile, warnings })
  );
  const lines = digested.toSorted((a, b) =>
    compare(a.column.name, b.column.name)
  );
  for (const { column, hex } of lines) {
    hash.update(`${hex}  ${JSON.stringify(column.name)}\n`);
  }
  return {
    uri: `memory:${table.label}`,
    kind: "memory",
    digest: digestOf(hash),
    digest_algorithm: "nbtrack-table-v1",
    size: digested.reduce((sum, one) => sum + one.size, 0),
    files: 0,
    rows: table.rows,
    columns: digested.map((one) => one.column),
    profile: profile ? digested.map((one) => one.profile) : null,
    message: table.rows === 0 ? "It holds no rows" : null,
    warnings: warnings.texts,
  };
}

interface Digested {
  column: Column;
  profile: ColumnProfile;
  hex: string;
  size: number;
}

function digestColumn(
  source: TableColumn,
  rows: number,
  use: { bound: () => number; profile: boolean; warnings: Warnings },
): Digested {
  const hash = sha256Hash();
  const writer = new CanonicalWriter(
    hash,
    (text) => use.warnings.add(`Column ${source.name}: ${text}`),
  );
  const facts = new ValueColumn(use.bound);
  const cells = source.cells();
  for (let i = 0; i < rows; i++) {
    const cell = cells[i];
    writer.value(cell);
    facts.add(cell);
  }
  writer.flush();
  const digest = digestOf(hash);
  const column: Column = {
    name: source.name,
    type: facts.type(source.type),
    ...(source.native !== undefined && { native: source.native }),
    digest,
  };
  return {
    column,
    profile: facts.profile(column, rows),
    hex: digest.slice("sha256:".length),
    size: writer.size,
  };
}

function ofArray(array: Of<"array">, profile: boolean): Fingerprint {
  const hash = sha256Hash();
  hash.update(`nbtrack array v1\n${array.dtype} ${array.shape.join("x")}\n`);
  hash.update(array.bytes);
  const type = array.dtype.startsWith("float") ? "number" : "integer";
  const column: Column = { name: "value", type, native: array.dtype };
  return {
    uri: `memory:${array.label}`,
    kind: "memory",
    digest: digestOf(hash),
    digest_algorithm: "nbtrack-array-v1",
    size: array.bytes.length,
    files: 0,
    rows: array.shape[0] ?? 1,
    columns: [column],
    profile: profile ? [profileArray(array, column)] : null,
    message: array.values.length === 0 ? "It holds no values" : null,
    shape: array.shape,
    warnings: [],
  };
}

function profileArray(array: Of<"array">, column: Column): ColumnProfile {
  const { values } = array;
  const many = values.length > COUNTED_ELEMENTS;
  const facts = new ValueColumn(() => many ? 0 : exactDistinct(1));
  for (let i = 0; i < values.length; i++) facts.add(values[i]);
  const profile = facts.profile(column, values.length);
  if (!many) return profile;
  const { distinct_is_estimate: _, ...counted } = profile;
  return { ...counted, distinct: null };
}

function ofValue(value: unknown, label: string): Fingerprint {
  const warnings = new Warnings();
  const hash = sha256Hash();
  const writer = new CanonicalWriter(hash, (text) => warnings.add(text));
  writer.value(value);
  writer.flush();
  return {
    uri: `memory:${label}`,
    kind: "memory",
    digest: digestOf(hash),
    digest_algorithm: "nbtrack-value-v1",
    size: writer.size,
    files: 0,
    rows: null,
    columns: null,
    profile: null,
    message: `A value of ${label} is not read as a table`,
    warnings: warnings.texts,
  };
}

/** The first few different warnings, and how many more there were. */
class Warnings {
  readonly #texts = new Set<string>();
  #more = 0;

  add(text: string): void {
    if (this.#texts.has(text)) return;
    if (this.#texts.size < MOST_WARNINGS) this.#texts.add(text);
    else this.#more++;
  }

  get texts(): string[] {
    return this.#more === 0
      ? [...this.#texts]
      : [...this.#texts, `and ${this.#more} more`];
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
