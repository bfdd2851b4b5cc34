/**
 * The cell executions of a run.
 *
 * @module
 */
import { cellName } from "../../record/cell_name.ts";
import type { RecordedCell } from "../../record/schema/record.ts";
import { type Html, markup } from "../parts/hono.ts";
import { tookText } from "../parts/texts.ts";
import { outputPart } from "../parts/outputs.ts";

/** What a flag means. */
const FLAGS: Readonly<Record<RecordedCell["flags"][number], string>> = {
  "stale": "something that it uses was changed after it ran",
  "edited": "its cell has another source in the saved notebook",
  "out-of-order": "it ran after a cell that stands below it",
  "before-track": "it ran before track()",
  "excluded": "its source was kept out of the record",
  "deleted": "its cell is gone, and what it defined is used",
  "undefined": "it used names that no recorded cell defines",
  "old-module": "a local module was changed since it was imported",
};

/** Executions, one section each. */
export function cellParts(cells: readonly RecordedCell[]): Html[] {
  return cells.map(cellOf);
}

function cellOf(cell: RecordedCell): Html {
  const { index, status, flags, source, start_time, end_time } = cell;
  const name = cellName(cell);
  const took = start_time === null || end_time === null
    ? ""
    : tookText(start_time, end_time);
  return markup`<section class="cell" id="cell-${index}" data-cell="${index}" data-status="${status}" data-flags="${
    flags.join(" ")
  }" aria-label="Cell ${name}">
<p class="cell-head"><a href="#cell-${index}">${name}</a> <span class="cell-status">${status}</span>${
    flags.map((flag) =>
      markup` <span class="flag" title="${FLAGS[flag]}">${flag}</span>`
    )
  }${took === "" ? "" : markup` <span class="quiet">${took}</span>`}${
    cell.source_from === "file"
      ? markup` <span class="quiet">source from the notebook's file</span>`
      : ""
  }</p>
${
    source === ""
      ? markup`<p class="quiet">Its source was not seen.</p><pre hidden><code></code></pre>`
      : markup`<pre class="source"><code>${source}</code></pre>`
  }
${
    cell.outputs.map((output, n) =>
      outputPart(output, `cell ${name}, output ${n}`)
    )
  }
</section>
`;
}
