/**
 * A run's card as text and as Markdown, for front ends and readers without HTML.
 *
 * Imported inside cells: nothing here may load a library.
 *
 * @module
 */
import { nameText, oneLine, shortened } from "../base/markup.ts";
import { grouped, numberText } from "../base/numbers.ts";
import { code, plainMarkdown } from "../record/markdown.ts";
import type { CardFacts, ShownList } from "./card_facts.ts";
import { NAME_CHARS, stateSign } from "./card_html.ts";
import { bestCell, bestHead, type MetricFact } from "./metric_facts.ts";

type Row = readonly [label: string, text: string];

/** The card as text. */
export function cardText(facts: CardFacts): string {
  const { run, short, when } = facts;
  const rows = rowsOf(facts);
  const width = Math.max(0, ...rows.map(([label]) => label.length));
  return [
    `${named(run.experiment)}: run ${
      named(run.name)
    } (${short}) ${run.status} ${when}`,
    ...rows.map(([label, text]) =>
      `  ${label.padEnd(width)}  ${oneLine(text)}`
    ),
  ].join("\n");
}

/** The card as Markdown; what somebody logged stands in code spans. */
export function cardMarkdown(facts: CardFacts): string {
  const { run, short, when, url, metrics } = facts;
  const lines = rowsOf(facts).filter(([label]) =>
    label !== "metric" && label !== "page"
  ).map(([label, text]) => `- ${label} ${code(text)}`);
  const rows = metrics.shown.map((metric) =>
    `| ${code(metric.key)} | ${lastOf(metric)} | ${
      plainMarkdown(bestCell(metric.best))
    } | ${metric.curve} |`
  );
  return [
    `${stateSign(run.status)} **${run.status}** ${code(run.experiment)} ${
      code(run.name)
    } ${short} ${when}${
      url !== null && /^https?:\/\/[^\s<>()]+$/i.test(url) ? ` <${url}>` : ""
    }`,
    "",
    ...lines,
    ...rows.length === 0 ? [] : [
      "",
      `| metric | last | ${bestHead(metrics.shown)} | |`,
      "| --- | --- | --- | --- |",
      ...rows,
    ],
  ].join("\n");
}

function rowsOf(facts: CardFacts): Row[] {
  const { reason, failed, params, seed, metrics, captured } = facts;
  const { delivery, url, notThere } = facts;
  const rows: Row[] = [];
  if (reason !== null) rows.push(["reason", reason]);
  if (failed !== null) rows.push(["failed", failed]);
  const given = params.shown.map(({ key, value, before }) =>
    `${key} ${value}${before === null ? "" : ` (${before} before)`}`
  );
  if (seed !== null && !params.shown.some(({ key }) => key === "seed")) {
    given.push(`seed ${seed}`);
  }
  if (params.more > 0) given.push(`and ${params.more} more`);
  if (given.length > 0) rows.push(["params", given.join(", ")]);
  for (const metric of metrics.shown) rows.push(["metric", metricText(metric)]);
  if (metrics.more > 0) {
    rows.push(["metric", `and ${grouped(metrics.more)} more`]);
  }
  if (captured !== "") rows.push(["captured", captured]);
  rows.push(...listed("changed", facts.changed));
  rows.push(...listed("hidden state", facts.hidden));
  rows.push(...listed("missing", facts.missing));
  rows.push(...listed("redacted", facts.redacted));
  if (delivery !== null) rows.push(["delivery", delivery]);
  if (url !== null) rows.push(["page", url]);
  if (notThere !== null) rows.push(["on server", notThere]);
  if (facts.next.length > 0) rows.push(["next", facts.next.join(", ")]);
  return rows;
}

function metricText(metric: MetricFact): string {
  const { key, best, before, curve } = metric;
  return [
    `${shortened(key, 60)} ${lastOf(metric)}`,
    best === "" ? "" : ` (${best})`,
    before === null ? "" : `, ${numberText(before)} before`,
    curve === "" ? "" : `  ${curve}`,
  ].join("");
}

function lastOf({ last }: MetricFact): string {
  return last === null ? "–" : numberText(last);
}

function listed(label: string, { shown, more }: ShownList<string>): Row[] {
  return [
    ...shown.map((text) => [label, text] as const),
    ...more > 0 ? [[label, `and ${more} more`] as const] : [],
  ];
}

function named(text: string): string {
  return oneLine(shortened(nameText(text), NAME_CHARS));
}

/** A text on one line, without what a terminal would act on. */
