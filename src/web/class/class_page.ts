/**
 * The teacher's pages: the class as a table, the path of a student, and all of it as CSV.
 *
 * @module
 */
import { spreadsheetField } from "../../base/csv.ts";
import { numberText } from "../../base/numbers.ts";
import { duration } from "../../base/quantities.ts";
import { type Html, markup, raw } from "../parts/hono.ts";
import { timePart, tookText } from "../parts/texts.ts";
import type { ClassRunView, ClassView, StudentView } from "./class_view.ts";

/** How often the pages are read anew, seconds. */
const EVERY_S = 10;

const STYLE = `
body { font: 1rem/1.5 system-ui, sans-serif; margin: 1.5rem; color: CanvasText; background: Canvas; color-scheme: light dark }
table { border-collapse: collapse } caption { text-align: start; padding: .3rem 0 }
th, td { padding: .3rem .8rem .3rem 0; text-align: start; vertical-align: top; border-bottom: 1px solid #8885 }
.number { text-align: end; font-variant-numeric: tabular-nums } .scroll { overflow-x: auto }
.replay { font-size: 1.5rem } tr[aria-current] { font-weight: bold; background: #8882 }
tr[data-stuck=yes] th { border-inline-start: .3rem solid #c8651b; padding-inline-start: .5rem }
`;

/** The page of the class; those who may want help come first. */
export function classPage(view: ClassView): string {
  const stuck = view.students.filter((s) => s.stuck !== null);
  const others = view.students.filter((s) => s.stuck === null);
  const begun = view.students.filter((s) => s.runs > 0).length;
  return document(
    view.name,
    markup`<p>${view.students.length} students, ${begun} have begun, ${stuck.length} may want help. As of ${
      timePart(view.time)
    } UTC; read anew every ${EVERY_S} seconds. <a href="/class.csv" download>CSV</a></p>
<div class="scroll" tabindex="0" role="region" aria-label="Students"><table>
<caption>Students; those who may want help first</caption>
<thead><tr><th scope="col">Student</th><th scope="col">Lesson</th><th scope="col" class="number">Runs</th><th scope="col" class="number">Failed</th><th scope="col">Checks</th><th scope="col">Varied one thing at a time</th><th scope="col">Reproduced</th><th scope="col">Last result</th><th scope="col">May want help</th></tr></thead>
<tbody>${
      [...stuck, ...others].map((s) => studentRow(s, view))
    }</tbody></table></div>`,
  );
}

function studentRow(student: StudentView, { time }: ClassView): Html {
  const { name, username, lesson, runs, failed, stuck, last } = student;
  return markup`<tr data-student="${username}" data-stuck="${
    stuck === null ? "no" : "yes"
  }"><th scope="row"><a href="/class/${username}">${name}</a></th><td>${
    lesson ?? "not begun"
  }</td><td class="number">${runs}</td><td class="number">${failed}</td><td>${
    checksText(student)
  }</td><td>${oneAtATime(student)}</td><td>${reproducedText(student)}</td><td>${
    last === null ? "" : `${duration(Math.max(0, time - last))} ago`
  }</td><td>${stuck ?? ""}</td></tr>
`;
}

function checksText({ checks }: StudentView): string {
  return Object.entries(checks).map(([lesson, { holds, of }]) =>
    `${lesson}: ${holds} of ${of}`
  ).join(", ");
}

function oneAtATime({ one_at_a_time }: StudentView): string {
  return one_at_a_time === null ? "" : one_at_a_time ? "yes" : "no";
}

function reproducedText({ reproduced, drifted }: StudentView): string {
  return [
    ...(reproduced > 0 ? [`${reproduced} reproduced`] : []),
    ...(drifted > 0 ? [`${drifted} not`] : []),
  ].join(", ");
}

/**
 * The page of a student: the runs in their order, each with what it changed.
 *
 * @param step How many of them are shown, for a replay run by run; all when left out
 */
