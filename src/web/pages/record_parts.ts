/**
 * Data and packages of a run.
 *
 * @module
 */
import { sizeText } from "../../base/quantities.ts";
import { count } from "../../base/numbers.ts";
import type { RecordedDataset, RunRecord } from "../../record/schema/record.ts";
import { columnPicture } from "../../view/column_picture.ts";
import { type Html, markup, raw } from "../parts/hono.ts";
import { shortId } from "../parts/texts.ts";

/** Columns of a dataset that are shown from the start, at most. */
const OPEN_COLUMNS = 20;

/** The datasets, each with its columns. */
export function dataPart({ datasets }: RunRecord): Html {
  if (datasets.length === 0) {
    return markup`<p class="quiet">No dataset is named or was seen.</p>`;
  }
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="Datasets"><table>
<caption>${count(datasets.length, "dataset")}</caption>
<thead><tr><th scope="col">Name</th><th scope="col">From</th><th scope="col" class="number">Rows</th><th scope="col" class="number">Size</th><th scope="col">Digest</th></tr></thead>
<tbody>${
    datasets.map((data) =>
      markup`<tr><th scope="row">${data.name}</th><td class="text">${
        data.uri ?? ""
      } <span class="quiet">${data.found}${
        data.context === null ? "" : `, ${data.context}`
      }</span></td><td class="number">${
        data.rows?.toLocaleString("en") ?? ""
      }</td><td class="number">${
        sizeText(data.size)
      }</td><td class="text"><code title="${data.digest ?? ""}">${
        data.digest === null ? "" : shortId(data.digest)
      }</code>${
        data.message === null
          ? ""
          : markup` <span class="quiet">${data.message}</span>`
      }</td></tr>
`
    )
  }</tbody></table></div>
${datasets.map(profileOf)}`;
}

function profileOf(
  { name, columns, profile, rows }: RecordedDataset,
): Html | "" {
  if (columns === null || columns.length === 0) return "";
  const facts = new Map((profile ?? []).map((column) => [column.name, column]));
  const pictures = new Map(
    [...facts].map(([key, fact]) => [key, columnPicture(fact, rows)]),
  );
  const drawn = [...pictures.values()].some((picture) => picture !== "");
  const isSpread = (column: { name: string; type: string }) =>
    !["integer", "number"].includes(column.type) ||
    facts.get(column.name)?.histogram !== undefined;
  return markup`<details${
    drawn && columns.length <= OPEN_COLUMNS ? markup` open` : ""
  }><summary>Columns of ${name}</summary><div class="scroll" tabindex="0" role="region" aria-label="Columns of ${name}"><table>
<caption>${count(columns.length, "column")} of ${name}${
    drawn
      ? "; how its numbers are spread, or the share of values that differ; at the right of it, what is missing"
      : ""
  }</caption>
<thead><tr><th scope="col">Column</th><th scope="col">Type</th>${
    drawn ? markup`<th scope="col">Picture</th>` : ""
  }<th scope="col" class="number">Missing</th><th scope="col" class="number">Distinct</th><th scope="col">Smallest</th><th scope="col">Largest</th></tr></thead>
<tbody>${
    columns.map((column) => {
      const fact = facts.get(column.name);
      return markup`<tr><th scope="row">${column.name}</th><td>${column.type}</td>${
        drawn
          ? markup`<td class="picture">${
            raw(pictures.get(column.name) ?? "")
          }</td>`
          : ""
      }<td class="number">${fact?.missing ?? ""}</td><td class="number">${
        fact?.distinct ?? ""
      }</td><td class="text">${fact?.min ?? ""}</td><td class="text">${
        fact?.max ?? ""
      }</td></tr>
`;
    })
  }</tbody></table></div>${
    facts.size === 0 || columns.every(isSpread)
      ? ""
      : markup`<p class="quiet">How numbers are spread is not drawn where only their counts may travel, where none is there, and of large Parquet and Arrow files, whose own statistics are shown.</p>`
  }</details>
`;
}

/** The exact packages, those that cells import themselves first. */
export function packagesPart({ packages, modules }: RunRecord): Html {
  if (packages.length === 0 && modules.length === 0) {
    return markup`<p class="quiet">No package is imported.</p>`;
  }
  const direct = packages.filter((one) => one.direct);
  const others = packages.filter((one) => !one.direct);
  const table = (list: RunRecord["packages"], title: string) =>
    markup`<div class="scroll" tabindex="0" role="region" aria-label="${title}"><table><caption>${title}</caption><thead><tr><th scope="col">Package</th><th scope="col">Version</th><th scope="col">From</th></tr></thead><tbody>${
      list.map(({ name, version, registry }) =>
        markup`<tr><th scope="row">${name}</th><td>${version}</td><td>${registry}</td></tr>
`
      )
    }</tbody></table></div>`;
  return markup`${
    direct.length === 0 ? "" : table(
      direct,
      `${count(direct.length, "package")} imported by the cells`,
    )
  }${
    others.length === 0
      ? ""
      : markup`<details><summary>${
        count(others.length, "package")
      } that these need</summary>${
        table(others, "Packages that these need")
      }</details>`
  }${
    modules.length === 0
      ? ""
      : markup`<div class="scroll" tabindex="0" role="region" aria-label="Local modules"><table><caption>Local modules</caption><thead><tr><th scope="col">Path</th><th scope="col">Digest</th></tr></thead><tbody>${
        modules.map(({ path, digest }) =>
          markup`<tr><th scope="row">${path}</th><td><code>${
            shortId(digest)
          }</code></td></tr>
`
        )
      }</tbody></table></div>`
  }`;
}
