/**
 * Previews of files: text, tables (CSV, Parquet), JSON, notebooks, drawings.
 *
 * @module
 */
import { sourceText } from "../../base/markup.ts";
import { parsedJson } from "../../base/values.ts";
import { count } from "../../base/numbers.ts";
import { z } from "../../base/zod.ts";
import { dialectOf, isBlank, parseRecords } from "../../datasets/csv_parser.ts";
import { metricNumberOf } from "../../record/query.ts";
import { notebookSchema } from "../../notebook/schema.ts";
import { standardRedaction } from "../../redaction/standard_redaction.ts";
import { drawingAddress } from "../../view/output_frames.ts";
import { type Html, markup } from "./hono.ts";
import { frameOf, outputPart, textPart } from "./outputs.ts";

/** Rows of a table that are shown. */
const MAX_ROWS = 100;
/** Columns of a table that are shown. */
const MAX_COLUMNS = 60;
/** Characters of a cell of a table. */
const MAX_CELL = 200;
/** Characters of a table's text that are read. */
const TABLE_CHARS = 1 << 20;
/** Characters of a text or a page that are looked through for secrets. */
const SEEN_CHARS = 2_000_000;
/** Characters of a JSON document that are looked through for secrets: more than are shown. */
const JSON_CHARS = 200_000;

/** What a file holds, by its name. */
export async function filePreview(
  path: string,
  bytes: Uint8Array,
): Promise<Html> {
  const name = path.toLowerCase();
  if (/\.parquet$/.test(name)) return await parquetPreview(bytes);
  const text = textOf(bytes);
  if (text === null) {
    return markup`<p class="quiet">It is no text, and of no kind that can be shown here.</p>`;
  }
  if (/\.(csv|tsv)$/.test(name)) return csvPreview(text, /\.tsv$/.test(name));
  if (/\.ipynb$/.test(name)) return notebookPreview(text) ?? plain(text);
  if (/\.json$/.test(name)) return jsonPreview(text) ?? plain(text);
  const seen = withoutSecrets(text);
  if (/\.svg$/.test(name)) return frameOf(seen, path, "image/svg+xml");
  if (/\.html?$/.test(name)) {
    return markup`${
      frameOf(seen, path, "text/html")
    }<details><summary>Its source</summary>${textPart(seen)}</details>`;
  }
  return textPart(seen);
}

/** A drawing as the address of a picture; null for what is no text. */
export function drawingOf(bytes: Uint8Array): string | null {
  const text = textOf(bytes);
  return text === null ? null : drawingAddress(withoutSecrets(text));
}

function plain(text: string): Html {
  return textPart(withoutSecrets(text));
}

/** A text without what is known of secrets by now, of its beginning where it is long. */
function withoutSecrets(text: string): string {
  const head = standardRedaction().text(text.slice(0, SEEN_CHARS)).text;
  return head + text.slice(SEEN_CHARS);
}

/** A file's text; null for what is none. */
function textOf(bytes: Uint8Array): string | null {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return text.includes("\0") ? null : text;
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}

function csvPreview(text: string, tabs: boolean): Html {
  const whole = text.length <= TABLE_CHARS;
  const head = text.slice(0, TABLE_CHARS).replaceAll("\r\n", "\n");
  const dialect = dialectOf(head, whole, tabs ? "\t" : undefined);
  const records = parseRecords(head.slice(dialect.skip), dialect, whole).data
    .filter((record) => !isBlank(record));
  const [columns = [], ...rows] = records;
  return table(columns, rows, whole ? rows.length : null);
}

async function parquetPreview(bytes: Uint8Array): Promise<Html> {
  const { parquetMetadataAsync, parquetRead, parquetSchema } = await import(
    "../../datasets/parquet_library.ts"
  );
  const file = {
    byteLength: bytes.byteLength,
    slice: (from: number, to?: number) =>
      Promise.resolve(bytes.slice(from, to).buffer as ArrayBuffer),
  };
  try {
    const metadata = await parquetMetadataAsync(file);
    const columns = parquetSchema(metadata).children.map((child) =>
      child.element.name
    );
    let rows: unknown[][] = [];
    await parquetRead({
      file,
      metadata,
      rowStart: 0,
      rowEnd: Math.min(MAX_ROWS, Number(metadata.num_rows)),
      rowFormat: "array",
      onComplete: (read) => {
        rows = read as unknown[][];
      },
    });
    return table(columns, rows, Number(metadata.num_rows));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return markup`<p class="quiet">It cannot be read as Parquet: ${error.message}</p>`;
  }
}

