/**
 * Params against metrics over several runs: which mattered, and how.
 *
 * @module
 */
import { csvField } from "../../base/csv.ts";
import { ownValue } from "../../base/values.ts";
import { metricNumberOf, metricOf } from "../../record/query.ts";
import type { RunRecord } from "../../record/schema/record.ts";
import { parallelCoordinates, scatter } from "../../view/charts.ts";
import { indexOfBestRun } from "../../view/best_run.ts";
import { betterEnd } from "../../view/metric_facts.ts";
import { type Html, markup, raw } from "../parts/hono.ts";
import { importances, LEAST_RUNS, METHOD } from "../parts/importance.ts";
import type { Links } from "../parts/links.ts";
import { savePart } from "./charts.ts";

/** Params among parallel coordinates. */
const MAX_AXES = 6;

/** Scatter, parallel coordinates and the params that mattered. */
export function paramsPart(
  links: Links,
  runs: readonly RunRecord[],
  query: URLSearchParams,
): Html {
  const metrics = [...new Set(runs.flatMap((run) => Object.keys(run.metrics)))]
    .sort((a, b) => rank(a) - rank(b));
  const params = differing(runs);
  const metric = chosen(query.get("metric"), metrics) ?? metrics[0];
  if (metric === undefined || params.length === 0) {
    return markup`<p class="quiet">${
      metrics.length === 0
        ? "The runs have no metric."
        : "No param differs between the runs."
    }</p>`;
  }
  const values = runs.map((run) => metricOf(run, metric));
  const rows = importances(
    runs.flatMap((run, i) => {
      const value = values[i];
      return value === undefined ? [] : [{ params: run.params, value }];
    }),
  );
  const param = chosen(query.get("param"), params) ?? rows[0]?.key ??
    params[0] ?? "";
  const axes = (rows.length > 0 ? rows.map(({ key }) => key) : params)
    .slice(0, MAX_AXES);
  return markup`${
    links.live ? form(links, runs, { metrics, metric, params, param }) : ""
  }
<div class="charts">${
    drawn("scatter", `${metric} against ${param}`, {
      svg: scatterOf(runs, param, metric),
      csv: csvOf(runs, [param], metric),
    })
  }${
    drawn("parallel", `${metric} across params`, {
      svg: parallelOf(runs, axes, metric),
      csv: csvOf(runs, axes, metric),
    })
  }</div>
${mattered(rows, metric)}`;
}

/** A run for each mark: a param against the metric. */
function scatterOf(
  runs: readonly RunRecord[],
  param: string,
  metric: string,
): string {
  const best = indexOfBestRun(
    metric,
    runs.map((run) => ({ ...run, value: metricOf(run, metric) })),
  );
  return scatter(
    { x: param, y: metric },
    runs.map((run) => ({
      run_id: run.run_id,
      name: run.name,
      x: axisValue(ownValue(run.params, param)),
      y: metricOf(run, metric) ?? null,
    })),
    { ...SIZE, best: runs[best]?.run_id ?? null },
  );
}

/** Pixels of a drawing: about a column of the page, so that its texts keep their size. */
const SIZE = { width: 540, height: 300 };

/** A line for each run: the params that went most with the metric, then the metric. */
function parallelOf(
  runs: readonly RunRecord[],
  params: readonly string[],
  metric: string,
): string {
  return parallelCoordinates(runs, [
    ...params.map((key) => ({
      name: key,
      values: runs.map((run) => axisValue(ownValue(run.params, key))),
    })),
    {
      name: metric,
      values: runs.map((run) => metricOf(run, metric) ?? null),
      most: true,
    },
  ], SIZE);
}

/** A drawing with the ways to save it; what it is drawn of is in its own link, a row a run. */
function drawn(
  name: string,
  title: string,
  { svg, csv }: { svg: string; csv: string },
): Html {
  return markup`<figure data-plot-of="${name}">${raw(svg)}
<figcaption>${
    savePart(title, {
      svg: null,
      csv: `data:text/csv;charset=utf-8,${encodeURIComponent(csv)}`,
    })
  }</figcaption></figure>
`;
}

/** Params and the metric of the runs as CSV. */
function csvOf(
  runs: readonly RunRecord[],
  params: readonly string[],
  metric: string,
): string {
  const rows = runs.map((run) => [
    run.run_id,
    run.name,
    ...params.map((key) => ownValue(run.params, key) ?? null),
    metricOf(run, metric) ?? null,
  ]);
  return [["run_id", "name", ...params, metric], ...rows]
    .map((row) => `${row.map(csvField).join(",")}\n`).join("");
}

/** A param as an axis has it: a number where it is one. */
function axisValue(text: string | undefined): string | number | null {
  return text === undefined ? null : metricNumberOf(text) ?? text;
}

function mattered(
  rows: ReturnType<typeof importances>,
  metric: string,
): Html {
  if (rows.length === 0) {
    return markup`<p class="quiet">${LEAST_RUNS} runs with values are needed to say which param went with ${metric}.</p>`;
  }
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="Which param mattered"><table>
<caption>Which param went with ${metric} (${METHOD})</caption>
<thead><tr><th scope="col">Param</th><th scope="col" class="number">Strength</th><th scope="col">When it grows, ${metric}</th><th scope="col" class="number">By chance</th></tr></thead>
<tbody>${
    rows.map(({ key, strength, direction, chance }) =>
      markup`<tr><th scope="row">${key}</th><td class="number"><meter min="0" max="1" value="${
        strength.toFixed(3)
      }" aria-label="Strength of ${key}"></meter> ${
        strength.toFixed(2)
      }</td><td>${
        direction === null ? "" : direction === "up" ? "grows" : "falls"
      }</td><td class="number">${chance.toFixed(3)}</td></tr>
`
    )
  }</tbody></table></div>`;
}

function form(
  links: Links,
  runs: readonly RunRecord[],
  { metrics, metric, params, param }: {
    metrics: readonly string[];
    metric: string;
    params: readonly string[];
    param: string;
  },
): Html {
  const option = (name: string, at: string) =>
    markup`<option value="${name}"${
      name === at ? markup` selected` : ""
    }>${name}</option>`;
  return markup`<form method="get" action="${
    links.compare([])?.replace(/\?.*$/, "") ?? ""
  }#params-metrics" class="filter">
<input type="hidden" name="runs" value="${
    runs.map((run) => run.run_id).join(",")
  }">
<p><label for="param">Param</label> <select id="param" name="param">${
    params.map((name) => option(name, param))
  }</select></p>
<p><label for="metric">Metric</label> <select id="metric" name="metric">${
    metrics.map((name) => option(name, metric))
  }</select></p>
<p class="end"><button>Show</button></p>
</form>`;
}

/** The params that are not the same in all runs: those that most runs have first. */
function differing(runs: readonly RunRecord[]): string[] {
  const keys = new Set(runs.flatMap((run) => Object.keys(run.params)));
  const having = (key: string) =>
    runs.filter((run) => ownValue(run.params, key) !== undefined).length;
  return [...keys].filter((key) =>
    new Set(runs.map((run) => ownValue(run.params, key))).size > 1
  ).sort().sort((a, b) => having(b) - having(a));
}

function chosen(
  asked: string | null,
  names: readonly string[],
): string | undefined {
  return names.find((name) => name === asked);
}

function rank(key: string): number {
  return key.startsWith("system/") ? 2 : betterEnd(key) === null ? 1 : 0;
}
