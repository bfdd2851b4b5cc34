/**
 * What differs between runs in short: state, time, params and metrics.
 *
 * @module
 */
import { nameText } from "../../base/markup.ts";
import {
  fromJsonNumber,
  type JsonNumber,
  numberText,
} from "../../base/numbers.ts";
import type { Comparison } from "../../record/compare.ts";
import { metricNumberOf } from "../../record/query.ts";
import type { RunRecord } from "../../record/schema/record.ts";
import { areBest } from "../../view/best_run.ts";
import { type Html, markup } from "../parts/hono.ts";
import type { Links } from "../parts/links.ts";
import {
  clamped,
  isNumberOrNone,
  shortId,
  statusOf,
  timePart,
  tookText,
} from "../parts/texts.ts";

/** With more runs than this a run is a row, not a column. */
const MAX_COLUMNS = 6;

/** Texts are wrapped; times, states and numbers stay in one line. */
function wrapOf(value: Html | string | undefined): string {
  return typeof value === "string" && metricNumberOf(value) === undefined
    ? "text"
    : "whole";
}

/** The values of a metric, the best of them in bold, where its name says which that is. */
function withBest(
  key: string,
  runs: readonly RunRecord[],
  values: readonly (JsonNumber | null)[],
): (Html | string)[] {
  const best = areBest(
    key,
    runs.map((run, i) => {
      const value = values[i] ?? null;
      return {
        ...run,
        value: value === null ? undefined : fromJsonNumber(value),
      };
    }),
  );
  return values.map((value, i) =>
    best[i] === true
      ? markup`<strong>${
        numberText(value)
      }<span class="unseen"> (best here)</span></strong>`
      : numberText(value)
  );
}

/** What differs: a column for each of a few runs, a row for each of many. */
export function comparedTable(
  links: Links,
  runs: readonly RunRecord[],
  comparison: Comparison,
): Html {
  const rows: { name: string; kind: string; values: (Html | string)[] }[] = [
    { name: "Experiment", kind: "", values: runs.map((run) => run.experiment) },
    {
      name: "State",
      kind: "",
      values: runs.map((run) => statusOf(run.status)),
    },
    {
      name: "Started",
      kind: "",
      values: runs.map((run) => timePart(run.start_time)),
    },
    {
      name: "Took",
      kind: "",
      values: runs.map((run) => tookText(run.start_time, run.end_time)),
    },
    ...comparison.params.map(({ key, values }) => ({
      name: key,
      kind: "param",
      values: values.map((value) => value ?? ""),
    })),
    ...comparison.metrics.map(({ key, values }) => ({
      name: key,
      kind: "metric",
      values: withBest(key, runs, values),
    })),
  ];
  const names = runs.map((run) =>
    markup`<a href="${links.run(run.run_id)}">${nameText(run.name)}</a> <code>${
      shortId(run.run_id)
    }</code>`
  );
  const same = comparison.params.length === 0
    ? markup`<p class="quiet">All params are the same.</p>`
    : "";
  const numeric = new Set(
    comparison.params.filter(({ values }) =>
      values.every((value) => isNumberOrNone(value ?? undefined))
    ).map(({ key }) => key),
  );
  if (runs.length > MAX_COLUMNS) {
    return markup`<div class="scroll" tabindex="0" role="region" aria-label="Table of runs"><table class="runs"><caption>What differs, one row a run</caption><thead><tr><th scope="col" class="name">Run</th>${
      rows.map(({ name, kind }) =>
        markup`<th scope="col"${
          kind === "metric" || (kind === "param" && numeric.has(name))
            ? markup` class="number"`
            : ""
        }>${name}</th>`
      )
    }</tr></thead><tbody>${
      runs.map((run, i) =>
        markup`<tr data-run="${run.run_id}"><th scope="row" class="name">${
          names[i] ?? ""
        }</th>${
          rows.map(({ name, kind, values }) =>
            markup`<td class="${
              kind === "metric" || (kind === "param" && numeric.has(name))
                ? "number"
                : wrapOf(values[i])
            }">${
              kind === "param" ? clamped(String(values[i])) : values[i] ?? ""
            }</td>`
          )
        }</tr>
`
      )
    }</tbody></table></div>${same}`;
  }
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="Table of runs"><table><caption>What differs, one column a run</caption><thead><tr><th scope="col">Name</th>${
    runs.map((run, i) =>
      markup`<th scope="col" data-run="${run.run_id}">${names[i] ?? ""}</th>`
    )
  }</tr></thead><tbody>${
    rows.map(({ name, kind, values }) =>
      markup`<tr><th scope="row">${name}${
        kind === "" ? "" : markup` <span class="quiet">${kind}</span>`
      }</th>${
        values.map((value) =>
          markup`<td class="${wrapOf(value)}">${value}</td>`
        )
      }</tr>
`
    )
  }</tbody></table></div>${same}`;
}