function table(
  columns: readonly string[],
  rows: readonly (readonly unknown[])[],
  total: number | null,
): Html {
  const shown = rows.slice(0, MAX_ROWS).map((row) => row.slice(0, MAX_COLUMNS));
  const clean = cleanerOf([columns, ...shown].flat());
  // Numbers are read from their ends, and so is the name above them.
  const numeric = columns.slice(0, MAX_COLUMNS).map((_, c) =>
    shown.length > 0 && shown.every((row) => isNumberOrEmpty(row[c]))
      ? markup` class="number"`
      : ""
  );
  const more = columns.length > MAX_COLUMNS
    ? `, ${MAX_COLUMNS} of ${columns.length} columns`
    : "";
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="Table"><table class="data">
<caption>${
    total === null
      ? `The first ${count(shown.length, "row")}`
      : shown.length < total
      ? `${shown.length} of ${count(total, "row")}`
      : count(total, "row")
  }${more}</caption>
<thead><tr>${
    columns.slice(0, MAX_COLUMNS).map((name, c) =>
      name.trim() === ""
        ? markup`<td></td>`
        : markup`<th scope="col"${numeric[c]}>${clean(name)}</th>`
    )
  }</tr></thead>
<tbody>${
    shown.map((row) =>
      markup`<tr>${
        row.map((value, c) =>
          markup`<td${numeric[c]}>${cut(clean(value))}</td>`
        )
      }</tr>
`
    )
  }</tbody></table></div>`;
}

/** What gives the text of a table's cell without secrets: in a file, such as of Parquet, it may have been packed. */
function cleanerOf(cells: readonly unknown[]): (value: unknown) => string {
  const redactor = standardRedaction();
  const all = redactor.text(cells.map(cellText).join("\n"));
  return all.taken.length === 0
    ? cellText
    : (value) => redactor.text(cellText(value)).text;
}

function isNumberOrEmpty(value: unknown): boolean {
  const text = cellText(value).trim();
  return text === "" || metricNumberOf(text) !== undefined;
}

function cut(text: string): string {
  return text.length > MAX_CELL ? `${text.slice(0, MAX_CELL)}…` : text;
}

function cellText(value: unknown): string {
  return typeof value === "string"
    ? value
    : value === null || value === undefined
    ? ""
    : value instanceof Date
    ? value.toISOString()
    : typeof value === "object"
    ? JSON.stringify(value, (_, v) => typeof v === "bigint" ? String(v) : v)
    : String(value);
}

function jsonPreview(text: string): Html | null {
  const value = parsedJson(text);
  if (value === undefined) return null;
  const rows = z.array(z.record(z.string(), z.unknown())).min(1).safeParse(
    value,
  );
  const all = JSON.stringify(value, null, 2);
  const head = standardRedaction().text(all.slice(0, JSON_CHARS)).text;
  const json = plain(head + all.slice(JSON_CHARS));
  if (!rows.success) return json;
  const columns = [
    ...new Set(rows.data.slice(0, MAX_ROWS).flatMap(Object.keys)),
  ];
  return markup`${
    table(
      columns,
      rows.data.slice(0, MAX_ROWS).map((row) =>
        columns.map((name) => row[name])
      ),
      rows.data.length,
    )
  }<details><summary>As JSON</summary>${json}</details>`;
}

function notebookPreview(text: string): Html | null {
  // A long one was stored piece by piece; what its pieces hold together is drawn here.
  const seen = standardRedaction().json(text).text;
  const notebook = notebookSchema.safeParse(parsedJson(seen));
  if (!notebook.success) return null;
  return markup`<div class="notebook">${
    notebook.data.cells.map((cell, i) => {
      const source = typeof cell.source === "string"
        ? cell.source
        : cell.source.join("");
      return markup`<div class="cell"><p class="cell-head">${
        cell.cell_type === "code"
          ? `[${cell.execution_count ?? " "}]`
          : cell.cell_type
      }</p><pre class="source"><code>${sourceText(source)}</code></pre>${
        (cell.outputs ?? []).map((output) => outputPart(output, `cell ${i}`))
      }</div>
`;
    })
  }</div>`;
}
