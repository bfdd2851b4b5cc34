/**
 * Runs as a table, and runs side by side, as the last value of a cell.
 *
 * @module
 */
import { dateTimeText } from "../base/clock_text.ts";
import { RUN_VIEW } from "../base/media_types.ts";
import { escapeHtml, inColumns, oneLine, shortened } from "../base/markup.ts";
import { count, numberText } from "../base/numbers.ts";
import type { RunStatus } from "../base/run_status.ts";
import { code, markdownTable } from "../record/markdown.ts";
import { REPRODUCES_TAG } from "../record/own_tags.ts";
import type { ComparedRuns, RunEntry } from "../record/listed_types.ts";
import { originalValues } from "./best_run.ts";
import { asImage, chartName, type ChartSeries, lineChart } from "./charts.ts";
import { stateHtml } from "./card_html.ts";
import { indexOfBest } from "./metric_facts.ts";

/** Rows and columns that are shown; the rows themselves have all. */
const MAX_ROWS = 20;
const MAX_PARAMS = 6;
const MAX_METRICS = 6;
const MAX_CHARTS = 4;
const MAX_CHARS = 40;
const MAX_DIFF_LINES = 40;
const CELL = 'style="text-align:left;padding:1px 14px 1px 0"';
const CHART = { width: 640, height: 240 } as const;

/** A table whose cells are texts, one of them perhaps the best of its column. */
interface PlainTable {
  heads: string[];
  rows: { text: string; best?: boolean; status?: RunStatus }[][];
}

/** Runs as a bundle of media types. */
export function runsBundle(
  runs: readonly RunEntry[],
): Record<string, unknown> {
  const table = tableOf(runs.slice(0, MAX_ROWS), runs);
  const more = runs.length > MAX_ROWS
    ? `and ${count(runs.length - MAX_ROWS, "more run")}`
    : "";
  const said = runs.length === 0 ? "no runs" : more;
  return {
    [RUN_VIEW]: { kind: "runs" },
    "text/html": `<div>${runs.length === 0 ? "" : htmlTable(table)}${
      said === "" ? "" : `<div>${said}</div>`
    }</div>`,
    "text/markdown": [
      ...runs.length === 0 ? [] : [markdown(table)],
      said,
    ].join("\n\n").trim(),
    "text/plain": [...runs.length === 0 ? [] : [plain(table)], said].join("\n")
      .trim(),
  };
}

/** Runs side by side as a bundle of media types, with the curves of metrics that have some. */
export function comparisonBundle(
  compared: ComparedRuns,
  curves: ReadonlyMap<string, readonly ChartSeries[]>,
): Record<string, unknown> {
  const names = compared.runs.map(({ name }) => name);
  const tables = sectionsOf(compared, names);
  const charts = [...curves].slice(0, MAX_CHARTS);
  const cells = compared.cells.map(({ change, diff }) =>
    `${change}\n${diff}`.split("\n").slice(0, MAX_DIFF_LINES).join("\n")
  ).slice(0, MAX_ROWS);
  const others = compared.others.map(({ dimension, what }) =>
    `${dimension}: ${what}`
  ).slice(0, MAX_ROWS);
  const same = tables.length === 0 && cells.length === 0 &&
    others.length === 0;
  return {
    [RUN_VIEW]: { kind: "comparison" },
    "text/html": `<div>${
      [
        ...tables.map(([title, table]) =>
          `<div><b>${title}</b></div>${htmlTable(table)}`
        ),
        ...charts.map(([key, series]) =>
          `<div>${
            asImage(
              lineChart(key, series, { ...CHART, ink: "picture" }),
              chartName(key, series),
              CHART,
            )
          }</div>`
        ),
        ...others.map((text) => `<div>${escapeHtml(text)}</div>`),
        cells.length === 0
          ? ""
          : `<details><summary>cells: ${cells.length}</summary>${
            cells.map((text) => `<pre>${escapeHtml(text)}</pre>`).join("")
          }</details>`,
        same ? "<div>nothing differs</div>" : "",
      ].join("")
    }</div>`,
    "text/markdown": [
      ...tables.map(([title, table]) => `**${title}**\n\n${markdown(table)}`),
      ...others.map(code),
      ...same ? ["nothing differs"] : [],
    ].join("\n\n"),
    "text/plain": [
      ...tables.map(([title, table]) => `${title}\n${plain(table)}`),
      ...others,
      ...cells,
      ...same ? ["nothing differs"] : [],
    ].join("\n\n"),
  };
}

