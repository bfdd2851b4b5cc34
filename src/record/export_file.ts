/**
 * Tables as files: CSV, JSON Lines and Parquet.
 *
 * @module
 */
import { extname } from "node:path";
import { writeAll } from "../base/bytes.ts";
import { spreadsheetField } from "../base/csv.ts";
import { ifThereAsync } from "../base/files.ts";
import { messageOf, NbtrackError } from "../base/errors.ts";
import { toJsonNumber, withMinusZero } from "../base/numbers.ts";
import type { ExportTable, ExportValue } from "./export_rows.ts";

/** What a file can be. */
export const EXPORT_FORMATS = ["csv", "parquet", "jsonl"] as const;

/** What a file can be. */
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Rows that are written at once. */
const BATCH_ROWS = 50_000;

const FORMATS_BY_ENDING: ReadonlyMap<string, ExportFormat> = new Map([
  ["", "csv"],
  [".csv", "csv"],
  [".txt", "csv"],
  [".parquet", "parquet"],
  [".jsonl", "jsonl"],
  [".ndjson", "jsonl"],
]);

/**
 * What a file is by its name; CSV where it has no ending.
 *
 * @throws {NbtrackError} when its ending is another one
 */
export function exportFormatOf(path: string): ExportFormat {
  const ending = extname(path).toLowerCase();
  const format = FORMATS_BY_ENDING.get(ending);
  if (format !== undefined) return format;
  throw new NbtrackError(
    `Cannot export to ${path}: its ending names no format.`,
    {
      hint: `Name the file .csv, .parquet or .jsonl, or give --format ${
        EXPORT_FORMATS.join("|")
      }.`,
    },
  );
}

/**
 * Writes a table; the file takes its name when it is whole.
 *
 * @returns how many rows it has
 * @throws {NbtrackError} when it cannot be written
 */
export async function writeTable(
  path: string,
  table: ExportTable,
  format: ExportFormat,
): Promise<number> {
  const temporary = `${path}.${crypto.randomUUID()}.tmp`;
  try {
    if (await isFolder(path)) throw new TypeError("it is a folder");
    const rows = format === "parquet"
      ? await writeParquet(temporary, table)
      : writeLines(temporary, table, format === "csv" ? CSV : JSON_LINES);
    await Deno.rename(temporary, path);
    return rows;
  } catch (cause) {
    await Deno.remove(temporary).catch(() => {}); // it may never have been made
    throw new NbtrackError(`Cannot write ${path}: ${messageOf(cause)}.`, {
      cause,
      hint: "Name a file in a folder that can be written.",
    });
  }
}

async function isFolder(path: string): Promise<boolean> {
  return await ifThereAsync(async () => (await Deno.stat(path)).isDirectory) ??
    false;
}

interface LineFormat {
  head(names: readonly string[]): string;
  row(names: readonly string[], row: readonly ExportValue[]): string;
}

const CSV: LineFormat = {
  head: (names) => `${names.map(spreadsheetField).join(",")}\r\n`,
  row: (_, row) => `${row.map(spreadsheetField).join(",")}\r\n`,
};

const JSON_LINES: LineFormat = {
  head: () => "",
  row: (names, row) =>
    `${
      JSON.stringify(
        Object.fromEntries(names.map((name, i) => {
          const value = row[i] ?? null;
          return [
            name,
            typeof value === "number" ? toJsonNumber(value) : value,
          ];
        })),
        withMinusZero,
      )
    }\n`,
};

function writeLines(
  path: string,
  table: ExportTable,
  format: LineFormat,
): number {
  using file = Deno.openSync(path, { createNew: true, write: true });
  const names = table.columns.map((column) => column.name);
  const encoder = new TextEncoder();
  const write = (text: string) => writeAll(file, encoder.encode(text));
  write(format.head(names));
  let rows = 0;
  for (const batch of batches(table.rows)) {
    write(batch.map((row) => format.row(names, row)).join(""));
    rows += batch.length;
  }
  return rows;
}

const PARQUET_TYPES = {
  text: "STRING",
  number: "DOUBLE",
  time: "TIMESTAMP",
} as const;

async function writeParquet(
  path: string,
  { columns, rows }: ExportTable,
): Promise<number> {
  const { fileWriter, ParquetWriter, schemaFromColumnData } = await import(
    "npm:hyparquet-writer@0.17.0"
  );
  const columnData = (batch: readonly (readonly ExportValue[])[]) =>
    columns.map(({ name, type }, i) => ({
      name,
      type: PARQUET_TYPES[type],
      data: batch.map((row) => {
        const value = row[i] ?? null;
        return type === "time" && value !== null
          ? new Date(Number(value))
          : value;
      }),
    }));
  const writer = new ParquetWriter({
    writer: fileWriter(path),
    schema: schemaFromColumnData({ columnData: columnData([]) }),
  });
  let count = 0;
  for (const batch of batches(rows)) {
    await writer.write({ columnData: columnData(batch) });
    count += batch.length;
  }
  await writer.finish();
  return count;
}

/** Rows in lists of some tens of thousands; one empty list of a table without rows. */
function* batches<T>(rows: Iterable<T>): Generator<T[]> {
  let batch: T[] = [];
  for (const row of rows) {
    batch.push(row);
    if (batch.length < BATCH_ROWS) continue;
    yield batch;
    batch = [];
  }
  yield batch;
}
