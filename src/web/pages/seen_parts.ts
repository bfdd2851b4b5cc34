/**
 * What a run had to do with beside its cells: answers of the network, files that it wrote, load and memory.
 *
 * @module
 */
import { count } from "../../base/numbers.ts";
import { sizeText } from "../../base/quantities.ts";
import type { RunRecord } from "../../record/schema/record.ts";
import { systemTable } from "../../view/system_load.ts";
import { type Html, markup } from "../parts/hono.ts";
import { shortId } from "../parts/texts.ts";

/** Rows of a table that are shown; more are counted. */
const MAX_ROWS = 200;

interface Column {
  title: string;
  number?: boolean;
}

/** What `fetch` answered to the notebook; empty where it asked nothing. */
export function networkPart({ network }: RunRecord): Html | "" {
  return table(
    "What was answered to the notebook",
    [
      { title: "Address" },
      { title: "Method" },
      { title: "Status", number: true },
      { title: "Times", number: true },
      { title: "Size", number: true },
      { title: "Digest" },
    ],
    network.map((answer) => [
      answer.url,
      answer.method,
      String(answer.status),
      String(answer.count),
      sizeText(answer.size),
      digestOf(answer.digest),
    ]),
  );
}

/** Files that the notebook wrote while the run was open; empty where there is none. */
export function writtenPart({ written }: RunRecord): Html | "" {
  return table(
    "Files that the notebook wrote",
    [{ title: "File" }, { title: "Size", number: true }, { title: "Digest" }],
    written.map(({ path, size, digest }) => [
      path,
      sizeText(size),
      digestOf(digest),
    ]),
  );
}

/** The mean and the most of load and memory; empty where they are not known. */
export function systemPart(run: RunRecord): Html | "" {
  const { columns, rows } = systemTable<Column>(run, [
    { title: "Of" },
    { title: "Processor, mean", number: true },
    { title: "Processor, most", number: true },
    { title: "Memory, most", number: true },
  ]);
  return table("Load and memory while the run was open", columns, rows);
}

function digestOf(digest: string | null): string {
  return digest === null ? "" : shortId(digest);
}

function table(
  caption: string,
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): Html | "" {
  if (rows.length === 0) return "";
  const kind = (i: number) =>
    columns[i]?.number === true ? markup` class="number"` : "";
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table><caption>${caption}${
    rows.length > MAX_ROWS
      ? `, ${MAX_ROWS} of ${count(rows.length, "row")}`
      : ""
  }</caption><thead><tr>${
    columns.map(({ title }, i) =>
      markup`<th scope="col"${kind(i)}>${title}</th>`
    )
  }</tr></thead><tbody>${
    rows.slice(0, MAX_ROWS).map(([name, ...others]) =>
      markup`<tr><th scope="row">${name}</th>${
        others.map((text, i) => markup`<td${kind(i + 1)}>${text}</td>`)
      }</tr>
`
    )
  }</tbody></table></div>`;
}
