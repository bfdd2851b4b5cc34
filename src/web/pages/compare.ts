/**
 * The page of runs side by side.
 *
 * @module
 */
import { count, numberText } from "../../base/numbers.ts";
import { compareRuns, type Comparison } from "../../record/compare.ts";
import { QueryError } from "../../record/errors.ts";
import { metricNumberOf } from "../../record/query.ts";
import type { RunRecord } from "../../record/schema/record.ts";
import { downloadAnswer, htmlAnswer } from "../parts/answers.ts";
import { type Html, markup } from "../parts/hono.ts";
import { page, trailTo } from "../parts/layout.ts";
import type { Links } from "../parts/links.ts";
import { freshness } from "../parts/freshness.ts";
import type { PageSource } from "../parts/source.ts";
import {
  clamped,
  shortId,
  statusOf,
  timePart,
  tookText,
} from "../parts/texts.ts";
import {
  curvesCsv,
  curvesDrawing,
  curvesFigure,
  curvesPart,
} from "./compare_curves.ts";
import { differencesPart } from "./compare_differences.ts";
import { paramsPart } from "./compare_params.ts";

/** Runs that can be compared at once. */
const MAX_RUNS = 50;
/** With more runs than this a run is a row, not a column. */
const MAX_COLUMNS = 6;

/**
 * Answers `/compare?runs=A,B`.
 *
 * @throws {QueryError} when there are fewer than two runs, or too many
 * @throws {RunNotFoundError} when there is no such run
 */
export async function compareAnswer(
  source: PageSource,
  links: Links,
  query: URLSearchParams,
): Promise<Response> {
  const ids = await idsOf(source, query);
  const key = query.get("key");
  if (key !== null && query.has("csv")) {
    return await curvesCsv(source, ids, key);
  }
  if (key !== null) {
    const runs: RunRecord[] = [];
    for (const id of ids) runs.push(await source.record(id));
    if (query.has("svg")) {
      const drawing = await curvesDrawing(source, runs, key, true);
      return downloadAnswer(drawing, `${key}.svg`, "image/svg+xml");
    }
    return htmlAnswer(
      query.has("drawing")
        ? await curvesDrawing(source, runs, key, false)
        : query.has("figure")
        ? String(await curvesFigure(source, links, runs, key))
        : await curvePage(source, links, runs, key),
    );
  }
  return htmlAnswer(await comparePage(source, links, ids, query));
}

async function idsOf(
  source: PageSource,
  query: URLSearchParams,
): Promise<string[]> {
  const texts = query.getAll("runs").flatMap((part) => part.split(","))
    .map((text) => text.trim()).filter((text) => text !== "");
  const ids = new Set<string>();
  for (const text of texts.slice(0, MAX_RUNS + 1)) {
    ids.add(await source.find(text));
  }
  if (ids.size >= 2 && texts.length <= MAX_RUNS) return [...ids];
  throw new QueryError(
    ids.size < 2
      ? "Two or more runs are compared."
      : `At most ${MAX_RUNS} runs are compared at once.`,
    { position: 0, hint: "Choose runs in the table of an experiment." },
  );
}

/** The page of some runs. */
export async function comparePage(
  source: PageSource,
  links: Links,
  ids: readonly string[],
  query: URLSearchParams,
): Promise<string> {
  const runs: RunRecord[] = [];
  for (const id of ids) runs.push(await source.record(id));
  const comparison = compareRuns(runs);
  const experiments = [...new Set(runs.map((run) => run.experiment))];
  return page(links, {
    heading: `Compare ${count(runs.length, "run")}`,
    trail: trailTo(
      links,
      experiments.length === 1 ? experiments[0] : undefined,
    ),
    body: markup`${
      freshness(source, links)
    }<nav class="parts" aria-label="On this page"><a href="#runs">Runs</a> <a href="#curves">Curves</a> <a href="#params-metrics">Params and metrics</a> <a href="#differences">Differences</a></nav>
<section id="runs" aria-labelledby="runs-title"><h2 id="runs-title">Runs</h2>${
      runsTable(links, runs, comparison)
    }</section>
<section id="curves" aria-labelledby="curves-title"><h2 id="curves-title">Curves</h2>${await curvesPart(
      source,
      links,
      runs,
    )}</section>
<section id="params-metrics" aria-labelledby="params-title"><h2 id="params-title">Params and metrics</h2>${
      paramsPart(links, runs, query)
    }</section>
<section id="differences" aria-labelledby="differences-title"><h2 id="differences-title">Differences</h2>${
      differencesPart(runs, comparison)
    }</section>`,
  });
}

