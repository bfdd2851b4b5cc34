/**
 * Reads what an Arrow file (Feather version 2 is one) or stream says of itself: its schema, its count of rows, and
 * how many values are missing. No values are read.
 *
 * @module
 */
import {
  CompressionType,
  setCompressionCodec,
  tableFromIPC,
} from "npm:@uwdata/flechette@2.4.0";
import { arrowTypeName } from "./arrow_types.ts";
import { typeOfNative } from "./native_types.ts";
import {
  HeldBytes,
  noTable,
  shownBytes,
  TABLE_BYTES,
  type TableReader,
} from "./table_reader.ts";
import type { Column, TableFacts } from "./types.ts";

/** Packed buffers need not be unpacked to be counted. */
const UNREAD = {
  encode: (bytes: Uint8Array) => bytes,
  decode: () => new Uint8Array(),
};

/** Collects a file and reads it at its end. */
export class ArrowReader implements TableReader {
  readonly #held = new HeldBytes(TABLE_BYTES);

  push(bytes: Uint8Array): void {
    this.#held.push(bytes);
  }

  async finish(complete: boolean): Promise<TableFacts> {
    const bytes = await this.#held.take();
    if (!complete || bytes === null) {
      return noTable(
        `Arrow of more than ${shownBytes(TABLE_BYTES)} is not read as a table`,
      );
    }
    if (startsWith(bytes, "FEA1")) {
      return noTable(
        "It is Feather of version 1, which is not read (save it as version 2)",
      );
    }
    try {
      return factsOf(bytes);
    } catch {
      // What the library says is of its own workings.
      return noTable(
        "It could not be read as Arrow: it is damaged, cut short, or something else",
      );
    }
  }
}

function factsOf(bytes: Uint8Array): TableFacts {
  for (const type of [CompressionType.LZ4_FRAME, CompressionType.ZSTD]) {
    setCompressionCodec(type, UNREAD);
  }
  const table = tableFromIPC(bytes);
  const rows = table.numRows;
  const columns = table.schema.fields.map(({ name, type }): Column => {
    const native = arrowTypeName(type);
    return { name, type: typeOfNative(native), native };
  });
  if (columns.length === 0) return noTable("It has no columns");
  return {
    rows,
    columns,
    profile: columns.map(({ name, type }, i) => ({
      name,
      type,
      missing: table.getChildAt(i).nullCount,
      distinct: null,
      min: null,
      max: null,
    })),
    message: rows === 0 ? "It holds no rows" : null,
    warnings: [],
  };
}

function startsWith(bytes: Uint8Array, text: string): boolean {
  return new TextDecoder().decode(bytes.subarray(0, text.length)) === text;
}
