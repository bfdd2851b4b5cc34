/**
 * The pages of a table that is too long for one.
 *
 * @module
 */
import { type Html, markup } from "../parts/hono.ts";
import { queryOf } from "../parts/table_query.ts";
import type { TableContext } from "./runs_table.ts";

/** Says that a table has no such page. */
export function noSuchPage({ links, experiment, table }: TableContext): Html {
  return markup`<p>The table has no page ${table.page}. <a href="${
    links.experiment(experiment, queryOf(table, { page: 1 }))
  }">Show the first</a></p>`;
}

/** Links to the pages of a table. @param total How many rows there are. */
export function pagesPart(
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
