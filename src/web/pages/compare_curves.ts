/**
 * The curves of several runs in one chart a metric.
 *
 * @module
 */
import type { RunSummary } from "../../record/schema/summary.ts";
import {
  type ChartOptions,
  type ChartSeries,
  lineChart,
  namesInChart,
  shareEdges,
} from "../../view/charts.ts";
import { csvAnswer } from "../parts/answers.ts";
import { type Html, markup } from "../parts/hono.ts";
import type { Links, Query } from "../parts/links.ts";
import type { MetricRow, PageSource, PointRow } from "../parts/source.ts";
import {
  chartFigure,
  type ChartLinks,
  laterFigure,
  mainFirst,
} from "./charts.ts";

/** Charts that the page holds from the start, with few runs and with many. */
const FIRST_CHARTS = { few: 8, many: 3 };
const MANY_RUNS = 10;
/** Lines of a page that is a file: it holds all that it shows. */
const FILE_LINES = 600;
/** Metrics of one run alone that are named. */
const ALONE = 20;
/** Buckets of a line among many. */
const MANY_BUCKETS = 250;

type Named = Pick<RunSummary, "run_id" | "name">;

/**
 * The metrics that two or more of some runs have curves of: those that their page draws from the start, and the others.
 * Beside them those that one run alone has a curve of.
 */
export async function sharedMetrics(
  source: PageSource,
  links: Pick<Links, "live" | "charts">,
  runs: readonly Pick<Named, "run_id">[],
): Promise<{ first: MetricRow[]; others: MetricRow[]; alone: MetricRow[] }> {
  const uses = new Map<string, { runs: number; metric: MetricRow }>();
  for (const { run_id } of runs) {
    for (const metric of await source.metrics(run_id)) {
      const use = uses.get(metric.key);
      const count = Math.max(metric.count ?? 2, use?.metric.count ?? 0);
      uses.set(metric.key, {
        runs: (use?.runs ?? 0) + 1,
        metric: { ...metric, count },
      });
    }
  }
  const curves = [...uses.values()].filter(({ metric }) =>
    (metric.count ?? 2) > 1
  );
  const of = (wanted: (runs: number) => boolean) =>
    mainFirst(
      curves.filter(({ runs }) => wanted(runs)).map(({ metric }) => metric),
    );
  const shared = of((n) => n > 1);
  const drawn = links.live
    ? runs.length > MANY_RUNS ? FIRST_CHARTS.many : FIRST_CHARTS.few
    : Math.min(links.charts, Math.floor(FILE_LINES / runs.length));
  return {
    first: shared.slice(0, drawn),
    others: shared.slice(drawn),
    alone: of((n) => n === 1),
  };
}

/** A chart for each metric that two or more of the runs have. */
export async function curvesPart(
  source: PageSource,
  links: Links,
  runs: readonly Named[],
): Promise<Html> {
  const { first, others, alone } = await sharedMetrics(source, links, runs);
  if (first.length === 0) {
    return markup`<p class="quiet">No metric has a curve in two of the runs.</p>${
      alonePart(links, runs, alone)
    }`;
  }
  const series = await seriesOf(source, runs, first.map(({ key }) => key));
  return markup`<div class="charts">${
    first.map(({ key }) =>
      chartFigure(key, series.get(key) ?? [], saved(links, runs, key))
    )
  }${
    links.live
      ? others.map((metric) =>
        laterFigure(metric, saved(links, runs, metric.key))
      )
      : ""
  }</div>${
    links.live || others.length === 0
      ? ""
      : markup`<p class="quiet">Not drawn above each other here: ${
        others.map(({ key }) => key).join(", ")
      }. The page of each run has its own curves.</p>`
  }${alonePart(links, runs, alone)}`;
}

/** Names the curves that there is nothing to compare with. */
function alonePart(
  links: Links,
  runs: readonly Named[],
  alone: readonly MetricRow[],
): Html | "" {
  if (alone.length === 0) return "";
  const ids = runs.map(({ run_id }) => run_id);
  const shown = alone.slice(0, ALONE).map(({ key }, i) => {
    const page = links.live ? links.compare(ids, { key }) : null;
    return markup`${i === 0 ? "" : ", "}${
      page === null ? key : markup`<a href="${page}">${key}</a>`
    }`;
  });
  return markup`<p class="quiet">One of the runs alone has a curve of ${shown}${
    alone.length > ALONE ? markup` and ${alone.length - ALONE} more` : ""
  }.</p>`;
}

/** The chart of one metric. */
export async function curvesDrawing(
  source: PageSource,
  runs: readonly Named[],
  key: string,
  options: ChartOptions,
): Promise<string> {
  const series = await seriesOf(source, runs, [key], options);
  return lineChart(key, series.get(key) ?? [], options);
}

/** The points of one metric of several runs. */
export async function curvesCsv(
  source: PageSource,
  ids: readonly string[],
  key: string,
): Promise<Response> {
  const columns: { run_id: string; points: Iterable<PointRow> }[] = [];
  for (const run_id of ids) {
    const keys = (await source.metrics(run_id)).map((metric) => metric.key);
    if (!keys.includes(key)) continue;
    columns.push({ run_id, points: await source.points(run_id, key) });
  }
  return csvAnswer(key, columns);
}

async function seriesOf(
  source: PageSource,
  runs: readonly Named[],
  keys: readonly string[],
  { x = "step", domain }: Pick<ChartOptions, "x" | "domain"> = {},
): Promise<Map<string, ChartSeries[]>> {
  const found = new Map<string, ChartSeries[]>(keys.map((key) => [key, []]));
  const names = namesInChart(runs);
  for (const [style, { run_id, name: own }] of runs.entries()) {
    const name = names.get(run_id) ?? own;
    const buckets = await source.buckets(run_id, keys, { x, domain });
    for (const [key, one] of buckets) {
      found.get(key)?.push({ name, run_id, style, buckets: one });
    }
  }
  if (runs.length <= MANY_RUNS) return found;
  return new Map([...found].map(([key, series]) => {
    const shared = shareEdges(
      series.map(({ buckets }) => buckets),
      MANY_BUCKETS,
    );
    return [
      key,
      series.map((one, i) => ({ ...one, buckets: shared[i] ?? one.buckets })),
    ];
  }));
}

/** The figure of one metric, with the links to save it. */
export async function curvesFigure(
  source: PageSource,
  links: Links,
  runs: readonly Named[],
  key: string,
  { drawn = {}, ...options }: ChartOptions & { drawn?: Query } = {},
): Promise<Html> {
  const series = (await seriesOf(source, runs, [key], options)).get(key) ?? [];
  return chartFigure(key, series, saved(links, runs, key, drawn), options);
}

function saved(
  links: Links,
  runs: readonly Named[],
  key: string,
  drawn: Query = {},
): ChartLinks {
  const ids = runs.map(({ run_id }) => run_id);
  const csv = links.comparedCsv(ids, key);
  return links.live
    ? {
      page: links.compare(ids, { ...drawn, key }),
      svg: links.compare(ids, { ...drawn, key, svg: 1 }),
      csv,
    }
    : { page: null, svg: null, csv };
}
