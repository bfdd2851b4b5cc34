/**
 * The card a run shows as a cell's last value: plain HTML that every front end keeps, and the same as text.
 *
 * @module
 */
import type { Journal } from "../journal/journal.ts";
import { CELL_SOURCES, sourceGap } from "../recorder/source_gap.ts";
import type { RunStatus } from "./types.ts";

/** Which run a card shows, for programs: they read no text that is for people. */
export interface CardRun {
  run_id: string;
  name: string;
  experiment: string;
  status: RunStatus;
}

/** A run's card: for people as HTML and as text, and the run that it shows. */
export interface Card {
  html: string;
  text: string;
  run: CardRun;
}

/** Shows a run as it is now. */
export function cardOf(
  journal: Journal | null,
  run: { id: string; name: string; experiment: string; status: RunStatus },
  problems: readonly string[],
): Card {
  const lines: [string, string][] = [
    ["run", `${run.name} (${run.id.slice(0, 8)})`],
    ["status", run.status],
  ];
  let link: string | null = null;
  const gaps = new Set(problems);
  if (journal !== null) {
    const captured = capturedOf(journal, run.id);
    if (captured !== "") lines.push(["captured", captured]);
    for (const { what, why } of journal.entries.missing(run.id)) {
      gaps.add(`${what}: ${why}`);
    }
    const unseen = unseenOf(journal, run.id);
    if (unseen !== null) gaps.add(`${CELL_SOURCES}: ${unseen}`);
    const redacted = journal.entries.redactions(run.id).length;
    if (redacted > 0) lines.push(["redacted", count(redacted, "value")]);
    const delivery = journal.deliveries.get(run.id);
    link = delivery.url;
    if (delivery.error !== null || link === null) {
      lines.push(["delivery", delivery.error ?? whereText(delivery)]);
    }
    if (link !== null) lines.push(["page", link]);
  }
  for (const gap of gaps) lines.push(["missing", gap]);
  return {
    html: htmlOf(run.experiment, lines, link),
    text: textOf(run.experiment, lines),
    run: {
      run_id: run.id,
      name: run.name,
      experiment: run.experiment,
      status: run.status,
    },
  };
}

function capturedOf(journal: Journal, run_id: string): string {
  const row = journal.runs.get(run_id);
  if (row === undefined) return "";
  const metrics = journal.metrics(run_id);
  const points = metrics.reduce((sum, m) => sum + m.count, 0);
  const parts: string[] = [];
  const add = (n: number, what: string) => n > 0 && parts.push(count(n, what));
  add(
    journal.executions.list(row.session_id, row.last_execution).length,
    "cell execution",
  );
  add(journal.entries.params(run_id).length, "param");
  if (metrics.length > 0) {
    parts.push(
      `${count(metrics.length, "metric")} with ${count(points, "point")}`,
    );
  }
  add(journal.datasets.list(run_id).length, "dataset");
  add(journal.artifacts.list(run_id).length, "artifact");
  return parts.join(", ");
}

/** What a run that has ended lacks of its cells, until its record is complete and names it. */
function unseenOf(journal: Journal, run_id: string): string | null {
  const run = journal.runs.get(run_id);
  if (
    run === undefined || run.end_time === null || run.finalised_time !== null
  ) {
    return null;
  }
  const session = journal.sessions.get(run.session_id);
  const all = journal.executions.list(run.session_id, run.last_execution);
  return session === undefined || all.length === 0
    ? null
    : sourceGap(session, all);
}

function whereText(delivery: { state: string; target: string | null }): string {
  if (delivery.target === null) return "kept on this machine";
  return delivery.state === "delivered"
    ? `delivered to ${delivery.target}`
    : `on its way to ${delivery.target}`;
}

function count(n: number, what: string): string {
  return `${n.toLocaleString("en")} ${what}${n === 1 ? "" : "s"}`;
}

function textOf(
  experiment: string,
  lines: readonly [string, string][],
): string {
  const width = Math.max(...lines.map(([label]) => label.length));
  return [
    experiment,
    ...lines.map(([label, text]) => `  ${label.padEnd(width)}  ${text}`),
  ].join(
    "\n",
  );
}

function htmlOf(
  experiment: string,
  lines: readonly [string, string][],
  link: string | null,
): string {
  const rows = lines.map(([label, text]) => {
    const value = text === link
      ? `<a href="${escape(text)}">${escape(text)}</a>`
      : escape(text);
    return `<tr><td style="text-align:left;opacity:0.6">${escape(label)}</td>` +
      `<td style="text-align:left">${value}</td></tr>`;
  });
  return `<table style="border:1px solid #8888"><tr><td style="text-align:left" colspan="2"><b>${
    escape(experiment)
  }</b></td></tr>${rows.join("")}</table>`;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(
    ">",
    "&gt;",
  )
    .replaceAll('"', "&quot;");
}
