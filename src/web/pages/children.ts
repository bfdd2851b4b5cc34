/**
 * The runs that a run is the parent of: those of a sweep.
 *
 * @module
 */
import { nameText } from "../../base/markup.ts";
import { numberText, spreadText } from "../../base/numbers.ts";
import { ownValue } from "../../base/values.ts";
import type { RunSummary } from "../../record/schema/summary.ts";
import type { SweepGoal } from "../../record/sweep/best.ts";
import { bestCombination, sweepChild } from "../../view/sweep_child.ts";
import { type Html, markup } from "../parts/hono.ts";
import type { Links } from "../parts/links.ts";
import { isNumberOrNone, statusOf } from "../parts/texts.ts";

/** Child runs that are shown. */
const MOST = 500;

/** A table of child runs with the params that differ and their metrics; empty where there is none. */
export function childrenPart(
  links: Links,
  all: readonly RunSummary[],
  { goal, sweep }: { goal: SweepGoal | null; sweep: boolean },
): Html | "" {
  if (all.length === 0) return "";
  const runs = all.slice(0, MOST);
  const keysOf = (
    of: (run: RunSummary) => object,
  ) => [...new Set(runs.flatMap((run) => Object.keys(of(run))))];
  const params = keysOf((run) => run.params).filter((key) =>
    runs.length === 1 || new Set(runs.map((run) => run.params[key])).size > 1
  );
  const metrics = keysOf((run) => run.metrics);
  const numbers = new Set(
    params.filter((key) =>
      runs.every((run) => isNumberOrNone(ownValue(run.params, key)))
    ),
  );
  const seeded = !params.includes("seed") &&
    new Set(runs.map((run) => run.seed)).size > 1;
  const numeric = (key: string) =>
    numbers.has(key) ? markup` class="number"` : "";
  const best = goal === null
    ? null
    : bestCombination(all.map(sweepChild), goal);
  const compare = links.compare(runs.slice(0, 50).map((run) => run.run_id));
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="Table of child runs"><table>
<caption>${all.length} run${
    all.length === 1 ? " belongs" : "s belong"
  } to this one${all.length > MOST ? `; the first ${MOST} are shown` : ""}${
    goal === null
      ? sweep
        ? "; none is called the best: the sweep was begun without a metric that decides"
        : ""
      : best === null
      ? `; none has ${goal.metric}, which decides`
      : `; in bold the best, by the ${
        goal.direction === "min" ? "lowest" : "highest"
      } ${goal.metric}${
        best.run_ids.length > 1
          ? `, ${spreadText(best.mean, null)} on average`
          : ""
      }`
  }</caption>
<thead><tr><th scope="col">Run</th><th scope="col">State</th>${
    params.map((key) => markup`<th scope="col"${numeric(key)}>${key}</th>`)
  }${seeded ? markup`<th scope="col" class="number">Seed</th>` : ""}${
    metrics.map((key) => markup`<th scope="col" class="number">${key}</th>`)
  }</tr></thead>
<tbody>${
    runs.map((run) =>
      markup`<tr${
        best?.run_ids.includes(run.run_id) === true ? markup` class="best"` : ""
      }><th scope="row"><a href="${links.run(run.run_id)}">${
        nameText(run.name)
      }</a></th><td>${statusOf(run.status)}</td>${
        params.map((key) =>
          markup`<td${
            numeric(key) === "" ? markup` class="text"` : numeric(key)
          }>${ownValue(run.params, key) ?? ""}</td>`
        )
      }${seeded ? markup`<td class="number">${run.seed ?? ""}</td>` : ""}${
        metrics.map((key) =>
          markup`<td class="number">${
            numberText(ownValue(run.metrics, key))
          }</td>`
        )
      }</tr>
`
    )
  }</tbody></table></div>${
    compare === null || runs.length < 2
      ? ""
      : markup`<p class="next"><a href="${compare}">Compare them</a></p>`
  }`;
}
