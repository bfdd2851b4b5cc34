/**
 * Runs in groups, one row each.
 *
 * @module
 */
import { spreadText } from "../../base/numbers.ts";
import type { RunField } from "../../record/query.ts";
import type { TableRow } from "../../record/run_rows.ts";
import { fieldText, parseFields } from "../../record/sort.ts";
import { type Html, markup } from "../parts/hono.ts";
import { type Group, groupsOf, ownRuns, type Spread } from "../parts/groups.ts";
import { queryOf } from "../parts/table_query.ts";
import { valuesSentence } from "../parts/values.ts";
import { header, type TableContext } from "./runs_table.ts";
import { noSuchPage, pagesPart } from "./table_pages.ts";

/** What the table is drawn with. */
export interface GroupContext extends TableContext {
  group: RunField;
}

/** A table with a row for each value of a field. */
export function groupTable(
  runs: readonly TableRow[],
  context: GroupContext,
): Html {
  const { links, experiment, table, columns, group } = context;
  const metrics = columns.filter(({ field }) => field.kind === "metrics");
  const { own, leftOut } = ownRuns(runs);
  const all = sortedGroups(
    groupsOf(own, group, metrics.map(({ field }) => field.key)),
    table.sort,
  );
  const offset = (table.page - 1) * table.size;
  const groups = all.slice(offset, offset + table.size);
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="Groups of runs">
<table class="runs">
<caption>Runs of ${experiment} by ${
    fieldText(group)
  }: mean ± standard deviation, and how many runs have the metric${
    valuesSentence(context.values)
  }${leftOut.length === 0 ? "" : `; without ${leftOut.join(" and ")}`}</caption>
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
          markup`<td class="number">${spreadPart(spreads.get(field.key))}</td>`
        )
      }</tr>
`
    )
  }</tbody>
</table>
</div>
${groups.length === 0 && all.length > 0 ? noSuchPage(context) : ""}${
    links.live ? pagesPart(context, all.length) : ""
  }`;
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

function spreadPart(spread: Spread | undefined): Html | "" {
  if (spread === undefined) return "";
  const { mean, deviation, n, others } = spread;
  return markup`${
    n === 0 ? "" : spreadText(mean, deviation)
  } <span class="quiet">n = ${n}${
    others === 0 ? "" : `, ${others} not finite`
  }</span>`;
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
