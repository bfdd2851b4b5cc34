/**
 * Charts of metrics in a page, each with the ways to save it.
 *
 * @module
 */
import { numberText } from "../../base/numbers.ts";
import { betterEnd } from "../../view/metric_facts.ts";
import {
  type Buckets,
  type ChartOptions,
  type ChartSeries,
  lineChart,
} from "../../view/charts.ts";
import { type Html, markup, raw } from "../parts/hono.ts";
import type { Links, Query } from "../parts/links.ts";
import type { MetricRow } from "../parts/source.ts";

/** Pixels of a chart among others: about a column of the page, so that its texts keep their size. */
const CHART: Pick<ChartOptions, "width" | "height"> = {
  width: 540,
  height: 230,
};

/** So many metrics are few. */
const FEW_METRICS = 12;

/** Where the parts of a chart are found. */
export interface ChartLinks {
  /** The chart alone, in a page; null where there is none. */
  page: string | null;
  /** The drawing as a file; null where only the script saves it. */
  svg: string | null;
  /** Its points. */
  csv: string | null;
}

/** A chart with the links to save it. */
export function chartFigure(
  key: string,
  series: readonly ChartSeries[],
  to: ChartLinks,
  options: ChartOptions = {},
): Html {
  return markup`<figure data-metric="${key}"${
    to.page === null ? "" : markup` data-chart="${to.page}"`
  }>${raw(lineChart(key, series, { ...CHART, ...options }))}
<figcaption>${to.page === null ? "" : markup`<a href="${to.page}">Open</a> `}${
    savePart(key, to)
  }</figcaption></figure>
`;
}

/** The ways to save a chart; what has no address of its own, the script makes of what is shown. */
export function savePart(
  key: string,
  { svg, csv }: Pick<ChartLinks, "svg" | "csv">,
): Html {
  const name = fileName(key);
  return markup`<span class="save">Save ${
    svg === null
      ? markup`<button type="button" data-svg="${name}.svg" hidden>SVG</button> `
      : markup`<a href="${svg}" download="${name}.svg">SVG</a> `
  }<button type="button" data-png="${name}.png" hidden>PNG</button> ${
    csv === null ? "" : markup`<a href="${csv}" download="${name}.csv">CSV</a>`
  }</span>`;
}

/** A chart that is fetched when it comes into view; without a script its page is a link away. */
export function laterFigure(metric: MetricRow, to: ChartLinks): Html {
  return markup`<figure data-metric="${metric.key}" data-later="${
    to.page ?? ""
  }" class="later">
<figcaption><strong>${metric.key}</strong> ${
    metric.last === null ? "" : `last ${numberText(metric.last)} `
  }${
    to.page === null ? "" : markup`<a href="${to.page}">Chart</a>`
  }</figcaption></figure>
`;
}

/** The addresses of a run's chart. */
export function chartLinks(
  links: Links,
  run_id: string,
  key: string,
  drawn: Query = {},
): ChartLinks {
  return {
    page: links.metric(run_id, key, drawn),
    svg: links.live ? links.metric(run_id, key, { ...drawn, svg: 1 }) : null,
    csv: links.csv(run_id, key),
  };
}

/** The metrics that a run's page draws: all of few, a single value too; of many those that have a curve. */
export function withCurves(metrics: readonly MetricRow[]): MetricRow[] {
  return metrics.filter(({ count }) =>
    metrics.length <= FEW_METRICS || (count ?? 2) > 1
  );
}

/** Metrics with those that a run was made for first, and a machine's own load last. */
export function mainFirst(metrics: readonly MetricRow[]): MetricRow[] {
  const rank = ({ key }: MetricRow) =>
    key.startsWith("system/") ? 2 : betterEnd(key) === null ? 1 : 0;
  return metrics.toSorted((a, b) => rank(a) - rank(b));
}

/** One run's buckets as the series of a chart. */
export function lineOf(
  name: string,
  run_id: string,
  buckets: Buckets | undefined,
): ChartSeries[] {
  return buckets === undefined ? [] : [{ name, run_id, buckets }];
}

/** A name for a file. */
export function fileName(key: string): string {
  // A path of this machine is taken out of pages that go elsewhere, and could not be recognised any more.
  const name = /^(?:[\\/]|[A-Za-z]:[\\/])/.test(key)
    ? key.split(/[\\/]/).at(-1) ?? ""
    : key;
  return name.replaceAll(/[^\p{L}\p{N}._-]+/gu, "-").slice(0, 80) || "metric";
}
