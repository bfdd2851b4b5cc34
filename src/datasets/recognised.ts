/**
 * What a value in memory can be recognised as.
 *
 * @module
 */
import type { NumericArray } from "./arrays.ts";

/** A column and how its cells are read. */
export interface TableColumn {
  name: string;
  /** Our name of the type its schema gives. */
  type?: string;
  /** The schema's own name of the type. */
  native?: string;
  /** All cells in the order of the rows. */
  cells(): ArrayLike<unknown>;
}

/** What a value in memory was recognised as. */
export type Recognised =
  | {
    form: "array";
    label: string;
    dtype: string;
    shape: number[];
    bytes: Uint8Array;
    values: NumericArray;
  }
  | { form: "rows"; label: string; rows: readonly unknown[] }
  | { form: "table"; label: string; rows: number; columns: TableColumn[] }
  | { form: "value"; label: string };
