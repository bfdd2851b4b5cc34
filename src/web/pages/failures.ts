/**
 * The cells in which a run failed, as links to them.
 *
 * @module
 */
import { shortened } from "../../base/markup.ts";
import { cellName } from "../../record/cell_name.ts";
import { errorLineAmong } from "../../record/error_line.ts";
import { failedCells } from "../../record/failed_cells.ts";
import type { RunRecord } from "../../record/schema/record.ts";
import { type Html, markup } from "../parts/hono.ts";

/** Failed cells that are named, and characters of what each said. */
const MAX_FAILED = 10;
const MAX_ERROR = 200;

/** In which cells a run has failed, behind its state; each is a link to the cell. */
export function failedIn(run: RunRecord): Html | "" {
  const failed = failedOf(run);
  if (failed.shown.length === 0) {
    return run.failed_cell === undefined
      ? ""
      : markup` in cell ${run.failed_cell}`;
  }
  return markup`${run.status === "FAILED" ? " in " : ", failed: "}${
    failed.shown.map((cell, i) => markup`${i === 0 ? "" : ", "}${linkTo(cell)}`)
  }${failed.more === 0 ? "" : ` and ${failed.more} more`}`;
}

/** The cells that failed, and what they said; null where none did. */
export function failuresOf(run: RunRecord): Html | null {
  const failed = failedOf(run);
  if (failed.shown.length === 0) return null;
  return markup`${
    failed.shown.map((cell, i) => {
      const said = errorLineAmong(cell.outputs);
      return markup`${i === 0 ? "" : markup`<br>`}${linkTo(cell)}${
        said === null ? "" : `: ${shortened(said, MAX_ERROR)}`
      }`;
    })
  }${failed.more === 0 ? "" : markup`<br>and ${failed.more} more`}`;
}

function failedOf(run: RunRecord) {
  const failed = failedCells(run.cells, run).flatMap((i) => run.cells[i] ?? []);
  return {
    shown: failed.slice(0, MAX_FAILED),
    more: Math.max(0, failed.length - MAX_FAILED),
  };
}

function linkTo(cell: RunRecord["cells"][number]): Html {
  return markup`<a href="#cell-${cell.index}">cell ${cellName(cell)}</a>`;
}
