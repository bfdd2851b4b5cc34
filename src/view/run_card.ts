/**
 * What a run shows of itself in a notebook: one line while it is open, a card when it has ended or is asked for. HTML
 * that every front end keeps, and the same as text.
 *
 * Imported inside cells: nothing here may load a library.
 *
 * @module
 */
import type { Journal } from "../journal/journal.ts";
import type { RunStatus } from "../base/run_status.ts";
import { failedCell, metricTexts, missingOf } from "./run_facts.ts";

/** The run that a card shows, for programs: they read no text that is for people. */
export interface CardRun {
  run_id: string;
  name: string;
  experiment: string;
  status: RunStatus;
  /** When the card was true, milliseconds since 1970. */
  as_of: number;
}

/** A run's card: for people as HTML and as text, and the run that it shows. */
export interface Card {
  html: string;
  text: string;
  run: CardRun;
}

/** What is known of a run besides the journal. */
export interface CardOptions {
  /** What could not be done for it. @default {[]} */
  problems?: readonly string[];
  /** The server that options or variables name. @default {none is known} */
  server?: string | null;
  /** Whether it is known by now that no server is set. @default {true} */
  decided?: boolean;
  /** Milliseconds since 1970. @default {now} */
  now?: number;
}

/** A run as it is known where it is shown. */
export type ShownRun = Pick<CardRun, "name" | "experiment" | "status"> & {
  id: string;
};

type Row = [label: string, text: string];

/** The card of a run as it is now. */
export function runCard(
  journal: Journal | null,
  shown: ShownRun,
  options: CardOptions = {},
): Card {
  const { problems = [], now = Date.now() } = options;
  const run = cardRun(shown, now);
  const rows: Row[] = [
    ["run", `${run.name} (${run.run_id.slice(0, 8)})`],
    ["status", run.status],
  ];
  let link: string | null = null;
  const missing = new Set(problems);
  if (journal !== null) {
    rows[1] = ["status", statusText(journal, run)];
    const failed = failedCell(journal, run.run_id);
    if (failed !== null) rows.push(["failed", failed]);
    for (const text of metricTexts(journal, run.run_id)) {
      rows.push(["metric", text]);
    }
    const captured = capturedOf(journal, run.run_id);
    if (captured !== "") rows.push(["captured", captured]);
    const redacted = journal.entries.redactions(run.run_id).length;
    if (redacted > 0) rows.push(["redacted", count(redacted, "value")]);
    const delivery = journal.deliveries.get(run.run_id);
    link = delivery.url;
    const destination = delivery.error ?? destinationText(delivery, options);
    if (destination !== null && (delivery.error !== null || link === null)) {
      rows.push(["delivery", destination]);
    }
    const lacking = journal.deliveries.leftOut(run.run_id);
    if (lacking.length > 0) {
      rows.push(["not there", lacking.map(({ what }) => what).join(", ")]);
    }
    if (delivery.thinned !== null) rows.push(["on GitLab", delivery.thinned]);
    if (link !== null) rows.push(["page", link]);
    for (const text of missingOf(journal, run.run_id)) missing.add(text);
  }
  for (const text of missing) rows.push(["missing", text]);
  if (run.status !== "RUNNING") {
    rows.push([
      "next",
      `nbtrack show ${run.run_id.slice(0, 8)}, nbtrack reproduce ${
        run.run_id.slice(0, 8)
      }`,
    ]);
  }
  return {
    html: tableHtml(run.experiment, rows, link),
    text: tableText(run.experiment, rows),
    run,
  };
}

/** One line about an open run; the card once it has ended. */
export function runLine(
  journal: Journal | null,
  shown: ShownRun,
  options: CardOptions = {},
): Card {
  if (shown.status !== "RUNNING") return runCard(journal, shown, options);
  const { problems = [], now = Date.now() } = options;
  const run = cardRun(shown, now);
  const delivery = journal?.deliveries.get(run.run_id) ?? null;
  const link = delivery?.url ?? null;
  const parts = [
    `${run.experiment}: run ${run.name} (${run.run_id.slice(0, 8)})`,
    `open at ${clock(now)}`,
  ];
  const destination = delivery === null
    ? null
    : delivery.error ?? destinationText(delivery, options);
  const failing = (delivery?.error ?? null) !== null;
  if (destination !== null && (link === null || failing)) {
    parts.push(destination);
  }
  parts.push(...problems);
  const text = parts.join(" · ");
  return {
    html: `<div style="opacity:0.8">${escape(text)}${
      link === null ? "" : ` · ${anchor(link)}`
    }</div>`,
    text: link === null ? text : `${text} · ${link}`,
    run,
  };
}

function cardRun(shown: ShownRun, as_of: number): CardRun {
  const { id, name, experiment, status } = shown;
  return { run_id: id, name, experiment, status, as_of };
}

/** The status, since when or after how long, and why. */
function statusText(journal: Journal, run: CardRun): string {
  const row = journal.runs.get(run.run_id);
  if (row === undefined || run.status === "RUNNING" || row.end_time === null) {
    return `${run.status} at ${clock(run.as_of)}`;
  }
  const seconds = (row.end_time - row.start_time) / 1000;
  const reason = row.end_reason === null ? "" : `: ${row.end_reason}`;
  return `${run.status} after ${durationText(seconds)}${reason}`;
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

/** Where the run is kept or going; null while that is not decided. */
function destinationText(
  delivery: { state: string; target: string | null },
  { server = null, decided = true }: CardOptions,
): string | null {
  const target = delivery.target ?? server;
  if (target === null) return decided ? "kept on this machine" : null;
  return delivery.state === "delivered"
    ? `delivered to ${target}`
    : `on its way to ${target}`;
}

function count(n: number, what: string): string {
  return `${n.toLocaleString("en")} ${what}${n === 1 ? "" : "s"}`;
}

/** A time of day, as the machine counts it. */
function clock(time: number): string {
  return new Date(time).toLocaleTimeString("en-GB");
}

function durationText(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60
    ? `${minutes} min`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function tableText(experiment: string, rows: readonly Row[]): string {
  const width = Math.max(...rows.map(([label]) => label.length));
  return [
    experiment,
    ...rows.map(([label, text]) => `  ${label.padEnd(width)}  ${text}`),
  ].join("\n");
}

function tableHtml(
  experiment: string,
  rows: readonly Row[],
  link: string | null,
): string {
  const lines = rows.map(([label, text]) => {
    const value = text === link ? anchor(text) : escape(text);
    return `<tr><td style="text-align:left;opacity:0.6">${escape(label)}</td>` +
      `<td style="text-align:left">${value}</td></tr>`;
  });
  return `<table style="border:1px solid #8888"><tr><td style="text-align:left" colspan="2"><b>${
    escape(experiment)
  }</b></td></tr>${lines.join("")}</table>`;
}

function anchor(link: string): string {
  return `<a href="${escape(link)}">${escape(link)}</a>`;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
