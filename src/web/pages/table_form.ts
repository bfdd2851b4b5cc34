/**
 * The form above a table of runs: filter, columns, groups.
 *
 * @module
 */
import { fieldText } from "../../record/sort.ts";
import { type Html, markup } from "../parts/hono.ts";
import type { Links } from "../parts/links.ts";
import type { TableKeys } from "../parts/source.ts";
import { DEFAULT_SIZE, type TableQuery } from "../parts/table_query.ts";

/** Names that are offered, at most. */
const MAX_OFFERED = 60;
const NO_KEYS: TableKeys = { differing: [], params: [], metrics: [], tags: [] };

/** The form; it keeps what was asked for, whatever it was. */
export function tableForm(
  links: Links,
  experiment: string,
  asked:
    & Pick<TableQuery, "filter" | "sort" | "columns" | "group">
    & Partial<Pick<TableQuery, "size">>,
  keys: TableKeys = NO_KEYS,
): Html {
  const params = names("params", keys.params);
  const offered = [...params, ...names("metrics", keys.metrics)];
  const groups = asked.group === "" || params.includes(asked.group)
    ? params
    : [asked.group, ...params];
  return markup`<form method="get" action="${
    links.experiment(experiment)
  }" class="filter">
${
    /^\.{1,2}$/.test(experiment)
      ? markup`<input type="hidden" name="name" value="${experiment}">`
      : ""
  }
<p><label for="filter">Filter</label> <input id="filter" name="filter" value="${asked.filter}" placeholder="metrics.loss &lt; 0.3 and params.k = '5'" list="names" autocomplete="off" spellcheck="false"></p>
<p><label for="columns">Columns</label> <input id="columns" name="columns" value="${asked.columns}" placeholder="those that differ" autocomplete="off" spellcheck="false"></p>
<p><label for="group">Group by</label> <select id="group" name="group"><option value="">nothing</option>${
    groups.map((name) =>
      markup`<option value="${name}"${
        name === asked.group ? markup` selected` : ""
      }>${name}</option>`
    )
  }</select></p>
${
    asked.sort === ""
      ? ""
      : markup`<input type="hidden" name="sort" value="${asked.sort}">`
  }${
    asked.size === undefined || asked.size === DEFAULT_SIZE
      ? ""
      : markup`<input type="hidden" name="size" value="${asked.size}">`
  }
<p class="end"><button>Show</button> <a href="${
    links.experiment(experiment)
  }">All runs</a></p>
<datalist id="names">${
    offered.map((name) => markup`<option value="${name}"></option>`)
  }</datalist>
${
    offered.length === 0
      ? ""
      : markup`<details><summary>Names for filter and columns</summary><p class="names">${
        [...offered, ...names("tags", keys.tags)].map((name) =>
          markup`<code>${name}</code> `
        )
      }<code>status</code> <code>start_time</code> <code>end_time</code> <code>run_id</code></p></details>`
  }
</form>`;
}

function names(
  kind: "params" | "metrics" | "tags",
  keys: readonly string[],
): string[] {
  return keys.slice(0, MAX_OFFERED).map((key) => fieldText({ kind, key }));
}
