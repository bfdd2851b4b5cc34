/**
 * What a sweep in a cell has found, and the table that it shows.
 *
 * @module
 */
import { inColumns, loggedHtml } from "../base/markup.ts";
import { meanOf, spreadOf, spreadText } from "../base/numbers.ts";
import { code, markdownTable } from "../record/markdown.ts";
import type { SweepPlan } from "../record/sweep/plan.ts";
import type { SweepInCell, SweepRow, SweptRun } from "./sweep_types.ts";

/** Failures that are shown in so many words. */
const MAX_FAILURES = 5;

/** The result of a sweep, with its display, which is no member that is listed. */
export function sweepResult(
  run_id: string,
  { trials, goal }: SweepPlan,
  runs: readonly SweptRun[],
): SweepInCell {
  const groups = Map.groupBy(runs, (_, i) => trials[i]?.combination ?? -1);
  const rows = groups.values().map(rowOf).toArray();
  const result: SweepInCell = {
    run_id,
    rows,
    best: goal === null ? null : bestRow(rows, goal),
    runs,
  };
  const hidden = (value: unknown) => ({ value, enumerable: false });
  return Object.defineProperties(result, {
    [Symbol.for("Jupyter.display")]: hidden(() => ({
      "text/html": tableHtml(result, goal),
      "text/markdown": tableMarkdown(result, goal),
      "text/plain": tableText(result, goal),
    })),
    [Symbol.for("Deno.customInspect")]: hidden(() => tableText(result, goal)),
  });
}

function rowOf(runs: readonly SweptRun[]): SweepRow {
  const finished = runs.filter(({ status }) => status === "FINISHED");
  const keys = new Set(finished.flatMap(({ metrics }) => Object.keys(metrics)));
  return {
    params: runs[0]?.params ?? {},
    n: finished.length,
    failed: runs.length - finished.length,
    metrics: Object.fromEntries([...keys].map((key) => {
      const values = finished.flatMap(({ metrics }) => metrics[key] ?? []);
      const mean = meanOf(values);
      return [key, { mean, std: spreadOf(values, mean), n: values.length }];
    })),
  };
}

function bestRow(
  rows: readonly SweepRow[],
  { metric, direction }: NonNullable<SweepPlan["goal"]>,
): SweepRow | null {
  let best: SweepRow | null = null;
  const meanIn = (row: SweepRow) => row.metrics[metric]?.mean ?? NaN;
  for (const row of rows) {
    const mean = meanIn(row);
    if (!Number.isFinite(mean)) continue;
    const better = best === null ||
      (direction === "max" ? mean > meanIn(best) : mean < meanIn(best));
    if (better) best = row;
  }
  return best;
}

type Goal = SweepPlan["goal"];

/** The table: a line for each combination, the best one marked. */
function tableOf({ rows, best }: SweepInCell, goal: Goal): string[][] {
  const params = [...new Set(rows.flatMap((row) => Object.keys(row.params)))];
  const metrics = [
    ...new Set(rows.flatMap((row) => Object.keys(row.metrics))),
  ];
  const failed = rows.some((row) => row.failed > 0);
  return [
    [
      "",
      ...params,
      "runs",
      ...failed ? ["failed"] : [],
      ...metrics.map((key) =>
        key === goal?.metric
          ? `${key}, ${goal.direction === "min" ? "lowest" : "highest"} is best`
          : key
      ),
    ],
    ...rows.map((row) => [
      row === best ? "best" : "",
      ...params.map((key) => row.params[key] ?? ""),
      String(row.n),
      ...failed ? [String(row.failed)] : [],
      ...metrics.map((key) => {
        const found = row.metrics[key];
        return found === undefined ? "–" : spreadText(found.mean, found.std);
      }),
    ]),
  ];
}

/** What failed, in a sentence each, the first ones if there are many. */
function failures({ runs }: SweepInCell): string[] {
  const failed = runs.filter(({ status }) => status === "FAILED");
  const lines = failed.slice(0, MAX_FAILURES).map(({ params, seed, error }) => {
    const what = Object.entries(params).map(([k, v]) => `${k} = ${v}`);
    if (seed !== null) what.push(`seed ${seed}`);
    return `${what.join(", ")} failed: ${(error ?? "").split("\n")[0]}`;
  });
  const more = failed.length - lines.length;
  return more > 0 ? [...lines, `and ${more} more failed`] : lines;
}

function tableText(result: SweepInCell, goal: Goal): string {
  return [...inColumns(tableOf(result, goal)), ...failures(result)].join("\n");
}

function tableMarkdown(result: SweepInCell, goal: Goal): string {
  const [head = [], ...rows] = tableOf(result, goal);
  return [
    markdownTable(head.map(code), rows.map((row) => row.map(code))),
    ...failures(result).map(code),
  ].join("\n\n");
}

function tableHtml(result: SweepInCell, goal: Goal): string {
  const [head = [], ...rows] = tableOf(result, goal);
  const line = (cells: readonly string[], tag: "th" | "td", bold: boolean) =>
    `<tr${bold ? ' style="font-weight:bold"' : ""}>${
      cells.map((text) =>
        `<${tag} style="text-align:left">${loggedHtml(text)}</${tag}>`
      ).join("")
    }</tr>`;
  return `<table style="border:1px solid #8888">${line(head, "th", false)}${
    rows.map((row) => line(row, "td", row[0] === "best")).join("")
  }</table>${
    failures(result).map((text) => `<div>${loggedHtml(text)}</div>`).join("")
  }`;
}
