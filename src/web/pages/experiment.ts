/**
 * The page of one experiment: its runs as a table.
 *
 * @module
 */
import { count } from "../../base/numbers.ts";
import { metricOf, type TableRow } from "../../record/run_rows.ts";
import { type RunField, valueOf } from "../../record/query.ts";
import { fieldText } from "../../record/sort.ts";
import { indexOfBest } from "../parts/best.ts";
import { type Html, markup } from "../parts/hono.ts";
import { page } from "../parts/layout.ts";
import type { Links } from "../parts/links.ts";
import type { PageSource } from "../parts/source.ts";
import { columnsOf, type RunColumn } from "../parts/table_columns.ts";
import { groupField, queryOf, type TableQuery } from "../parts/table_query.ts";
import { statusOf, timePart, tookText, valueText } from "../parts/texts.ts";
import { groupTable } from "./group_table.ts";
import { laterFigure } from "./charts.ts";
import { tableForm } from "./table_form.ts";

/** Runs that say which columns a table has. */
const ASKED = 500;
/** Runs that the box of a row chooses for comparing, at most. */
const MAX_COMPARED = 50;

/** Metrics whose curves are below the table. */
const DRAWN_METRICS = 2;

/** Runs of an experiment that are side by side in pages that are files. */
export const NEWEST_COMPARED = 10;

/**
 * The page at `/experiments/NAME`.
 *
 * @throws {QueryError} when the query cannot be understood
 * @throws {UnknownNameError} when there is no such experiment
 */
export async function experimentDocument(
  source: PageSource,
  links: Links,
  experiment: string,
  table: TableQuery,
): Promise<string> {
  const { filter, size } = table;
  const sort = table.sort === "" ? undefined : table.sort;
  const offset = (table.page - 1) * size;
  const group = groupField(table);
  const selection = await source.select({ experiment, filter, sort });
  const { total } = selection;
  const sample = selection.rows(0, ASKED).map((run) => run.run_id);
  const keys = await source.keys(sample);
  const columns = columnsOf(table.columns, keys);
  const fields = columns.map(({ field }) => field);
  const shown = group === null
    ? selection.rows(offset, size)
    : selection.rows(0, total);
  await source.fill(
    experiment,
    shown,
    group === null ? fields : [group, ...fields],
  );
  const context = { links, experiment, table, columns };
  const body = group === null
    ? runsTable({ total, runs: shown }, context)
    : groupTable(shown, { ...context, group });
  return page(links, {
    heading: experiment,
    trail: [{ text: "Experiments", href: links.home() }],
    follows: { experiment },
    body: markup`<p class="summary">${count(total, "run")}${
      filter === "" ? "" : markup` that pass <code>${filter}</code>`
    }</p>
${links.live ? tableForm(links, experiment, table, keys) : ""}
${body}`,
  });
}

/** What a table is drawn with. */
export interface TableContext {
  links: Links;
  experiment: string;
  table: TableQuery;
  columns: readonly RunColumn[];
}

