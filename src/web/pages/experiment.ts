/**
 * The page of one experiment: its runs as a table.
 *
 * @module
 */
import { shortened } from "../../base/markup.ts";
import { count } from "../../base/numbers.ts";
import { ownValue } from "../../base/values.ts";
import type { RunField } from "../../record/query.ts";
import type { TableRow } from "../../record/run_rows.ts";
import { fieldText } from "../../record/sort.ts";
import { someNames } from "../../view/telling_keys.ts";
import { type Html, markup } from "../parts/hono.ts";
import { page, trailTo } from "../parts/layout.ts";
import type { Links } from "../parts/links.ts";
import { freshness } from "../parts/freshness.ts";
import type { PageSource } from "../parts/source.ts";
import type { RunColumn } from "../parts/table_columns.ts";
import { queryOf, type TableQuery } from "../parts/table_query.ts";
import { tableRows } from "../parts/table_rows.ts";
import { groupTable } from "./group_table.ts";
import { laterFigure } from "./charts.ts";
import { runsTable } from "./runs_table.ts";
import { starForm } from "./star.ts";
import { tableForm } from "./table_form.ts";
import { noSuchPage, pagesPart } from "./table_pages.ts";

/** Runs that the box of a row chooses for comparing, at most. */
const MAX_COMPARED = 50;

/** Metrics whose curves are below the table. */
const DRAWN_METRICS = 2;

/** Runs whose curves are below the table. */
const DRAWN_RUNS = 10;

/** Characters of the name of a param or metric that has no column. */
const MAX_NAME = 60;

/** Runs of an experiment that are side by side in pages that are files: as many as a comparison takes. */
export const NEWEST_COMPARED: number = MAX_COMPARED;

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
  const read = await tableRows(source, experiment, table);
  const { total, keys, rows, columns, group } = read;
  const context = { ...read, links, experiment, table };
  const said = [
    table.filter === ""
      ? ""
      : markup`that ${
        total === 1 ? "passes" : "pass"
      } <code>${table.filter}</code>`,
    read.starred !== null && table.starred !== "" ? "with a star" : "",
  ].filter((text) => text !== "");
  return page(links, {
    heading: experiment,
    trail: trailTo(links),
    follows: { experiment },
    body: markup`${freshness(source, links)}<p class="summary">${
      count(total, "run")
    } ${said.map((text) => markup`${text} `)}</p>
${
      links.live
        ? tableForm(links, experiment, table, {
          keys,
          values: source.values !== undefined,
          stars: source.stars !== undefined,
        })
        : ""
    }
${
      group === null
        ? markup`${runsTable(rows, context)}${leftOutPart(links, read.leftOut)}
${
          read.starred === null
            ? ""
            : starForm(links.experiment(experiment, queryOf(table)))
        }
${
          rows.length > 0
            ? ""
            : total > 0
            ? noSuchPage(context)
            : noRun(links, experiment, said.length > 0)
        }
${
          links.live && total > 1 && rows.length > 0
            ? compareForm(links)
            : comparedNewest(links, rows)
        }
${links.live ? pagesPart(context, total) : ""}
${links.live ? curvesOfNewest(links, rows, columns) : ""}`
        : markup`${groupTable(rows, { ...context, group })}${
          leftOutPart(
            links,
            read.leftOut.filter(({ kind }) => kind === "metrics"),
          )
        }`
    }`,
  });
}

/** Which params and metrics have no column. */
function leftOutPart(links: Links, fields: readonly RunField[]): Html | "" {
  if (fields.length === 0) return "";
  return markup`
<p class="quiet">Left out: ${
    someNames(
      fields.map((field) =>
        shortened(links.live ? fieldText(field) : field.key, MAX_NAME)
      ),
    ).join(", ")
  }.${links.live ? " “Columns” above takes such names." : ""}</p>`;
}

function noRun(links: Links, experiment: string, narrowed: boolean): Html {
  return narrowed && links.live
    ? markup`<p>No run passes. <a href="${
      links.experiment(experiment)
    }">Show all runs</a></p>`
    : markup`<p>No run is here.</p>`;
}

/** The curves of the first rows, fetched when they come into view. */
function curvesOfNewest(
  links: Links,
  runs: readonly TableRow[],
  columns: readonly RunColumn[],
): Html | "" {
  const drawn = runs.slice(0, DRAWN_RUNS);
  const ids = drawn.map((run) => run.run_id);
  const keys = columns.filter(({ field: { kind, key } }) =>
    kind === "metrics" &&
    drawn.some(({ metrics }) => ownValue(metrics, key) !== undefined)
  ).slice(0, DRAWN_METRICS).map(({ field }) => field.key);
  if (ids.length < 2 || keys.length === 0) return "";
  return markup`<h2>Curves of the first ${ids.length} rows</h2>
<div class="charts">${
    keys.map((key) =>
      laterFigure({ key, count: null, last: null, ends: null }, {
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
