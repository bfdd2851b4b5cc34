/**
 * The metrics of a run: a table of all, and a chart of each.
 *
 * @module
 */
import { count, numberText } from "../../base/numbers.ts";
import type { RecordedCell, RunRecord } from "../../record/schema/record.ts";
import type { Ends } from "../../journal/metric_range.ts";
import { betterEnd } from "../../view/metric_facts.ts";
import type { Buckets } from "../../view/charts.ts";
import { type Html, markup } from "../parts/hono.ts";
import type { Links } from "../parts/links.ts";
import type { MetricRow, PageSource } from "../parts/source.ts";
import { cellLinks, cellsBehindAll } from "./behind.ts";
import {
  chartFigure,
  chartLinks,
  laterFigure,
  lineOf,
  mainFirst,
  withCurves,
} from "./charts.ts";

/** Rows of the table that are open from the start. */
const SHOWN_ROWS = 12;

/** Table and charts. */
export async function metricsPart(
  source: PageSource,
  links: Links,
  run: RunRecord,
): Promise<Html> {
  const metrics = mainFirst(await source.metrics(run.run_id));
  if (metrics.length === 0) {
    return markup`<p class="quiet">No metric is logged.</p>`;
  }
  const first = metrics.slice(0, links.charts);
  const buckets = await source.buckets(
    run.run_id,
    first.map(({ key }) => key),
  );
  const drawn = new Set(withCurves(metrics).map(({ key }) => key));
  const behind = links.live
    ? new Map()
    : await cellsBehindAll(source, run, first.map(({ key }) => key));
  return markup`${table(metrics, { buckets, behind, run, links })}
<div class="charts">
${
    first.filter(({ key }) => drawn.has(key)).map(({ key }) =>
      chartFigure(
        key,
        lineOf(run.name, run.run_id, buckets.get(key)),
        chartLinks(links, run.run_id, key),
      )
    )
  }${
    metrics.slice(links.charts).filter(({ key }) => drawn.has(key)).map((
      metric,
    ) => laterFigure(metric, chartLinks(links, run.run_id, metric.key)))
  }</div>`;
}

/** What the table is drawn with. */
interface TableContext {
  buckets: ReadonlyMap<string, Buckets>;
  /** The cells behind metrics, where the page itself names them. */
  behind: ReadonlyMap<string, readonly RecordedCell[]>;
  run: RunRecord;
  links: Links;
}

function table(metrics: readonly MetricRow[], context: TableContext): Html {
  const cells = context.run.cells.length > 0;
  const rows = (shown: readonly MetricRow[]) =>
    markup`<div class="scroll" tabindex="0" role="region" aria-label="${
      shown.length < metrics.length ? "First metrics" : "All metrics"
    }"><table class="metrics">
<caption>${count(metrics.length, "metric")}${
      shown.length < metrics.length ? markup`, the first ${shown.length}` : ""
    }</caption>
<thead><tr><th scope="col">Metric</th><th scope="col" class="number">Last</th><th scope="col" class="number">Best</th><th scope="col" class="number">Range</th><th scope="col" class="number">Points</th>${
      cells ? markup`<th scope="col">Cells behind it</th>` : ""
    }</tr></thead>
<tbody>
${shown.map((metric) => row(metric, context))}</tbody>
</table></div>`;
  const more = metrics.slice(SHOWN_ROWS);
  return markup`${rows(metrics.slice(0, SHOWN_ROWS))}${
    more.length === 0
      ? ""
      : markup`<details><summary>All ${
        count(metrics.length, "metric")
      }</summary>${rows(metrics)}</details>`
  }`;
}

/** A single value is the last one, and said there. */
const NO_ENDS: Ends = { low: null, high: null };

/** The ends of points that are read. */
function endsOf(buckets: Buckets | undefined): Ends {
  const { low = null, high = null } = buckets ?? {};
  const at = (end: { x: number; value: number } | null) =>
    end === null ? null : { value: end.value, step: end.x };
  return { low: at(low), high: at(high) };
}

function row(
  { key, count, last, ends }: MetricRow,
  { buckets, behind, run, links }: TableContext,
): Html {
  const read = endsOf(buckets.get(key));
  const { low, high } = count === 1 ? NO_ENDS : ends ?? read;
  const [least = null, most = null] = count === 1
    ? []
    : ends === null
    ? buckets.get(key)?.range ?? []
    : [low?.value, high?.value];
  const is = betterEnd(key);
  const end = is === "low" ? low : is === "high" ? high : null;
  // What is kept of all points has infinite ends too; what was read of them has finite ones.
  const best = end === null || Number.isFinite(end.value)
    ? end
    : is === null
    ? null
    : read[is];
  const page = links.metric(run.run_id, key);
  return markup`<tr><th scope="row">${
    page === null ? key : markup`<a href="${page}">${key}</a>`
  }</th><td class="number">${numberText(last)}</td><td class="number">${
    best === null
      ? ""
      : markup`${
        numberText(best.value)
      } <span class="quiet">step ${best.step}</span>`
  }</td><td class="number">${
    least === null || most === null
      ? ""
      : markup`${numberText(least)} to ${numberText(most)}`
  }</td><td class="number">${count?.toLocaleString("en") ?? ""}</td>${
    run.cells.length === 0
      ? ""
      : markup`<td class="text">${
        links.live && page !== null
          ? markup`<a href="${page}#behind">show<span class="unseen"> the cells behind ${key}</span></a>`
          : cellLinks(behind.get(key) ?? [])
      }</td>`
  }</tr>
`;
}