function runsTable(
  { total, runs }: { total: number; runs: readonly TableRow[] },
  context: TableContext,
): Html {
  const { links, experiment, table, columns } = context;
  const bests = columns.map(({ field }) =>
    field.kind === "metrics" && runs.length > 1
      ? indexOfBest(field.key, runs.map((run) => metricOf(run, field.key)))
      : -1
  );
  const compare = links.live && total > 1;
  const from = (table.page - 1) * table.size;
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="Runs of ${experiment}">
<table class="runs">
<caption>Runs of ${experiment}${
    total > runs.length && runs.length > 0
      ? markup`, ${(from + 1).toLocaleString("en")} to ${
        (from + runs.length).toLocaleString("en")
      } of ${total.toLocaleString("en")}`
      : ""
  }</caption>
<thead><tr>${compare ? markup`<td></td>` : ""}${
    header(context, { kind: "attributes", key: "name" }, "Run")
  }${
    columns.map(({ field, title }) => header(context, field, title))
  }</tr></thead>
<tbody>
${
    runs.map((run, i) =>
      markup`<tr data-run="${run.run_id}">${
        compare
          ? markup`<td><input type="checkbox" name="runs" value="${run.run_id}" form="compare" aria-label="Compare ${run.name}"></td>`
          : ""
      }<th scope="row"><a href="${links.run(run.run_id)}">${run.name}</a></th>${
        columns.map(({ field }, c) => cell(run, field, bests[c] === i))
      }</tr>
`
    )
  }</tbody>
</table>
</div>
${runs.length === 0 ? markup`<p>No run is here.</p>` : ""}
${compare ? compareForm(links) : comparedNewest(links, runs)}
${links.live ? pages(context, total) : ""}
${links.live ? curvesOfNewest(links, runs, columns) : ""}`;
}

/** A header whose link sorts: upwards first, then downwards. */
export function header(
  { links, experiment, table }: TableContext,
  field: RunField,
  title: string,
): Html {
  const number = field.kind === "metrics" ? markup` class="number"` : "";
  if (!links.live) return markup`<th scope="col"${number}>${title}</th>`;
  const text = fieldText(field);
  const [up, down] = [table.sort === text, table.sort === `-${text}`];
  const sort = up ? `-${text}` : text;
  const state = up
    ? markup` aria-sort="ascending"`
    : down
    ? markup` aria-sort="descending"`
    : "";
  return markup`<th scope="col"${number}${state}><a href="${
    links.experiment(experiment, queryOf(table, { sort, page: 1 }))
  }">${title}${
    up
      ? markup`<span aria-hidden="true"> ↑</span>`
      : down
      ? markup`<span aria-hidden="true"> ↓</span>`
      : ""
  }</a></th>`;
}

function cell(run: TableRow, field: RunField, best: boolean): Html {
  const value = valueOf(run, field);
  if (field.kind === "metrics") {
    const text = valueText(run.metrics[field.key]);
    return markup`<td class="number">${
      best
        ? markup`<strong>${text}<span class="unseen"> (best)</span></strong>`
        : text
    }</td>`;
  }
  switch (field.kind === "attributes" ? field.key : "") {
    case "status":
      return markup`<td>${statusOf(run.status)}${
        run.reproduces === null
          ? ""
          : markup` <span class="quiet">reproduction</span>`
      }${
        run.provenance === "here"
          ? ""
          : markup` <span class="quiet">${run.provenance}</span>`
      }</td>`;
    case "start_time":
      return markup`<td>${timePart(run.start_time)} <span class="quiet">${
        tookText(run.start_time, run.end_time)
      }</span></td>`;
    case "end_time":
      return markup`<td>${timePart(run.end_time)}</td>`;
    default:
      return markup`<td class="text">${value ?? ""}</td>`;
  }
}

/** The curves of the first rows, fetched when they come into view. */
function curvesOfNewest(
  links: Links,
  runs: readonly TableRow[],
  columns: readonly RunColumn[],
): Html | "" {
  const ids = runs.slice(0, NEWEST_COMPARED).map((run) => run.run_id);
  const keys = columns.filter(({ field }) => field.kind === "metrics")
    .slice(0, DRAWN_METRICS).map(({ field }) => field.key);
  if (ids.length < 2 || keys.length === 0) return "";
  return markup`<h2>Curves of the first ${ids.length} rows</h2>
<div class="charts">${
    keys.map((key) =>
      laterFigure({ key, count: null, last: null }, {
        page: links.compare(ids, { key }),
        svg: null,
        csv: null,
      })
    )
  }</div>`;
}

/** Where nothing is chosen, the newest runs are side by side. */
function comparedNewest(links: Links, runs: readonly TableRow[]): Html | "" {
  const ids = runs.slice(0, NEWEST_COMPARED).map((run) => run.run_id);
  const href = ids.length < 2 ? null : links.compare(ids);
  return href === null || links.live
    ? ""
    : markup`<p><a href="${href}">Compare the newest ${ids.length} runs</a></p>`;
}

function compareForm(links: Links): Html {
  const action = links.compare([])?.replace(/\?.*$/, "") ?? "";
  return markup`<form id="compare" method="get" action="${action}" class="compare">
<button>Compare the chosen runs</button> <span class="quiet">2 to ${MAX_COMPARED}</span>
</form>`;
}

function pages(
  { links, experiment, table }: TableContext,
  total: number,
): Html | "" {
  const last = Math.max(1, Math.ceil(total / table.size));
  if (last === 1) return "";
  const to = (page: number, text: string) =>
    page < 1 || page > last || page === table.page
      ? markup`<span class="quiet">${text}</span>`
      : markup`<a href="${
        links.experiment(experiment, queryOf(table, { page }))
      }">${text}</a>`;
  return markup`<nav class="pages" aria-label="Pages of the table">${
    to(1, "First")
  } ${to(table.page - 1, "Previous")} <span>Page ${
    table.page.toLocaleString("en")
  } of ${last.toLocaleString("en")}</span> ${to(table.page + 1, "Next")} ${
    to(last, "Last")
  }</nav>`;
}
