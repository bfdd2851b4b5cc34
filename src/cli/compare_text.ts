/**
 * Runs side by side, for people.
 *
 * @module
 */
import type {
  CellDifference,
  ComparedValue,
  Comparison,
} from "../record/compare.ts";
import { digestText, metricText } from "./format.ts";
import { runsText } from "./runs_text.ts";
import { table } from "./table.ts";
import { fit, plain } from "./text.ts";

/** Runs side by side: a table for each kind of thing, then the cells as differences. */
export function comparisonText(comparison: Comparison, width: number): string {
  const titles = comparison.runs.map((run) => run.run_id.slice(0, 8));
  const part = <T>(
    title: string,
    values: readonly ComparedValue<T>[],
    text: (value: T) => string,
  ) =>
    values.length === 0 ? "" : table(
      [{ title }, ...titles.map((run) => ({ title: run }))],
      values.map(({ key, values }) => [
        key,
        ...values.map((v) => v === null ? "–" : text(v)),
      ]),
      width,
    );
  const datasets = comparison.datasets.map((d) => ({
    key: d.key,
    values: d.values.map((digest, i) => {
      if (digest === null) return null;
      const rows = d.rows[i];
      return typeof rows === "number"
        ? `${rows.toLocaleString("en")} rows ${digestText(digest)}`
        : digestText(digest);
    }),
  }));
  const parts = [
    runsText(comparison.runs, width),
    part("PARAM", comparison.params, String),
    part("METRIC", comparison.metrics, metricText),
    part("DATASET", datasets, String),
    part("PACKAGE", comparison.packages, String),
    ...comparison.cells.map((cell) => cellText(cell, comparison, width)),
  ].filter((text) => text !== "");
  if (parts.length === 1) parts.push("Nothing differs.");
  const unknown = comparison.unknown.map(({ run_id, what }) =>
    `Not known of ${run_id.slice(0, 8)}: ${what}.`
  );
  if (unknown.length > 0) parts.push([...new Set(unknown)].join("\n"));
  return parts.join("\n\n");
}

function cellText(
  cell: CellDifference,
  comparison: Comparison,
  width: number,
): string {
  const index = cell.after ?? cell.before;
  const of = comparison.runs.length > 2 ? ` in ${cell.run_id.slice(0, 8)}` : "";
  const title = cell.change === "moved"
    ? `Cell ${cell.before} moved to ${cell.after}${of}`
    : `Cell ${index} ${cell.change}${of}`;
  const lines = plain(cell.diff).split("\n").map((line) =>
    `  ${fit(line, width - 2)}`
  );
  return [title, ...lines].join("\n");
}
