/**
 * What else differs between runs: cells, packages, data, artifacts, environment.
 *
 * @module
 */
import type { Comparison } from "../../record/compare.ts";
import { withoutDimension } from "../../record/differences.ts";
import type { RunRecord } from "../../record/schema/record.ts";
import { diffOf } from "../parts/diff.ts";
import { type Html, markup } from "../parts/hono.ts";
import { shortId } from "../parts/texts.ts";

/** Differences between cells that are shown. */
const MAX_CELLS = 200;

/** Each kind of difference that there is. */
export function differencesPart(
  runs: readonly RunRecord[],
  comparison: Comparison,
): Html {
  const { cells, packages, datasets, artifacts, others, unknown } = comparison;
  const names = new Map(runs.map((run) => [run.run_id, run.name]));
  const nothing = cells.length + packages.length + datasets.length +
      artifacts.length + others.length === 0;
  return markup`${
    nothing
      ? markup`<p class="quiet">Cells, packages, data and artifacts are the same, as far as they are known.</p>`
      : ""
  }${cellsPart(comparison, names)}${
    valuesTable("Packages", runs, packages, (value) => value)
  }${valuesTable("Data, by digest", runs, datasets, shortId)}${
    valuesTable("Artifacts, by digest", runs, artifacts, shortId)
  }${
    others.length === 0
      ? ""
      : markup`<h3>Seed, modules, environment</h3><ul class="changes">${
        others.map((one) =>
          markup`<li><span class="key">${one.dimension}</span> ${
            withoutDimension(one)
          } <span class="quiet">in ${
            names.get(one.run_id) ?? one.run_id
          }</span></li>
`
        )
      }</ul>`
  }${
    unknown.length === 0
      ? ""
      : markup`<h3>Not known</h3><ul class="changes">${
        unknown.map(({ run_id, what, why }) =>
          markup`<li><span class="key">${what}</span> of ${
            names.get(run_id) ?? run_id
          }: ${why}</li>
`
        )
      }</ul>`
  }`;
}

function cellsPart(
  { cells }: Comparison,
  names: ReadonlyMap<string, string>,
): Html | "" {
  if (cells.length === 0) return "";
  const shown = cells.slice(0, MAX_CELLS);
  const byRun = Map.groupBy(shown, ({ run_id }) => run_id);
  return markup`<h3>Cells</h3>${
    [...byRun].map(([run_id, differences]) =>
      markup`<h4>In ${names.get(run_id) ?? run_id}, against the first</h4>${
        differences.map(({ change, diff, names }) =>
          markup`<div class="cell" data-change="${change}"><p class="cell-head">${change} <span class="quiet">${
            names.before ?? ""
          }${names.before !== null && names.after !== null ? " → " : ""}${
            names.after ?? ""
          }</span></p>${
            diffOf(change === "moved" ? diff : changedLines(diff))
          }</div>
`
        )
      }`
    )
  }${
    cells.length > shown.length
      ? markup`<p class="quiet">${
        cells.length - shown.length
      } more are not shown.</p>`
      : ""
  }`;
}

/** A difference without the lines around it. */
function changedLines(diff: string): string {
  return diff.split("\n").filter((line) => !line.startsWith(" ")).join("\n");
}

function valuesTable(
  title: string,
  runs: readonly RunRecord[],
  rows: readonly { key: string; values: readonly (string | null)[] }[],
  text: (value: string) => string,
): Html | "" {
  if (rows.length === 0) return "";
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="${title}"><table><caption>${title}</caption><thead><tr><th scope="col">Name</th>${
    runs.map((run) => markup`<th scope="col">${run.name}</th>`)
  }</tr></thead><tbody>${
    rows.map(({ key, values }) =>
      markup`<tr><th scope="row">${key}</th>${
        values.map((value) =>
          markup`<td>${
            value === null
              ? markup`<span class="quiet">none</span>`
              : markup`<code title="${value}">${text(value)}</code>`
          }</td>`
        )
      }</tr>
`
    )
  }</tbody></table></div>`;
}
