/**
 * The parts of a report besides charts and cells: what was used, what changed, what is missing.
 *
 * @module
 */
import { loggedHtml } from "../base/markup.ts";
import { count, grouped } from "../base/numbers.ts";
import { sizeText } from "../base/quantities.ts";
import { columnPicture } from "./column_picture.ts";
import type { RecordedDataset, RunRecord } from "../record/schema/record.ts";

/** Rows of a table; what is more is counted. */
const MAX_ROWS = 500;
/** A word that is broken in a table: others, such as numbers, are not. */
const LONG_WORD = /\S{25}/;

/** A cell of a table; numbers stand on the right. */
export type ReportCell = string | number | null | { drawing: string };

/** A table with a name and what its columns are called; empty without rows. */
export function reportTable(
  caption: string,
  heads: readonly string[],
  rows: readonly (readonly ReportCell[])[],
): string {
  if (rows.length === 0) return "";
  const cell = (value: ReportCell, i: number) =>
    i === 0
      ? `<th scope="row"${
        LONG_WORD.test(String(value)) ? ' class="long"' : ""
      }>${loggedHtml(typeof value === "object" ? "" : String(value))}</th>`
      : typeof value === "object" && value !== null
      ? `<td>${value.drawing}</td>`
      : `<td${
        typeof value === "number"
          ? ' class="n"'
          : LONG_WORD.test(value ?? "")
          ? ' class="long"'
          : ""
      }>${
        loggedHtml(
          typeof value === "number" && Number.isInteger(value)
            ? grouped(value)
            : String(value ?? "–"),
        )
      }</td>`;
  const more = rows.length - MAX_ROWS;
  return `${tableBox(caption)}<table><caption>${
    loggedHtml(caption)
  }</caption><thead><tr>${
    heads.map((head) => `<th scope="col">${loggedHtml(head)}</th>`).join("")
  }</tr></thead><tbody>${
    rows.slice(0, MAX_ROWS).map((row) => `<tr>${row.map(cell).join("")}</tr>`)
      .join("\n")
  }</tbody></table>${
    more > 0 ? `<p>and ${count(more, "more row")}</p>` : ""
  }</div>`;
}

/** The beginning of a box in which a wide table can be scrolled, by keys too. */
export function tableBox(name: string): string {
  return `<div class="box" tabindex="0" role="region" aria-label="${
    loggedHtml(name)
  }">`;
}

/** Datasets, each with what its columns hold. */
export function reportData({ datasets }: RunRecord): string {
  if (datasets.length === 0) {
    return `<p class="faint">No dataset is named or was seen.</p>`;
  }
  return reportTable(
    count(datasets.length, "dataset"),
    ["name", "rows", "size", "digest", "found"],
    datasets.map(({ name, rows, size, digest, found, message }) => [
      name,
      rows,
      size === null ? null : sizeText(size),
      digest,
      [found, ...message === null ? [] : [message]].join("; "),
    ]),
  ) + datasets.map(profileOf).join("");
}

/** Missing, distinct, smallest and largest values of each column. */
function profileOf({ name, columns, profile, rows }: RecordedDataset): string {
  if (columns === null || columns.length === 0) return "";
  const facts = new Map((profile ?? []).map((one) => [one.name, one]));
  return reportTable(
    `columns of ${name}`,
    ["column", "type", "picture", "missing", "distinct", "smallest", "largest"],
    columns.map((column) => {
      const fact = facts.get(column.name);
      return [
        column.name,
        column.type,
        fact === undefined ? null : { drawing: columnPicture(fact, rows) },
        fact === undefined || fact.missing === null
          ? null
          : shareText(fact.missing, rows),
        fact?.distinct === null || fact === undefined
          ? null
          : `${fact.distinct_is_estimate ? "about " : ""}${
            grouped(fact.distinct)
          }`,
        fact?.min ?? null,
        fact?.max ?? null,
      ];
    }),
  );
}

function shareText(missing: number, rows: number | null): string {
  return missing === 0 || rows === null || rows === 0
    ? grouped(missing)
    : `${grouped(missing)} (${(100 * missing / rows).toFixed(1)} %)`;
}

/** Exact packages and local modules. */
export function reportPackages({ packages, modules }: RunRecord): string {
  if (packages.length === 0 && modules.length === 0) {
    return `<p class="faint">No package is imported.</p>`;
  }
  const sorted = packages.toSorted((a, b) =>
    Number(b.direct) - Number(a.direct) || (a.name < b.name ? -1 : 1)
  );
  return reportTable(
    count(packages.length, "package"),
    ["package", "version", "from", "why"],
    sorted.map(({ name, version, registry, direct }) => [
      name,
      version,
      registry,
      direct ? "imported by the cells" : "needed by these",
    ]),
  ) +
    reportTable(
      count(modules.length, "local module"),
      ["path", "digest"],
      modules.map(({ path, digest }) => [path, digest]),
    );
}

/** What the user logged. */
export function reportArtifacts({ artifacts }: RunRecord): string {
  const users = artifacts.filter(({ origin }) => origin === "user");
  return users.length === 0
    ? `<p class="faint">No artifact is logged.</p>`
    : reportTable(
      count(users.length, "artifact"),
      ["path", "size", "digest"],
      users.map(({ path, size, digest }) => [
        path,
        size === null ? null : sizeText(size),
        digest,
      ]),
    );
}

/** A list of sentences; one sentence instead when there is none. */
export function reportList(texts: readonly string[], none: string): string {
  if (texts.length === 0) return `<p class="faint">${loggedHtml(none)}</p>`;
  const more = texts.length - MAX_ROWS;
  return `<ul>${
    texts.slice(0, MAX_ROWS).map((text) => `<li>${loggedHtml(text)}</li>`)
      .join("\n")
  }${more > 0 ? `<li>and ${grouped(more)} more</li>` : ""}</ul>`;
}
