/**
 * Runs as a table, and runs side by side, as the last value of a cell.
 *
 * @module
 */
import { RUN_VIEW } from "../base/media_types.ts";
import {
  inColumns,
  loggedHtml,
  nameText,
  oneLine,
  shortened,
} from "../base/markup.ts";
import { count } from "../base/numbers.ts";
import { underDimension } from "../record/differences.ts";
import { code, markdownTable } from "../record/markdown.ts";
import type { ComparedRuns, RunEntry } from "../record/listed_types.ts";
import { asImage, chartName, type ChartSeries, lineChart } from "./charts.ts";
import { stateHtml } from "./card_html.ts";
import {
  bestRuns,
  type PlainTable,
  runsTableOf,
  valueText,
} from "./runs_cell_table.ts";
import { someNames } from "./telling_keys.ts";

/** Rows and columns that are shown; the rows themselves have all. */
const MAX_ROWS = 20;
/** Names below a table. */
const MAX_ALIKE = 12;
const MAX_LEFT_OUT = 24;
const MAX_CHARTS = 4;
const MAX_CHARS = 40;
const MAX_DIFF_LINES = 40;
const CELL = 'style="text-align:left;padding:1px 14px 1px 0"';
const CHART = { width: 640, height: 240 } as const;

/** Runs as a bundle of media types. */
export function runsBundle(
  runs: readonly RunEntry[],
): Record<string, unknown> {
  const { table, alike, leftOut } = runsTableOf(runs.slice(0, MAX_ROWS), runs);
  const said = (shown: (text: string) => string) => [
    ...runs.length > MAX_ROWS
      ? [`and ${count(runs.length - MAX_ROWS, "more run")}`]
      : [],
    ...runs.length === 0 ? ["no runs"] : [],
    ...alike.length === 0 ? [] : [`${namesIn(alike, MAX_ALIKE, shown)} in all`],
    ...leftOut.length === 0
      ? []
      : [`left out: ${namesIn(leftOut, MAX_LEFT_OUT, shown)}`],
  ];
  const tables = runs.length === 0 ? [] : [table];
  return {
    [RUN_VIEW]: { kind: "runs" },
    "text/html": `<div>${tables.map(htmlTable).join("")}${
      said(loggedHtml).map((text) => `<div>${text}</div>`).join("")
    }</div>`,
    "text/markdown": [...tables.map(markdown), ...said(code)].join("\n\n"),
    "text/plain": [...tables.map(plain), ...said(oneLine)].join("\n"),
  };
}

/** Names in a line below a table. @param shown A name as the line may hold it. */
function namesIn(
  names: readonly string[],
  most: number,
  shown: (text: string) => string,
): string {
  const short = names.slice(0, most).map((name) =>
    shown(shortened(name, 2 * MAX_CHARS))
  );
  return someNames([...short, ...names.slice(most)], most).join(", ");
}

/** Runs side by side as a bundle of media types, with the curves of metrics that have some. */
export function comparisonBundle(
  compared: ComparedRuns,
  curves: ReadonlyMap<string, readonly ChartSeries[]>,
): Record<string, unknown> {
  const names = compared.runs.map(({ name }) => nameText(name));
  const tables = sectionsOf(compared, names);
  const charts = [...curves].slice(0, MAX_CHARTS);
  const cells = compared.cells.map(({ change, diff }) =>
    `${change}\n${diff}`.split("\n").slice(0, MAX_DIFF_LINES).join("\n")
  ).slice(0, MAX_ROWS);
  const called = new Map(compared.runs.map((run) => [run.run_id, run.name]));
  const others = compared.others.slice(0, MAX_ROWS).map((other) =>
    compared.runs.length === 2
      ? underDimension(other)
      : `${underDimension(other)} in ${called.get(other.run_id) ?? "another"}`
  );
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
        ...others.map((text) => `<div>${loggedHtml(text)}</div>`),
        cells.length === 0
          ? ""
          : `<details><summary>cells: ${cells.length}</summary>${
            cells.map((text) => `<pre>${loggedHtml(text)}</pre>`).join("")
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
            ? bestRuns(
              key,
              compared.runs,
              values.map((v) => typeof v === "number" ? v : null),
            )
            : [];
          return [
            { text: key },
            ...values.map((value, i) => ({
              text: valueText(value),
              best: best[i] === true,
            })),
          ];
        }),
      },
    ]];
  });
}

function htmlTable({ heads, rows }: PlainTable): string {
  const head = heads.map((text) =>
    `<th ${CELL}>${loggedHtml(shortened(text, MAX_CHARS))}</th>`
  );
  const body = rows.map((row) =>
    `<tr>${
      row.map(({ text, best = false, status }) =>
        `<td ${CELL}>${
          status !== undefined
            ? stateHtml(status)
            : best
            ? `<b>${loggedHtml(text)} ★</b>`
            : loggedHtml(shortened(text, 2 * MAX_CHARS))
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
