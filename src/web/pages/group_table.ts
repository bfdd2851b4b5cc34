/**
 * Runs in groups, one row each.
 *
 * @module
 */
import { numberText } from "../../base/numbers.ts";
import type { QueriedRun, RunField } from "../../record/query.ts";
import { fieldText, parseFields } from "../../record/sort.ts";
import { type Html, markup } from "../parts/hono.ts";
import { type Group, groupsOf, type Spread } from "../parts/groups.ts";
import { queryOf } from "../parts/table_query.ts";
import { valuesSentence } from "../parts/values.ts";
import { header, type TableContext } from "./runs_table.ts";

/** What the table is drawn with. */
export interface GroupContext extends TableContext {
  group: RunField;
}

/** A table with a row for each value of a field. */
export function groupTable(
  runs: readonly QueriedRun[],
  context: GroupContext,
): Html {
  const { links, experiment, table, columns, group } = context;
  const metrics = columns.filter(({ field }) => field.kind === "metrics");
  const groups = sortedGroups(
    groupsOf(runs, group, metrics.map(({ field }) => field.key)),
    table.sort,
  );
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="Groups of runs">
<table class="runs">
<caption>Runs of ${experiment} by ${
    fieldText(group)
  }: mean ± standard deviation, and how many runs have the metric${
    valuesSentence(context.values)
  }</caption>
<thead><tr>${
    header(context, group, fieldText(group))
  }<th scope="col" class="number">Runs</th>${
    metrics.map(({ field, title }) => header(context, field, title))
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

/** Groups by the mean of a metric, where that is what is sorted by, or by their values the other way. */
function sortedGroups(groups: readonly Group[], sort: string): Group[] {
  const [field] = parseFields(sort);
  const sign = sort.trim().startsWith("-") ? -1 : 1;
  if (field?.kind !== "metrics") {
    return sign < 0 ? groups.toReversed() : [...groups];
  }
  const meanOf = ({ metrics }: Group) => metrics.get(field.key)?.mean ?? NaN;
  return groups.toSorted((a, b) => {
    const [x, y] = [meanOf(a), meanOf(b)];
    // Groups without the metric come last either way.
    return Number(Number.isNaN(x)) - Number(Number.isNaN(y)) ||
      (x - y) * sign || 0;
  });
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
