/**
 * Runs in groups, one row each.
 *
 * @module
 */
import { numberText } from "../../base/numbers.ts";
import type { QueriedRun, RunField } from "../../record/query.ts";
import { fieldText } from "../../record/sort.ts";
import { type Html, markup } from "../parts/hono.ts";
import { groupsOf, type Spread } from "../parts/groups.ts";
import type { Links } from "../parts/links.ts";
import type { RunColumn } from "../parts/table_columns.ts";
import { queryOf, type TableQuery } from "../parts/table_query.ts";

/** What the table is drawn with. */
export interface GroupContext {
  links: Links;
  experiment: string;
  table: TableQuery;
  columns: readonly RunColumn[];
  group: RunField;
}

/** A table with a row for each value of a field. */
export function groupTable(
  runs: readonly QueriedRun[],
  { links, experiment, table, columns, group }: GroupContext,
): Html {
  const metrics = columns.filter(({ field }) => field.kind === "metrics");
  const groups = groupsOf(runs, group, metrics.map(({ field }) => field.key));
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="Groups of runs">
<table class="runs">
<caption>Runs of ${experiment} by ${
    fieldText(group)
  }: mean ± standard deviation, and how many runs have the metric</caption>
<thead><tr><th scope="col">${
    fieldText(group)
  }</th><th scope="col" class="number">Runs</th>${
    metrics.map(({ title }) =>
      markup`<th scope="col" class="number">${title}</th>`
    )
  }</tr></thead>
<tbody>
${
    groups.map(({ value, runs, metrics: spreads }) =>
      markup`<tr data-group="${value ?? ""}"><th scope="row">${
        value === null
          ? markup`<span class="quiet">none</span>`
          : links.live
          ? markup`<a href="${
            links.experiment(
              experiment,
              queryOf(table, {
                group: "",
                page: 1,
                filter: narrowed(table.filter, group, value),
              }),
            )
          }">${value}</a>`
          : value
      }</th><td class="number">${runs.toLocaleString("en")}</td>${
        metrics.map(({ field }) =>
          markup`<td class="number">${spreadText(spreads.get(field.key))}</td>`
        )
      }</tr>
`
    )
  }</tbody>
</table>
</div>`;
}

function spreadText(spread: Spread | undefined): Html | "" {
  if (spread === undefined) return "";
  const { mean, deviation, n } = spread;
  return markup`${short(mean)}${
    deviation === null ? "" : markup` ± ${short(deviation)}`
  } <span class="quiet">n = ${n}</span>`;
}

function short(value: number): string {
  return numberText(Number(value.toPrecision(4)));
}

/** A filter for the runs of one group alone. */
function narrowed(
  filter: string,
  group: RunField,
  value: string | number,
): string {
  const text = `'${String(value).replaceAll("'", "''")}'`;
  const literal = group.kind === "metrics" || typeof value === "number"
    ? String(value)
    : text;
  const condition = `${fieldText(group)} = ${literal}`;
  return filter === "" ? condition : `${filter} and ${condition}`;
}
