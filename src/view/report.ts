/**
 * `report.html` of a run: one file without scripts, readable without a network, in light and in dark. It lies beside
 * `session.ipynb` among the run's artifacts.
 *
 * @module
 */
import { spanText } from "../base/quantities.ts";
import { loggedHtml, nameText, shortened } from "../base/markup.ts";
import { grouped, numberText } from "../base/numbers.ts";
import type { Journal } from "../journal/journal.ts";
import { underDimension } from "../record/differences.ts";
import { foundVerdicts } from "../record/found_verdicts.ts";
import { recordOf } from "../record/journal_record.ts";
import { isOwnTag } from "../record/own_tags.ts";
import type { RunRecord } from "../record/schema/record.ts";
import { type Buckets, figure, lineChart, readBuckets } from "./charts.ts";
import { stateHtml } from "./card_html.ts";
import { bestCell, bestHead, courseFacts } from "./metric_facts.ts";
import { type Figures, readFigures, reportFigures } from "./report_figures.ts";
import { reportCells } from "./report_cells.ts";
import {
  reportArtifacts,
  reportData,
  reportList,
  reportPackages,
  reportTable,
  tableBox,
} from "./report_facts.ts";
import { REPORT_STYLE } from "./report_style.ts";
import { type ReportMoment, reportVerdict } from "./report_verdict.ts";

/** The report's path among a run's artifacts. */
const REPORT_FILE = "report.html";
/** Metrics that are drawn; the table has them all. */
const MAX_CHARTS = 24;
/** Buckets of a metric: a run may have thousands of metrics. */
const MAX_BUCKETS_DRAWN = 400;
/** Characters of a param's value. */
const MAX_VALUE = 2000;
/** Nothing is fetched and no script runs, whatever an output holds; frames inherit it. */
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'";

/** Writes a run's report and keeps it among the run's artifacts. */
export function recordReport(journal: Journal, run_id: string): void {
  const row = journal.runs.get(run_id);
  if (row === undefined) return;
  const html = reportHtml(
    recordOf(journal, row),
    readBuckets(journal, run_id, null, { most: MAX_BUCKETS_DRAWN }),
    {
      made_time: Date.now(),
      reproductions: foundVerdicts(journal, run_id),
    },
    readFigures(journal, run_id),
  );
  journal.artifacts.put(run_id, REPORT_FILE, new TextEncoder().encode(html), {
    content_type: "text/html",
    origin: "record",
  });
}

/** A run's report, from its record and the courses of its metrics. */
export function reportHtml(
  run: RunRecord,
  courses: ReadonlyMap<string, Buckets>,
  moment: ReportMoment = { made_time: run.end_time ?? 0, reproductions: [] },
  figures: Figures = new Map(),
): string {
  const title = `${nameText(run.name)} · ${run.experiment}`;
  const parts: [string, string][] = [
    ["Overview", overviewOf(run)],
    ["Metrics", metricsOf(run, courses)],
    ["Cells", reportCells(run.cells)],
    ["Data", reportData(run)],
    ["Packages", reportPackages(run)],
    ["Artifacts", reportFigures(run, figures) + reportArtifacts(run)],
    [
      "Changes",
      reportList(
        run.changed.map(underDimension),
        "Nothing differs from the run before, or there is none.",
      ),
    ],
    [
      "Missing",
      reportList(
        [
          ...run.missing.map(({ what, why }) => `${what}: ${why}`),
          ...run.redactions.map(({ kind, where }) =>
            `${kind} taken out of ${where}`
          ),
        ],
        "Nothing is known to be missing, and nothing was redacted.",
      ),
    ],
    ["Verdict", reportVerdict(run, moment)],
  ];
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}"><meta http-equiv="x-dns-prefetch-control" content="off">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${loggedHtml(title)}</title>
<style>${REPORT_STYLE}</style></head>
<body><main>
<h1>${loggedHtml(nameText(run.name))}</h1>
<p>${stateHtml(run.status)} ${loggedHtml(run.experiment)} <span class="faint">${
    loggedHtml(run.run_id)
  }</span></p>