export function pathPage(
  view: ClassView,
  username: string,
  step?: number,
): string | null {
  const student = view.students.find((s) => s.username === username);
  if (student === undefined) return null;
  const last = student.path.length;
  const at = step === undefined ? null : Math.min(Math.max(step, 1), last);
  const shown = student.path.slice(0, at ?? last);
  return document(
    student.name,
    markup`<p><a href="/class">${view.name}</a></p>
${student.stuck === null ? "" : markup`<p>May want help: ${student.stuck}.</p>`}
${
      student.path.length === 0
        ? markup`<p>No run yet.</p>`
        : markup`${
          replayLinks(username, at, last)
        }<div class="scroll" tabindex="0" role="region" aria-label="Runs"><table>
<caption>Runs, oldest first</caption>
<thead><tr><th scope="col">Run</th><th scope="col">Began</th><th scope="col">Took</th><th scope="col">Lesson</th><th scope="col">State</th><th scope="col">Changed since the run before</th><th scope="col">Metrics</th><th scope="col">Check</th><th scope="col">Error</th></tr></thead>
<tbody>${
          shown.map((run, i) =>
            runRow(
              run,
              shown.slice(0, i).findLast((before) =>
                before.experiment === run.experiment &&
                before.reproduces === null
              ),
              at === i + 1,
            )
          )
        }</tbody></table></div>`
    }`,
  );
}

/** The way through a replay: run by run, for everybody to see. */
function replayLinks(username: string, at: number | null, last: number): Html {
  const link = (step: number, text: string, rel: string) =>
    step < 1 || step > last
      ? ""
      : markup`<a rel="${rel}" href="/class/${username}?step=${step}">${text}</a> `;
  return at === null
    ? markup`<p>${link(1, "Replay it run by run", "next")}</p>`
    : markup`<p class="replay">Run ${at} of ${last}. ${
      link(at - 1, "Before", "prev")
    }${link(at + 1, "Next", "next")}<a href="/class/${username}">All</a></p>`;
}

function runRow(
  run: ClassRunView,
  before: ClassRunView | undefined,
  current: boolean,
): Html {
  return markup`<tr data-run="${run.run_id}"${
    current ? raw(' aria-current="step"') : ""
  }><th scope="row">${run.name}</th><td>${timePart(run.start_time)}</td><td>${
    tookText(run.start_time, run.end_time)
  }</td><td>${run.lesson}</td><td>${
    run.verdict ?? run.status.toLowerCase()
  }</td><td>${
    before === undefined ? paramsText(run.params) : changesText(before, run)
  }</td><td>${
    Object.entries(run.metrics).map(([key, value]) =>
      `${key} ${numberText(value)}`
    ).join(", ")
  }</td><td>${
    run.check === null ? "" : `${run.check.holds} of ${run.check.of}`
  }</td><td>${run.error ?? ""}</td></tr>
`;
}

function paramsText(params: Record<string, string>): string {
  return Object.entries(params).map(([k, v]) => `${k}=${v}`).join(", ");
}

function changesText(a: ClassRunView, b: ClassRunView): string {
  const keys = [...Object.keys(a.params), ...Object.keys(b.params)];
  const changed = [...new Set(keys)].filter((key) =>
    a.params[key] !== b.params[key]
  ).map((key) => `${key} ${a.params[key] ?? "–"} → ${b.params[key] ?? "–"}`);
  return [...changed, ...(a.data === b.data ? [] : ["data"])].join(", ") ||
    "nothing";
}

/** The class as CSV: a row for each student. */
export function classCsv({ students }: ClassView): string {
  const rows = students.map((student) => [
    student.username,
    student.name,
    student.lesson ?? "",
    student.runs,
    student.failed,
    checksText(student),
    oneAtATime(student),
    student.reproduced,
    student.drifted,
    student.last === null ? "" : new Date(student.last).toISOString(),
    student.stuck ?? "",
  ]);
  return [
    "username,name,lesson,runs,failed,checks,one_at_a_time,reproduced,drifted,last_result,stuck",
    ...rows.map((row) => row.map((cell) => field(String(cell))).join(",")),
    "",
  ].join("\r\n");
}

function field(text: string): string {
  return text === "" ? "" : spreadsheetField(text);
}

function document(heading: string, body: Html): string {
  return String(markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="${EVERY_S}">
<title>${heading} · nbtrack</title><link rel="icon" href="data:,">
<style>${STYLE}</style></head>
<body><nav aria-label="Pages"><a href="/class">Class</a></nav>
<main><h1>${heading}</h1>
${body}
</main></body></html>
`);
}
