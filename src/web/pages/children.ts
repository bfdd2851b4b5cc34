/**
 * The runs that a run is the parent of: those of a sweep.
 *
 * @module
 */
import { numberText } from "../../base/numbers.ts";
import { ownValue } from "../../base/values.ts";
import type { RunSummary } from "../../record/schema/summary.ts";
import { type Html, markup } from "../parts/hono.ts";
import type { Links } from "../parts/links.ts";
import { statusOf } from "../parts/texts.ts";

/** Child runs that are shown. */
const MOST = 500;

/** A table of child runs with the params that differ and their metrics; empty where there is none. */
export function childrenPart(
  links: Links,
  all: readonly RunSummary[],
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
  const compare = links.compare(runs.slice(0, 50).map((run) => run.run_id));
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="Child runs"><table>
<caption>${all.length} run${
    all.length === 1 ? " belongs" : "s belong"
  } to this one${
    all.length > MOST ? `; the first ${MOST} are shown` : ""
  }</caption>
<thead><tr><th scope="col">Run</th><th scope="col">Status</th>${
    params.map((key) => markup`<th scope="col">${key}</th>`)
  }${
    metrics.map((key) => markup`<th scope="col" class="number">${key}</th>`)
  }</tr></thead>
<tbody>${
    runs.map((run) =>
      markup`<tr><th scope="row"><a href="${
        links.run(run.run_id)
      }">${run.name}</a></th><td>${statusOf(run.status)}</td>${
        params.map((key) =>
          markup`<td class="text">${ownValue(run.params, key) ?? ""}</td>`
        )
      }${
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
