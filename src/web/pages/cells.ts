/**
 * The cell executions of a run.
 *
 * @module
 */
import type { CellAgainst, CellsAgainst } from "../../record/cells_against.ts";
import { cellName } from "../../record/cell_name.ts";
import type { FlagSentence } from "../../record/flag_sentences.ts";
import type { RecordedCell } from "../../record/schema/record.ts";
import { diffOf, lonely } from "../parts/diff.ts";
import { type Html, markup } from "../parts/hono.ts";
import { sourceText } from "../../base/markup.ts";
import { tookText } from "../parts/texts.ts";
import { outputPart } from "../parts/outputs.ts";

/** What executions are shown with. */
export interface CellsContext {
  /** What flags say of each. */
  sentences?: ReadonlyMap<number, readonly FlagSentence[]>;
  /** What their sources are compared with, and what it is called. */
  against?: { name: string; cells: CellsAgainst } | null;
  /** Whether outputs are shown. @default {true} */
  outputs?: boolean;
  /** The index of the cell that the page opens at. @default {none} */
  opened?: string | undefined;
  /** Before the addresses of cells: those of another page. @default {""} */
  page?: string;
}

/** Executions, one section each. */
export function cellParts(
  cells: readonly RecordedCell[],
  context: CellsContext = {},
): Html[] {
  const left = Map.groupBy(
    context.against?.cells.left ?? [],
    ({ after }) => after,
  );
  const behind = (index: number) =>
    (left.get(index) ?? []).map(({ source }) =>
      markup`<div class="cell" data-change="removed"><p class="cell-head">not in this run</p>${
        diffOf(lonely("-", source))
      }</div>
`
    );
  return [
    ...behind(-1),
    ...cells.flatMap((cell) => [
      cellOf(cell, context),
      ...behind(cell.index),
    ]),
  ];
}

function cellOf(cell: RecordedCell, context: CellsContext): Html {
  const { index, status, flags, start_time, end_time } = cell;
  const { sentences, against, outputs = true, page = "", opened } = context;
  const name = cellName(cell);
  const took = start_time === null || end_time === null
    ? ""
    : tookText(start_time, end_time);
  const compared = against?.cells.cells.get(index);
  return markup`<section class="cell"${
    page === "" ? markup` id="cell-${index}"` : ""
  }${
    // Without scripts a browser scrolls to what is to have the focus.
    opened === String(index)
      ? markup` tabindex="-1" autofocus`
      : ""} data-cell="${index}" data-status="${status}" data-flags="${
    flags.join(" ")
  }" aria-label="Cell ${name}">
<p class="cell-head"><a href="${page}#cell-${index}">${name}</a> <span class="cell-status">${status}</span>${
    flags.map((flag) => markup` <span class="flag">${flag}</span>`)
  }${took === "" ? "" : markup` <span class="quiet">${took}</span>`}${
    cell.source_from === "file"
      ? markup` <span class="quiet">source from the notebook's file</span>`
      : ""
  }${
    compared === undefined || against === null || against === undefined
      ? ""
      : markup` <span class="quiet">${
        wordsOf(compared.change)
      } ${against.name}</span>`
  }</p>
${(sentences?.get(index) ?? []).map((one) => sentenceOf(one, page))}${
    sourcePart(cell, compared)
  }
${
    outputs
      ? cell.outputs.map((output, n) =>
        outputPart(output, `cell ${name}, output ${n}`)
      )
      : ""
  }
</section>
`;
}

function sentenceOf({ what, flag, by }: FlagSentence, page: string): Html {
  return markup`<p class="note" data-flag="${flag}">${what}${
    by === null ? "" : markup` <a href="${page}#cell-${by}">to that cell</a>`
  }</p>
`;
}

function sourcePart(
  { source }: RecordedCell,
  compared: CellAgainst | undefined,
): Html {
  if (source === "") {
    return markup`<p class="quiet">Its source was not seen.</p><pre hidden><code></code></pre>`;
  }
  const whole = markup`<pre class="source"><code>${
    sourceText(source)
  }</code></pre>`;
  return compared?.diff === "" || compared === undefined
    ? whole
    : markup`<details class="twin"><summary>Whole source</summary>${whole}</details>
${diffOf(compared.diff)}`;
}

function wordsOf(change: CellAgainst["change"]): string {
  return {
    same: "the same as in",
    changed: "other than in",
    moved: "executed at another place than in",
    added: "not in",
  }[change];
}
