/**
 * Runs side by side, for people: only what differs, results and what they were made from first, then the cells.
 *
 * @module
 */
import type {
  CellDifference,
  ComparedValue,
  Comparison,
} from "../record/compare.ts";
import { namesInChart } from "../view/charts.ts";
import { digestText, numberText } from "./format.ts";
import { noPaint, type Paint } from "./paint.ts";
import { table } from "./table.ts";
import { fit, plainLine, printable } from "./text.ts";

/** Lines of one cell that are shown. */
const MAX_LINES = 40;

/** What a text is made for. */
export interface CompareTextOptions {
  /** Columns of the terminal. */
  width: number;
  /** @default {noPaint} */
  paint?: Paint;
  /** Curves of metrics that differ, as text. @default {none} */
  curves?: readonly string[];
}

/** Runs side by side: a table for each kind of thing that differs, then the lines of cells that were changed. */
export function comparisonText(
  comparison: Comparison,
  options: CompareTextOptions,
): string {
  const { runs } = comparison;
  const { width, paint = noPaint } = options;
  const names = namesOf(runs);
  const called = (run_id: string) => names.get(run_id) ?? run_id.slice(0, 8);
  const titles = runs.map(({ run_id }) => called(run_id));
  const part = <T>(
    title: string,
    values: readonly ComparedValue<T>[],
    text: (value: T) => string,
    state = false,
  ) =>
    values.length === 0 ? "" : table(
      [
        { title, whole: true },
        ...titles.map((run) => ({ title: run, state })),
      ],
      values.map(({ key, values }) => [
        key,
        ...values.map((v) => v === null ? "–" : text(v)),
      ]),
      width,
      paint,
    );
  const ids = { key: "id", values: runs.map((r) => r.run_id.slice(0, 8)) };
  const about = (["experiment", "status"] as const).flatMap((key) => {
    const values = runs.map((run) => run[key]);
    const differ = values.some((value) => value !== values[0]);
    return differ ? [{ key, values }] : [];
  });
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
  const differences = [
    part("PARAM", comparison.params, String),
    part("METRIC", comparison.metrics.map(exactWhereAlike), String),
    ...options.curves ?? [],
    part("DATASET", datasets, String),
    part("PACKAGE", comparison.packages, String),
    part("ARTIFACT", comparison.artifacts, digestText),
    comparison.others.map(({ run_id, what }) =>
      `${plainLine(what)}${runs.length > 2 ? ` in ${called(run_id)}` : ""}`
    ).join("\n"),
    ...comparison.cells.map((cell) => cellText(cell, comparison, options)),
  ].filter((text) => text !== "");
  const alike = differences.length === 0;
  if (alike) differences.push("Nothing differs.");
  const unknown = comparison.unknown.map(({ run_id, what }) =>
    `Not known of ${called(run_id)}: ${what}.`
  );
  return [
    part(
      "RUN",
      alike && about.length === 0 ? [] : [ids, ...about],
      String,
      true,
    ),
    ...differences,
    [...new Set(unknown)].join("\n"),
  ].filter((text) => text !== "").join("\n\n");
}

/** What runs are called: as in their charts, without what a terminal acts on. */
function namesOf(runs: Comparison["runs"]): ReadonlyMap<string, string> {
  return new Map(
    [...namesInChart(runs)].map(([id, name]) => [id, plainLine(name)]),
  );
}

/** Values as texts; those that would look alike although they differ, to the last digit. */
function exactWhereAlike(
  { key, values, curve }: Comparison["metrics"][number],
): ComparedValue<string> {
  const short = values.map((v) => v === null ? null : numberText(v));
  const alike = new Set(short).size < new Set(values).size;
  return {
    key: curve ? `${key} (its curve differs)` : key,
    values: alike ? values.map((v) => v === null ? null : String(v)) : short,
  };
}

/** The lines of a cell that only one of the runs has. */
function cellText(
  cell: CellDifference,
  { runs }: Comparison,
  { width, paint = noPaint }: CompareTextOptions,
): string {
  const of = runs.length > 2
    ? ` in ${namesOf(runs).get(cell.run_id) ?? cell.run_id.slice(0, 8)}`
    : "";
  const { before, after } = cell.names;
  if (cell.change === "moved") return `Cell ${before} moved to ${after}${of}`;
  const name = before === null || after === null || before === after
    ? after ?? before
    : `${before}, now ${after},`;
  const lines = printable(cell.diff).split("\n").filter((line) =>
    line.startsWith("+") || line.startsWith("-")
  );
  const more = lines.length - MAX_LINES;
  return [
    `Cell ${name} ${cell.change}${of}`,
    ...lines.slice(0, MAX_LINES).map((line) =>
      `  ${paint(fit(line, width - 2), line.startsWith("+") ? "green" : "red")}`
    ),
    ...(more > 0 ? [`  … ${more} more lines`] : []),
  ].join("\n");
}
