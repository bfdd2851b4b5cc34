/**
 * The page of one metric of a run: a large chart, and ways to look closer.
 *
 * @module
 */
import { numberText } from "../../base/numbers.ts";
import { z } from "../../base/zod.ts";
import { unknownMetric } from "../../record/journal_reader.ts";
import { type ChartOptions, lineChart } from "../../view/charts.ts";
import { type Html, markup, raw } from "../parts/hono.ts";
import { page, trailTo } from "../parts/layout.ts";
import type { Links, Query } from "../parts/links.ts";
import type { PageSource } from "../parts/source.ts";
import { timePart } from "../parts/texts.ts";
import { behindPart } from "./behind.ts";
import { chartFigure, chartLinks, lineOf } from "./charts.ts";

/** Last points that the page lists. */
const LISTED = 20;

const number = z.string().regex(/^-?\d+(\.\d+)?(e[+-]?\d+)?$/i).transform(
  Number,
);

/** How a chart is asked for in an address; what cannot be understood is as if it were not there. */
export const chartQuerySchema = z.object({
  x: z.enum(["step", "time"]).default("step").catch("step"),
  log: z.string().transform((text) => text !== "").default(false).catch(false),
  smooth: number.pipe(z.number().min(0).max(0.99)).default(0).catch(0),
  from: number.optional().catch(undefined),
  to: number.optional().catch(undefined),
});

/** How a chart is drawn. */
export type ChartQuery = z.infer<typeof chartQuerySchema>;

/** The positions that a chart shows; undefined for all. */
export function domainOf(
  { from, to }: ChartQuery,
): readonly [number, number] | undefined {
  return from === undefined || to === undefined || !(from < to)
    ? undefined
    : [from, to];
}

/** A chart's options from its query. */
export function chartOptions(query: ChartQuery): ChartOptions {
  const domain = domainOf(query);
  return {
    x: query.x,
    log: query.log,
    smooth: query.smooth,
    ...(domain === undefined ? {} : { domain }),
  };
}

/**
 * The drawing of one metric.
 *
 * @throws {UnknownNameError} when the run has no such metric
 */
export async function metricDrawing(
  source: PageSource,
  at: { run_id: string; key: string },
  query: ChartQuery,
  options: ChartOptions = {},
): Promise<string> {
  const { run_id, key } = at;
  const domain = domainOf(query);
  const found = await source.buckets(run_id, [key], { x: query.x, domain });
  const buckets = found.get(key);
  if (buckets === undefined) throw await unknown(source, run_id, key);
  return lineChart(key, [{ name: key, run_id, buckets }], {
    ...chartOptions(query),
    ...options,
  });
}

/**
 * The figure of one metric, as the page of its run has it.
 *
 * @throws {UnknownNameError} when the run has no such metric
 */
export async function metricFigure(
  source: PageSource,
  links: Links,
  { run_id, key }: { run_id: string; key: string },
): Promise<string> {
  const buckets = (await source.buckets(run_id, [key])).get(key);
  if (buckets === undefined) throw await unknown(source, run_id, key);
  return String(chartFigure(
    key,
    lineOf(key, run_id, buckets),
    chartLinks(links, run_id, key),
  ));
}

/**
 * The page of one metric.
 *
 * @throws {UnknownNameError} when the run has no such metric
 * @throws {RunNotFoundError} when there is no such run
 */
export async function metricPage(
  source: PageSource,
  links: Links,
  at: { run_id: string; key: string },
  query: ChartQuery,
): Promise<string> {
  const { run_id, key } = at;
  const run = await source.record(run_id);
  const found = await source.buckets(run_id, [key], {
    x: query.x,
    domain: domainOf(query),
  });
  const buckets = found.get(key);
  if (buckets === undefined) throw await unknown(source, run_id, key);
  const points = [...await source.points(run_id, key)];
  const last = points.slice(-LISTED).reverse();
  return page(links, {
    heading: key,
    context: `${run.name} · nbtrack`,
    trail: trailTo(links, run.experiment, run),
    follows: { run_id },
    body: markup`${links.live ? form(links, at, query) : ""}
<div class="charts wide">${
      chartFigure(
        key,
        lineOf(key, run_id, buckets),
        chartLinks(links, run_id, key),
        { ...chartOptions(query), width: 1080, height: 400 },
      )
    }</div>
<div class="scroll" tabindex="0" role="region" aria-label="Last points"><table>
<caption>The last points</caption>
<thead><tr><th scope="col" class="number">Step</th><th scope="col" class="number">Value</th><th scope="col">Logged</th></tr></thead>
<tbody>${
      last.map(({ step, value, timestamp }) =>
        markup`<tr><td class="number">${step ?? ""}</td><td class="number">${
          numberText(value)
        }</td><td>${timePart(timestamp)}</td></tr>
`
      )
    }</tbody></table></div>
${await behindPart(links, run, key, points)}`,
  });
}

/** The drawing as a file of its own. */
export function svgFile(drawing: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${drawing}\n`;
}

async function unknown(source: PageSource, run_id: string, key: string) {
  const keys = (await source.metrics(run_id)).map((metric) => metric.key);
  return unknownMetric(run_id, key, keys);
}

function form(
  links: Links,
  { run_id, key }: { run_id: string; key: string },
  { x, log, smooth, from, to }: ChartQuery,
): Html {
  const action = links.metric(run_id, key)?.replace(/\?.*$/, "") ?? "";
  const all: Query = {
    x: x === "step" ? undefined : x,
    log: log ? 1 : undefined,
  };
  return markup`<form method="get" action="${action}" class="filter">
<input type="hidden" name="key" value="${key}">
<p><label for="x">Over</label> <select id="x" name="x"><option value="step">steps</option><option value="time"${
    x === "time" ? raw(" selected") : ""
  }>time</option></select></p>
<p><label for="log"><input type="checkbox" id="log" name="log" value="1"${
    log ? raw(" checked") : ""
  }> logarithmic</label></p>
<p><label for="smooth">Smooth</label> <input id="smooth" name="smooth" type="number" min="0" max="0.99" step="0.01" value="${smooth}"></p>
<p><label for="from">From</label> <input id="from" name="from" type="number" step="any" value="${
    from ?? ""
  }"></p>
<p><label for="to">To</label> <input id="to" name="to" type="number" step="any" value="${
    to ?? ""
  }"></p>
<p class="end"><button>Show</button>${
    from === undefined
      ? ""
      : markup` <a href="${links.metric(run_id, key, all)}">All of it</a>`
  }</p>
</form>`;
}
