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

const checked = z.string().transform((text) => text !== "").default(false)
  .catch(false);

/** How a chart is asked for in an address; what cannot be understood is as if it were not there. */
export const chartQuerySchema = z.object({
  x: z.enum(["step", "time"]).default("step").catch("step"),
  log: checked,
  whole: checked,
  smooth: number.pipe(z.number().min(0).max(0.99)).default(0).catch(0),
  from: number.optional().catch(undefined),
  to: number.optional().catch(undefined),
  width: number.pipe(z.number().min(200).max(2000)).optional().catch(undefined),
  height: number.pipe(z.number().min(100).max(2000)).optional()
    .catch(undefined),
});

/** How a chart is drawn. */
export type ChartQuery = z.infer<typeof chartQuerySchema>;

/** The positions that a chart shows; undefined for all. */
function domainOf(
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
    whole: query.whole,
    smooth: query.smooth,
    ...(domain === undefined ? {} : { domain }),
    ...(query.width === undefined ? {} : { width: query.width }),
    ...(query.height === undefined ? {} : { height: query.height }),
  };
}

/** How a chart is drawn, as its address says it: what is zoomed stays as it was. */
export function drawnAs({ x, log, whole, smooth }: ChartQuery): Query {
  return {
    x: x === "step" ? undefined : x,
    log: log ? 1 : undefined,
    whole: whole ? 1 : undefined,
    smooth: smooth === 0 ? undefined : smooth,
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
    body: markup`${
      links.live
        ? chartForm(links.metric(run_id, key) ?? "", { key }, query)
        : ""
    }
<div class="charts wide">${
      chartFigure(
        key,
        lineOf(key, run_id, buckets),
        chartLinks(links, run_id, key, drawnAs(query)),
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
        }</td><td>${timePart(timestamp, "second")}</td></tr>
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

/**
 * How a chart is drawn, in a form.
 *
 * @param hidden What else its address says.
 * @param several Whether it has several runs, one of which may go beyond what is shown.
 */
export function chartForm(
  page: string,
  hidden: Readonly<Record<string, string>>,
  { x, log, whole, smooth, from, to }: ChartQuery,
  several = false,
): Html {
  return markup`<form method="get" action="${
    page.replace(/\?.*$/, "")
  }" class="filter">
${
    Object.entries(hidden).map(([name, value]) =>
      markup`<input type="hidden" name="${name}" value="${value}">`
    )
  }
<p><label for="x">Over</label> <select id="x" name="x"><option value="step">steps</option><option value="time"${
    x === "time" ? raw(" selected") : ""
  }>time</option></select></p>
<p class="check"><label for="log"><input type="checkbox" id="log" name="log" value="1"${
    log ? raw(" checked") : ""
  }> logarithmic</label></p>
${
    several
      ? markup`<p class="check"><label for="whole"><input type="checkbox" id="whole" name="whole" value="1"${
        whole ? raw(" checked") : ""
      }> all values</label></p>
`
      : ""
  }<p><label for="smooth">Smooth</label> <input id="smooth" name="smooth" type="number" min="0" max="0.99" step="0.01" value="${smooth}"></p>
<p><label for="from">From</label> <input id="from" name="from" type="number" step="any" value="${
    from ?? ""
  }"></p>
<p><label for="to">To</label> <input id="to" name="to" type="number" step="any" value="${
    to ?? ""
  }"></p>
<p class="end"><button>Show</button>${
    from === undefined ? "" : markup` <a href="${page}">All of it</a>`
  }</p>
</form>`;
}
