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
  const titles = runs.map((run) => run.run_id.slice(0, 8));
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
  const about = (["name", "experiment", "status"] as const).flatMap((key) => {
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
      `${plainLine(what)}${runs.length > 2 ? ` in ${run_id.slice(0, 8)}` : ""}`
    ).join("\n"),
    ...comparison.cells.map((cell) => cellText(cell, comparison, options)),
  ].filter((text) => text !== "");
  if (differences.length === 0) differences.push("Nothing differs.");
  const unknown = comparison.unknown.map(({ run_id, what }) =>
    `Not known of ${run_id.slice(0, 8)}: ${what}.`
  );
  return [
    part("RUN", about, String, true),
    ...differences,
    [...new Set(unknown)].join("\n"),
  ].filter((text) => text !== "").join("\n\n");
}

/** Values as texts; those that would look alike although they differ, to the last digit. */
function exactWhereAlike(
  { key, values }: Comparison["metrics"][number],
): ComparedValue<string> {
  const short = values.map((v) => v === null ? null : numberText(v));
  const alike = new Set(short).size < new Set(values).size;
  return {
    key,
    values: alike ? values.map((v) => v === null ? null : String(v)) : short,
  };
}

/** The lines of a cell that only one of the runs has. */
function cellText(
  cell: CellDifference,
  { runs }: Comparison,
  { width, paint = noPaint }: CompareTextOptions,
): string {
  const of = runs.length > 2 ? ` in ${cell.run_id.slice(0, 8)}` : "";
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