${
    parts.map(([name, body]) =>
      `<section aria-labelledby="${name.toLowerCase()}"><h2 id="${name.toLowerCase()}">${name}</h2>\n${body}</section>`
    ).join("\n")
  }
</main></body></html>
`;
}

function overviewOf(run: RunRecord): string {
  const { environment, git, end_time, start_time, failed_cell } = run;
  const facts: [string, string | null][] = [
    ["started", null],
    ["took", spanText(start_time, end_time)],
    ["why it ended so", run.end_reason],
    ["failed in", failed_cell === undefined ? null : `cell ${failed_cell}`],
    ["description", run.description],
    ["notebook", run.notebook?.split(/[\\/]/).at(-1) ?? null],
    ["seed", run.seed === null ? null : String(run.seed)],
    ["continues run", run.parent],
    ["reproduces run", run.reproduces],
    ["Deno", environment.deno],
    ["system", [environment.os, environment.arch].filter(Boolean).join(" ")],
    [
      "git",
      git === null
        ? null
        : `${git.commit ?? "no commit yet"}${
          git.branch === null ? "" : ` (${git.branch})`
        }${git.dirty ? ", with uncommitted changes" : ""}`,
    ],
  ];
  const time = new Date(start_time).toISOString();
  const rows = facts.flatMap(([name, text]) =>
    name === "started"
      ? [
        `<tr><th scope="row">started</th><td><time datetime="${time}">${
          time.slice(0, 19).replace("T", " ")
        } UTC</time></td></tr>`,
      ]
      : text === null || text === ""
      ? []
      : [
        `<tr><th scope="row">${name}</th><td>${loggedHtml(text)}</td></tr>`,
      ]
  );
  return `${tableBox("facts")}<table><tbody>${
    rows.join("\n")
  }</tbody></table></div>` +
    reportTable(
      "params",
      ["param", "value"],
      Object.entries(run.params).map(([key, value]) => [
        key,
        shortened(value, MAX_VALUE),
      ]),
    ) +
    reportTable(
      "tags",
      ["tag", "value"],
      userTags(run).map((
        [key, value],
      ) => [key, shortened(value, MAX_VALUE)]),
    );
}

/** Those that say where on this machine the notebook lies, or that nbtrack gives every run, are left out. */
function userTags({ tags }: RunRecord): [string, string][] {
  return Object.entries(tags).filter(([key]) =>
    !key.startsWith("mlflow.") && !isOwnTag(key)
  );
}

function metricsOf(
  run: RunRecord,
  courses: ReadonlyMap<string, Buckets>,
): string {
  const metrics = Object.entries(run.metrics);
  if (metrics.length === 0) return `<p class="faint">No metric is logged.</p>`;
  const rows = metrics.map(([key, last]) => {
    const course = courses.get(key);
    const { best, curve } = course === undefined
      ? { best: "", curve: "" }
      : courseFacts(key, course);
    return { key, last: numberText(last), best, curve };
  });
  const drawn = metrics.flatMap(([key]) => {
    const course = courses.get(key);
    return course === undefined || course.count < 2
      ? []
      : [[key, course] as const];
  });
  const more = drawn.length - MAX_CHARTS;
  return drawn.slice(0, MAX_CHARTS).map(([key, buckets]) =>
    figure(key, lineChart(key, [{ name: run.name, buckets }]))
  ).join("\n") +
    (more > 0
      ? `<p class="faint">${grouped(more)} more are in the table alone.</p>`
      : "") +
    reportTable(
      "last values",
      ["metric", "last", bestHead(rows), "course"],
      rows.map(({ key, last, best, curve }) => [
        key,
        last,
        bestHead(rows) === "best" ? bestCell(best) : best,
        curve,
      ]),
    );
}