/** The curves of one metric alone, large. */
async function curvePage(
  source: PageSource,
  links: Links,
  runs: readonly RunRecord[],
  key: string,
): Promise<string> {
  const all = links.compare(runs.map((run) => run.run_id)) ?? "";
  return page(links, {
    heading: key,
    context: `${count(runs.length, "run")} · nbtrack`,
    trail: [
      ...trailTo(links),
      { text: `Compare ${count(runs.length, "run")}`, href: all },
    ],
    body: markup`${
      freshness(source, links)
    }<div class="charts wide">${await curvesFigure(
      source,
      links,
      runs,
      key,
      { width: 1080, height: 420 },
    )}</div>`,
  });
}

/** Texts are wrapped; times, states and numbers stay in one line. */
function wrapOf(value: Html | string | undefined): string {
  return typeof value === "string" && metricNumberOf(value) === undefined
    ? "text"
    : "whole";
}

/** What differs: a column for each of a few runs, a row for each of many. */
function runsTable(
  links: Links,
  runs: readonly RunRecord[],
  comparison: Comparison,
): Html {
  const rows: { name: string; kind: string; values: (Html | string)[] }[] = [
    { name: "Experiment", kind: "", values: runs.map((run) => run.experiment) },
    {
      name: "State",
      kind: "",
      values: runs.map((run) => statusOf(run.status)),
    },
    {
      name: "Started",
      kind: "",
      values: runs.map((run) => timePart(run.start_time)),
    },
    {
      name: "Took",
      kind: "",
      values: runs.map((run) => tookText(run.start_time, run.end_time)),
    },
    ...comparison.params.map(({ key, values }) => ({
      name: key,
      kind: "param",
      values: values.map((value) => value ?? ""),
    })),
    ...comparison.metrics.map(({ key, values }) => ({
      name: key,
      kind: "metric",
      values: values.map(numberText),
    })),
  ];
  const names = runs.map((run) =>
    markup`<a href="${links.run(run.run_id)}">${run.name}</a> <code>${
      shortId(run.run_id)
    }</code>`
  );
  const same = comparison.params.length === 0
    ? markup`<p class="quiet">All params are the same.</p>`
    : "";
  if (runs.length > MAX_COLUMNS) {
    return markup`<div class="scroll" tabindex="0" role="region" aria-label="Table of runs"><table class="runs"><caption>What differs, one row a run</caption><thead><tr><th scope="col" class="name">Run</th>${
      rows.map(({ name, kind }) =>
        markup`<th scope="col"${
          kind === "metric" ? markup` class="number"` : ""
        }>${name}</th>`
      )
    }</tr></thead><tbody>${
      runs.map((run, i) =>
        markup`<tr data-run="${run.run_id}"><th scope="row" class="name">${
          names[i] ?? ""
        }</th>${
          rows.map(({ kind, values }) =>
            markup`<td class="${
              kind === "metric" ? "number" : wrapOf(values[i])
            }">${
              kind === "param" ? clamped(String(values[i])) : values[i] ?? ""
            }</td>`
          )
        }</tr>
`
      )
    }</tbody></table></div>${same}`;
  }
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="Table of runs"><table><caption>What differs, one column a run</caption><thead><tr><th scope="col">Name</th>${
    runs.map((run, i) =>
      markup`<th scope="col" data-run="${run.run_id}">${names[i] ?? ""}</th>`
    )
  }</tr></thead><tbody>${
    rows.map(({ name, kind, values }) =>
      markup`<tr><th scope="row">${name}${
        kind === "" ? "" : markup` <span class="quiet">${kind}</span>`
      }</th>${
        values.map((value) =>
          markup`<td class="${wrapOf(value)}">${value}</td>`
        )
      }</tr>
`
    )
  }</tbody></table></div>${same}`;
}
