/**
 * The report of a pipeline as Markdown, for a note on a merge request. Everything that somebody logged stands in
 * code spans, where GitLab sees no mention, reference or HTML in it.
 *
 * @module
 */
import {
  fromJsonNumber,
  type JsonNumber,
  numberText,
} from "../base/numbers.ts";
import { sha256 } from "../base/digest.ts";
import type { ComparedValue, Comparison } from "./compare.ts";
import { code, markdownTable, plainMarkdown } from "./markdown.ts";
import type { ExperimentReport } from "./pipeline_report.ts";
import type { RunSummary } from "./schema/summary.ts";

/** What a note of ours is known by; not shown. */
export const NOTE_MARKER = "<!-- nbtrack pipeline report -->";

/** The experiment of a comparison, as a note of ours is known by; not shown. */
export function comparisonMarker(experiment: string): string {
  const digest = sha256(experiment).slice("sha256:".length, -48);
  return `<!-- nbtrack comparison ${digest} -->`;
}

/** Two runs beside each other; what is the same in both is left out. */
export function comparisonMarkdown(comparison: Comparison): string {
  const [before, after] = comparison.runs;
  if (before === undefined || after === undefined) return "";
  const others = comparison.others.map(({ what }) =>
    `_${plainMarkdown(what)}_`
  );
  return [
    comparisonMarker(after.experiment),
    `### Experiment ${code(after.experiment)}`,
    `Run ${link(after)} is ${code(after.status)}. It is compared with ${
      link(before)
    }, which is ${code(before.status)}.`,
    differences(comparison, before.name),
    ...others,
  ].join("\n\n") + "\n";
}

/** What a report is made with. */
export interface MarkdownOptions {
  /** The branch that is compared with. */
  branch: string | null;
  /** What makes a run the best. */
  best?: string | undefined;
}

/** The report. */
export function reportMarkdown(
  reports: readonly ExperimentReport[],
  options: MarkdownOptions,
): string {
  const parts = reports.map((report) => experimentText(report, options));
  return [
    NOTE_MARKER,
    ...(parts.length === 0 ? ["No run was tracked in this pipeline."] : parts),
  ].join("\n\n") + "\n";
}

function experimentText(
  report: ExperimentReport,
  { branch, best }: MarkdownOptions,
): string {
  const { experiment, runs, baseline, comparison, remarks } = report;
  const [first] = runs;
  if (first === undefined) return "";
  const by = best === undefined ? "the newest" : `the best by ${code(best)}`;
  const which = runs.length === 1 ? "" : `, ${by} of ${runs.length} runs,`;
  const against = branch === null
    ? ""
    : baseline === null
    ? ` There is no finished run of ${code(branch)} to compare it with.`
    : ` It is compared with ${link(baseline)}, ${by} of ${code(branch)}.`;
  const lines = [
    `### Experiment ${code(experiment)}`,
    `Run ${link(first)}${which} is ${code(first.status)}.${against}`,
    comparison === null || branch === null
      ? ownTable(first)
      : differences(comparison, branch),
    ...remarks.map((remark) => `_${plainMarkdown(remark)}_`),
  ];
  if (runs.length > 1) {
    lines.push(
      `<details><summary>All ${runs.length} runs of this pipeline</summary>`,
      runsTable(runs),
      "</details>",
    );
  }
  return lines.filter((line) => line !== "").join("\n\n");
}

function differences(comparison: Comparison, before: string): string {
  const { params, metrics, datasets, packages, cells } = comparison;
  const rows = [
    ...params.map((p) => row("param", p, (value) => code(value))),
    ...metrics.map((m) => [
      ...row("metric", m, (value) => code(numberText(value))),
      m.curve ? "its curve differs" : change(m.values),
    ]),
    ...datasets.map((d) =>
      row("data", d, (digest, i) => {
        const rows = d.rows[i];
        const count = typeof rows === "number" ? `${rows} rows, ` : "";
        return `${count}${code(digest.slice(0, "sha256:".length + 12))}`;
      })
    ),
    ...packages.map((p) => row("package", p, (value) => code(value))),
  ];
  const code_change = cells.length === 0
    ? ""
    : `${cells.length} cell${cells.length === 1 ? "" : "s"} of the notebook ${
      cells.length === 1 ? "differs" : "differ"
    }.`;
  if (rows.length === 0) {
    return `No param, metric, dataset or package differs. ${code_change}`
      .trim();
  }
  return [
    markdownTable(["", "", code(before), "this run", "change"], rows),
    code_change,
  ].filter((text) => text !== "").join("\n\n");
}

function row<T>(
  kind: string,
  { key, values: [before = null, after = null] }: ComparedValue<T>,
  text: (value: T, i: number) => string,
): string[] {
  return [
    kind,
    code(key),
    before === null ? "–" : text(before, 0),
    after === null ? "–" : text(after, 1),
  ];
}

function ownTable(run: RunSummary): string {
  const rows = [
    ...Object.entries(run.params).map(([key, value]) => [
      "param",
      code(key),
      code(value),
    ]),
    ...Object.entries(run.metrics).map(([key, value]) => [
      "metric",
      code(key),
      code(numberText(value)),
    ]),
  ];
  return rows.length === 0 ? "" : markdownTable(["", "", "this run"], rows);
}

function runsTable(runs: readonly RunSummary[]): string {
  const keys = (of: (run: RunSummary) => object) =>
    [...new Set(runs.flatMap((run) => Object.keys(of(run))))].sort();
  // Params that are the same everywhere say nothing.
  const params = keys((run) => run.params).filter((key) =>
    new Set(runs.map((run) => run.params[key])).size > 1
  );
  const metrics = keys((run) => run.metrics);
  return markdownTable(
    ["run", "status", ...params.map(code), ...metrics.map(code)],
    runs.map((run) => [
      link(run),
      code(run.status),
      ...params.map((key) => code(run.params[key] ?? "")),
      ...metrics.map((key) => {
        const value = run.metrics[key];
        return value === undefined ? "–" : code(numberText(value));
      }),
    ]),
  );
}

/** How much a metric changed. */
function change([before, after]: readonly (JsonNumber | null)[]): string {
  if (before === null || after === null) return "";
  if (before === undefined || after === undefined) return "";
  const difference = fromJsonNumber(after) - fromJsonNumber(before);
  if (!Number.isFinite(difference)) return "";
  return code(`${difference > 0 ? "+" : ""}${numberText(difference)}`);
}

function link({ name, delivery }: RunSummary): string {
  return delivery.url === null || !/^https?:\/\/[^\s()<>|]+$/.test(delivery.url)
    ? code(name)
    : `[${code(name)}](${delivery.url})`;
}
