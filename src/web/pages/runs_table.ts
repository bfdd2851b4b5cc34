/**
 * The table of an experiment's runs.
 *
 * @module
 */
import { nameText } from "../../base/markup.ts";
import { numberText } from "../../base/numbers.ts";
import type { TableRow } from "../../record/run_rows.ts";
import { metricOf, type RunField, valueOf } from "../../record/query.ts";
import { fieldText } from "../../record/sort.ts";
import { areBest } from "../../view/best_run.ts";
import { SWEEP_TAG } from "../../record/own_tags.ts";
import { type Html, markup } from "../parts/hono.ts";
import type { Links } from "../parts/links.ts";
import { queryOf, type TableQuery } from "../parts/table_query.ts";
import type { TableRows } from "../parts/table_rows.ts";
import { valuesSentence, valueWord } from "../parts/values.ts";
import {
  clamped,
  isNumberOrNone,
  statusOf,
  timePart,
  tookText,
} from "../parts/texts.ts";
import { starButton } from "./star.ts";

/** What a table is drawn with. */
export interface TableContext
  extends Pick<TableRows, "total" | "columns" | "values" | "starred"> {
  links: Links;
  experiment: string;
  table: TableQuery;
}

/** The table, a row for each run. */
export function runsTable(
  runs: readonly TableRow[],
  context: TableContext,
): Html {
  const { links, experiment, table, columns, total, starred } = context;
  const bests = columns.map(({ field }) =>
    field.kind === "metrics" && runs.length > 1
      ? areBest(
        field.key,
        runs.map((run) => ({ ...run, value: metricOf(run, field.key) })),
      )
      : []
  );
  // Numbers are read from their ends, and so is the name above them.
  const numeric = columns.map(({ field }) =>
    field.kind === "metrics" || (
      (field.kind === "params" || field.key === "seed") && runs.length > 0 &&
      runs.every((run) => isNumberOrNone(valueOf(run, field)))
    )
  );
  const compare = links.live && total > 1;
  const from = (table.page - 1) * table.size;
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="Runs of ${experiment}">
<table class="runs${compare ? " chosen" : ""}"${
    links.live ? "" : markup` data-sortable`
  }>
<caption>Runs of ${experiment}${
    total > runs.length && runs.length > 0
      ? markup`, ${(from + 1).toLocaleString("en")} to ${
        (from + runs.length).toLocaleString("en")
      } of ${total.toLocaleString("en")}`
      : ""
  }${valuesSentence(context.values)}</caption>
<thead><tr>${compare ? markup`<td class="pick"></td>` : ""}${
    header(context, { kind: "attributes", key: "name" }, "Run")
  }${
    columns.map(({ field, title }, c) =>
      header(context, field, title, numeric[c])
    )
  }</tr></thead>
<tbody>
${
    runs.map((run, i) =>
      markup`<tr data-run="${run.run_id}">${
        compare
          ? markup`<td class="pick"><input type="checkbox" name="runs" value="${run.run_id}" form="compare" aria-label="Compare ${
            nameText(run.name)
          }"></td>`
          : ""
      }<th scope="row" class="name">${
        starred === null ? "" : starButton(links, run, starred.has(run.run_id))
      }<a href="${links.run(run.run_id)}">${nameText(run.name)}</a></th>${
        columns.map(({ field }, c) =>
          cell(context, run, field, {
            best: bests[c]?.[i] === true,
            numeric: numeric[c] === true,
          })
        )
      }</tr>
`
    )
  }</tbody>
</table>
</div>`;
}

/** A header whose link sorts: upwards first, then downwards. */
export function header(
  { links, experiment, table, values }: TableContext,
  field: RunField,
  title: string,
  numeric = field.kind === "metrics",
): Html {
  const isName = field.kind === "attributes" && field.key === "name";
  const kind = numeric
    ? markup` class="number"`
    : isName
    ? markup` class="name"`
    : "";
  const said = field.kind === "metrics" ? valueWord(field.key, values) : "";
  const whole = said === ""
    ? title
    : markup`${title} <span class="quiet">${said}</span>`;
  if (!links.live) return markup`<th scope="col"${kind}>${whole}</th>`;
  const text = fieldText(field);
  const [up, down] = [table.sort === text, table.sort === `-${text}`];
  const sort = up ? `-${text}` : text;
  const state = up
    ? markup` aria-sort="ascending"`
    : down
    ? markup` aria-sort="descending"`
    : "";
  return markup`<th scope="col"${kind}${state}><a href="${
    links.experiment(experiment, queryOf(table, { sort, page: 1 }))
  }">${whole}${
    up
      ? markup`<span aria-hidden="true"> ↑</span>`
      : down
      ? markup`<span aria-hidden="true"> ↓</span>`
      : ""
  }</a></th>`;
}

function cell(
  { links }: TableContext,
  run: TableRow,
  field: RunField,
  { best, numeric }: { best: boolean; numeric: boolean },
): Html {
  const value = valueOf(run, field);
  if (field.kind === "metrics") {
    const text = numberText(run.metrics[field.key]);
    // A page that is a file is sorted by its script, which needs more than what is shown.
    const exact = links.live || value === undefined
      ? ""
      : markup` data-value="${value}"`;
    return markup`<td class="number"${exact}>${
      best
        ? markup`<strong>${text}<span class="unseen"> (best here)</span></strong>`
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
        Object.hasOwn(run.tags, SWEEP_TAG)
          ? markup` <span class="quiet">sweep</span>`
          : ""
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
    default: {
      if (numeric) return markup`<td class="number">${value ?? ""}</td>`;
      return isNumberOrNone(value)
        ? markup`<td>${value ?? ""}</td>`
        : markup`<td class="text">${clamped(String(value ?? ""))}</td>`;
    }
  }
}
