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
const NO_KEYS: TableKeys = {
  differing: [],
  params: [],
  metrics: [],
  telling: [],
  tags: [],
};

/** What the form offers. */
export interface TableOffers {
  keys: TableKeys;
  /** Whether other values of metrics than the last are to be had. */
  values: boolean;
  /** Whether runs can have stars. */
  stars: boolean;
}

/** The form; it keeps what was asked for, whatever it was. */
export function tableForm(
  links: Links,
  experiment: string,
  asked: Omit<TableQuery, "page" | "size"> & Partial<Pick<TableQuery, "size">>,
  offers: TableOffers = { keys: NO_KEYS, values: true, stars: true },
): Html {
  const { keys } = offers;
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
${offers.values ? valuesPart(asked) : ""}${
    offers.stars
      ? markup`<p class="check"><label><input type="checkbox" name="starred" value="1"${
        asked.starred === "" ? "" : markup` checked`
      }> with a star</label></p>
`
      : ""
  }${
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
      }<code>status</code> <code>start_time</code> <code>end_time</code> <code>run_id</code> <code>seed</code></p></details>`
  }
</form>`;
}

function valuesPart(
  { values, step }: Pick<TableQuery, "values" | "step">,
): Html {
  const option = (value: string, text: string) =>
    markup`<option value="${value}"${
      value === values ? markup` selected` : ""
    }>${text}</option>`;
  return markup`<p><label for="values">Metrics</label> <select id="values" name="values"><option value="">last value</option>${
    option("best", "best value")
  }${option("min", "lowest value")}${option("max", "highest value")}${
    option("step", "at step")
  }</select></p>
<p><label for="step">Step</label> <input id="step" name="step" inputmode="numeric" size="6" value="${step}" autocomplete="off"></p>
`;
}

function names(
  kind: "params" | "metrics" | "tags",
  keys: readonly string[],
): string[] {
  return keys.slice(0, MAX_OFFERED).map((key) => fieldText({ kind, key }));
}
