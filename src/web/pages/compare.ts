/**
 * The page of runs side by side.
 *
 * @module
 */
import { count } from "../../base/numbers.ts";
import { compareRuns } from "../../record/compare.ts";
import { QueryError, UnknownNameError } from "../../record/errors.ts";
import type { RunRecord } from "../../record/schema/record.ts";
import { downloadAnswer, htmlAnswer } from "../parts/answers.ts";
import { markup } from "../parts/hono.ts";
import { page, trailTo } from "../parts/layout.ts";
import type { Links } from "../parts/links.ts";
import { freshness } from "../parts/freshness.ts";
import type { PageSource } from "../parts/source.ts";
import {
  curvesCsv,
  curvesDrawing,
  curvesFigure,
  curvesPart,
} from "./compare_curves.ts";
import { differencesPart } from "./compare_differences.ts";
import { paramsPart } from "./compare_params.ts";
import { comparedTable } from "./compare_table.ts";
import {
  chartForm,
  chartOptions,
  type ChartQuery,
  chartQuerySchema,
  drawnAs,
  svgFile,
} from "./metric.ts";

/** Runs that can be compared at once. */
const MAX_RUNS = 50;

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
  if (key !== null) await assertMetric(source, ids, key);
  if (key !== null && query.has("csv")) {
    return await curvesCsv(source, ids, key);
  }
  if (key !== null) {
    const runs: RunRecord[] = [];
    for (const id of ids) runs.push(await source.record(id));
    const asked = chartQuerySchema.parse(Object.fromEntries(query));
    const options = chartOptions(asked);
    if (query.has("svg")) {
      const drawing = await curvesDrawing(source, runs, key, {
        ...options,
        ink: "picture",
      });
      return downloadAnswer(svgFile(drawing), `${key}.svg`, "image/svg+xml");
    }
    return htmlAnswer(
      query.has("drawing")
        ? await curvesDrawing(source, runs, key, options)
        : query.has("figure")
        ? String(await curvesFigure(source, links, runs, key))
        : await curvePage(source, links, runs, { key, asked }),
    );
  }
  return htmlAnswer(await comparePage(source, links, ids, query));
}

/** @throws {UnknownNameError} when none of the runs has the metric */
async function assertMetric(
  source: PageSource,
  ids: readonly string[],
  key: string,
): Promise<void> {
  for (const id of ids) {
    const metrics = await source.metrics(id);
    if (metrics.some((metric) => metric.key === key)) return;
  }
  throw new UnknownNameError(`None of the runs has a metric "${key}".`, {
    kind: "metric",
    asked: key,
    hint: "Choose one on the page of the comparison.",
  });
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
      comparedTable(links, runs, comparison)
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
  { key, asked }: { key: string; asked: ChartQuery },
): Promise<string> {
  const ids = runs.map((run) => run.run_id);
  const all = links.compare(ids) ?? "";
  return page(links, {
    heading: key,
    context: `${count(runs.length, "run")} · nbtrack`,
    trail: [
      ...trailTo(links),
      { text: `Compare ${count(runs.length, "run")}`, href: all },
    ],
    body: markup`${freshness(source, links)}${
      links.live
        ? chartForm(
          links.compare(ids, { key }) ?? "",
          { runs: ids.join(","), key },
          asked,
          true,
        )
        : ""
    }<div class="charts wide">${await curvesFigure(
      source,
      links,
      runs,
      key,
      {
        ...chartOptions(asked),
        width: 1080,
        height: 420,
        drawn: drawnAs(asked),
      },
    )}</div>`,
  });
}