function sectionsOf(
  compared: ComparedRuns,
  names: readonly string[],
): [string, PlainTable][] {
  const sections = [
    ["params", compared.params],
    ["metrics", compared.metrics],
    ["datasets", compared.datasets],
    ["packages", compared.packages],
    ["artifacts", compared.artifacts],
  ] as const;
  return sections.flatMap(([title, rows]): [string, PlainTable][] => {
    if (rows.length === 0) return [];
    const more = rows.length - MAX_ROWS;
    return [[
      more > 0 ? `${title} (${MAX_ROWS} of ${rows.length})` : title,
      {
        heads: [title.replace(/s$/, ""), ...names],
        rows: rows.slice(0, MAX_ROWS).map(({ key, values }) => {
          const best = title === "metrics"
            ? bestOf(key, values.map((v) => typeof v === "number" ? v : null))
            : null;
          return [
            { text: key },
            ...values.map((value) => ({
              text: textOf(value),
              best: best !== null && value === best,
            })),
          ];
        }),
      },
    ]];
  });
}

/** The columns that differ first: a table of runs is for telling them from each other. */
function tableOf(
  shown: readonly RunEntry[],
  all: readonly RunEntry[],
): PlainTable {
  const columns = Object.keys(all[0] ?? {});
  const differing = (kind: string, most: number) => {
    const those = columns.filter((name) => name.startsWith(`${kind}.`));
    const value = (run: RunEntry, name: string) =>
      (run as unknown as Record<string, unknown>)[name];
    const differ = those.filter((name) =>
      all.some((run) => value(run, name) !== value(all[0] ?? run, name))
    );
    return (differ.length > 0 ? differ : those).slice(0, most);
  };
  const params = differing("params", MAX_PARAMS) as `params.${string}`[];
  const metrics = differing("metrics", MAX_METRICS) as `metrics.${string}`[];
  const values = (name: `metrics.${string}`) =>
    originalValues(all.map((run) => ({
      run_id: run.run_id,
      reproduces: run[`tags.${REPRODUCES_TAG}`] ?? null,
      value: run[name] ?? undefined,
    })));
  const ranked = new Map(metrics.map((name) => [name, values(name)]));
  const best = new Map(
    metrics.map((name) => [
      name,
      bestOf(name, (ranked.get(name) ?? []).map((value) => value ?? null)),
    ]),
  );
  const experiments = new Set(all.map(({ experiment }) => experiment));
  return {
    heads: [
      "run",
      "state",
      "started",
      ...experiments.size > 1 ? ["experiment"] : [],
      ...params.map((name) => name.slice("params.".length)),
      ...metrics.map((name) => name.slice("metrics.".length)),
    ],
    rows: shown.map((run, i) => [
      { text: `${run.name} (${run.run_id.slice(0, 8)})` },
      { text: run.status, status: run.status as RunStatus },
      { text: dateTimeText(run.start_time) },
      ...experiments.size > 1 ? [{ text: run.experiment }] : [],
      ...params.map((name) => ({ text: textOf(run[name] ?? null) })),
      ...metrics.map((name) => ({
        text: textOf(run[name] ?? null),
        best: all.length > 1 && best.get(name) !== null &&
          ranked.get(name)?.[i] === best.get(name),
      })),
    ]),
  };
}

/** The best value of a metric, where its name says which end is. */
function bestOf(
  key: string,
  values: readonly (number | null)[],
): number | null {
  const finite = values.filter((value) => Number.isFinite(value)) as number[];
  return finite.length < 2 ? null : finite[indexOfBest(key, finite)] ?? null;
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return "–";
  return typeof value === "number"
    ? numberText(value)
    : shortened(String(value), MAX_CHARS);
}

function htmlTable({ heads, rows }: PlainTable): string {
  const head = heads.map((text) =>
    `<th ${CELL}>${escapeHtml(shortened(text, MAX_CHARS))}</th>`
  );
  const body = rows.map((row) =>
    `<tr>${
      row.map(({ text, best = false, status }) =>
        `<td ${CELL}>${
          status !== undefined
            ? stateHtml(status)
            : best
            ? `<b>${escapeHtml(text)} ★</b>`
            : escapeHtml(shortened(text, 2 * MAX_CHARS))
        }</td>`
      ).join("")
    }</tr>`
  );
  return `<table><tr>${head.join("")}</tr>${body.join("")}</table>`;
}

function markdown({ heads, rows }: PlainTable): string {
  return markdownTable(
    heads.map(code),
    rows.map((row) =>
      row.map(({ text, best = false }) => `${code(text)}${best ? " ★" : ""}`)
    ),
  );
}

function plain({ heads, rows }: PlainTable): string {
  const lines = [
    heads,
    ...rows.map((row) =>
      row.map(({ text, best = false }) => `${text}${best ? " ★" : ""}`)
    ),
  ];
  return inColumns(
    lines.map((line) =>
      line.map((text) => shortened(oneLine(text), MAX_CHARS))
    ),
  ).join("\n");
}
