/**
 * A run's card as HTML that every front end keeps: what JupyterLab takes out of a notebook that is not trusted
 * (styles, classes, ids, scripts, SVG) is not needed to read it.
 *
 * Imported inside cells: nothing here may load a library.
 *
 * @module
 */
import { escapeHtml, loggedHtml, nameText, shortened } from "../base/markup.ts";
import { grouped, numberText } from "../base/numbers.ts";
import type { RunStatus } from "../base/run_status.ts";
import type { CardFacts, ShownList } from "./card_facts.ts";
import { bestCell, bestHead, type MetricFact } from "./metric_facts.ts";

/** A sign and a ground for each state; the word stands beside it. */
const STATES: Record<RunStatus, { sign: string; ground: string }> = {
  RUNNING: { sign: "●", ground: "#2b7bba55" },
  SCHEDULED: { sign: "○", ground: "#88888855" },
  FINISHED: { sign: "✓", ground: "#0a8f6955" },
  FAILED: { sign: "✗", ground: "#d1590b66" },
  KILLED: { sign: "■", ground: "#b8529a55" },
};

const LEFT = 'style="text-align:left;padding:1px 14px 1px 0"';
/** A cell whose few words stay in one line. */
const SHORT =
  'style="text-align:left;padding:1px 14px 1px 0;white-space:nowrap"';
const FAINT = 'style="opacity:0.7"';
/** Characters of a name. */
export const NAME_CHARS = 80;
/** Longer lists are folded. */
const MAX_OPEN = 2;

/** The card as HTML. */
export function cardHtml(facts: CardFacts): string {
  const { reason, failed, captured, delivery, notThere, url } = facts;
  return `<div style="border:1px solid #8886;padding:8px 12px;max-width:680px;line-height:1.6">${
    [
      headOf(facts),
      reason === null ? "" : line(reason),
      failed === null ? "" : line(`failed in ${failed}`),
      paramsOf(facts),
      metricsOf(facts),
      captured === "" ? "" : line(captured, "captured"),
      listOf("changed since the run before", facts.changed),
      listOf("hidden state", facts.hidden),
      listOf("missing", facts.missing),
      listOf("redacted", facts.redacted),
      delivery === null ? "" : line(delivery, "delivery"),
      url === null
        ? ""
        : `<div><span ${FAINT}>page</span> ${anchor(url)}</div>`,
      notThere === null ? "" : line(notThere, "on the server"),
      facts.next.length === 0
        ? ""
        : `<div><span ${FAINT}>next</span> ${
          facts.next.map((text) => `<code>${loggedHtml(text)}</code>`).join(
            " ",
          )
        }</div>`,
    ].join("")
  }</div>`;
}

/** The state as a word on a coloured ground. */
export function stateHtml(status: RunStatus): string {
  const { sign, ground } = STATES[status];
  return `<span style="background:${ground};padding:1px 6px">${sign} ${status}</span>`;
}

/** The sign of a state. */
export function stateSign(status: RunStatus): string {
  return STATES[status].sign;
}

function headOf({ run, short, when }: CardFacts): string {
  return `<div>${stateHtml(run.status)} <b>${named(run.experiment)}</b> ${
    named(run.name)
  } <span ${FAINT}>${short} ${loggedHtml(when)}</span></div>`;
}

function named(text: string): string {
  return loggedHtml(shortened(nameText(text), NAME_CHARS));
}

function paramsOf({ params, seed }: CardFacts): string {
  const parts = params.shown.map(({ key, value, before }) =>
    `${loggedHtml(key)} ${
      before === null ? "" : `<span ${FAINT}>${loggedHtml(before)} →</span> `
    }<b>${loggedHtml(value)}</b>`
  );
  if (seed !== null && !params.shown.some(({ key }) => key === "seed")) {
    parts.push(`seed <b>${seed}</b>`);
  }
  if (params.more > 0) parts.push(`and ${params.more} more`);
  return parts.length === 0
    ? ""
    : `<div><span ${FAINT}>params</span> ${parts.join(", ")}</div>`;
}

function metricsOf({ metrics, previous }: CardFacts): string {
  if (metrics.shown.length === 0) return "";
  const heads = ["metric", "last", bestHead(metrics.shown), ""];
  const compared = metrics.shown.some(({ before }) => before !== null);
  if (compared) heads.splice(2, 0, previous ?? "before");
  const head = heads.map((text) =>
    `<th ${text.length > 24 ? LEFT : SHORT}>${
      loggedHtml(shortened(text, 30))
    }</th>`
  );
  const rows = metrics.shown.map((metric) => rowOf(metric, compared));
  const more = metrics.more > 0
    ? `<tr><td ${LEFT} colspan="${heads.length}">and ${
      grouped(metrics.more)
    } more</td></tr>`
    : "";
  // Wider than a narrow column of outputs, it is scrolled in its own box.
  return `<div style="overflow:auto"><table><tr>${head.join("")}</tr>${
    rows.join("")
  }${more}</table></div>`;
}

function rowOf(
  { key, last, before, best, curve }: MetricFact,
  compared: boolean,
): string {
  const number = (value: number | null) =>
    value === null ? "–" : numberText(value);
  const cells = [
    loggedHtml(shortened(key, 60)),
    `<b>${number(last)}</b>`,
    ...compared ? [before === null ? "" : number(before)] : [],
    bestCell(best),
    curve === "" ? "" : `<span style="color:#2b7bba">${curve}</span>`,
  ];
  return `<tr>${
    cells.map((cell, i) => `<td ${i === 0 ? LEFT : SHORT}>${cell}</td>`).join(
      "",
    )
  }</tr>`;
}

function listOf(title: string, { shown, more }: ShownList<string>): string {
  if (shown.length === 0) return "";
  const [first = ""] = shown;
  const all = shown.length + more;
  if (all === 1) return line(first, title);
  const items = shown.map((text) => `<li>${loggedHtml(text)}</li>`);
  if (more > 0) items.push(`<li>and ${more} more</li>`);
  const open = all <= MAX_OPEN && shown.every((text) => text.length < 120);
  return `<details${open ? " open" : ""}><summary>${
    loggedHtml(title)
  }: ${all}</summary><ul style="margin:0">${items.join("")}</ul></details>`;
}

function line(text: string, label = ""): string {
  const before = label === ""
    ? ""
    : `<span ${FAINT}>${loggedHtml(label)}</span> `;
  return `<div>${before}${loggedHtml(text)}</div>`;
}

function anchor(link: string): string {
  return /^https?:\/\//i.test(link)
    ? `<a href="${escapeHtml(link)}">${loggedHtml(shortened(link, 200))}</a>`
    : loggedHtml(shortened(link, 200));
}
