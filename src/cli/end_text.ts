/**
 * How a run went, for a terminal: when, its state, which cells failed, what reproductions found.
 *
 * @module
 */
import { cellName } from "../record/cell_name.ts";
import { errorLineAmong } from "../record/error_line.ts";
import { failedCells } from "../record/failed_cells.ts";
import type { FoundVerdict } from "../record/found_verdicts.ts";
import { VERDICT_TAG } from "../record/own_tags.ts";
import type { RunRecord } from "../record/schema/record.ts";
import { ago, clock, spanText } from "./format.ts";
import { noPaint, type Paint, paintState } from "./paint.ts";
import { fields } from "./table.ts";
import { plainLine } from "./text.ts";

/** Characters of an error. */
const MAX_ERROR_CHARS = 200;
/** Reproductions that are named. */
const MAX_VERDICTS = 3;

/** What the text is made for. */
export interface EndOptions {
  /** Columns of the terminal. */
  width: number;
  /** @default {noPaint} */
  paint?: Paint;
  /** Milliseconds since 1970. @default {now} */
  now?: number;
  /** The reproductions of the run. @default {none} */
  verdicts?: readonly FoundVerdict[];
}

/** How it went, as the last thing on a terminal. */
export function endText(run: RunRecord, options: EndOptions): string {
  const { width, paint = noPaint, now = Date.now() } = options;
  const took = spanText(run.start_time, run.end_time);
  const failed = failedCells(run.cells, run).flatMap((i) => run.cells[i] ?? []);
  return fields(
    [
      [
        "Started",
        `${clock(run.start_time)}, ${ago(run.start_time, now)}${
          took === null ? "" : `, took ${took}`
        }`,
      ],
      [
        "Status",
        run.end_reason === null
          ? run.status
          : `${run.status}: ${run.end_reason}`,
      ],
      ["Failed", failed.map(failureText).join("; ")],
      ["Verdict", verdictText(run, options)],
      ["Delivery", run.delivery.url ?? run.delivery.state],
    ],
    width,
    (label, text) =>
      label === "Status" || label === "Delivery"
        ? paintState(text, paint)
        : text,
  );
}

/** What the run found as a reproduction, and what the newest ones of itself did. */
function verdictText(
  { tags }: RunRecord,
  { verdicts = [], now = Date.now() }: EndOptions,
): string {
  const found = verdicts.filter(({ verdict }) => verdict !== null);
  const more = found.length - MAX_VERDICTS;
  return [
    ...Object.hasOwn(tags, VERDICT_TAG) ? [tags[VERDICT_TAG] ?? ""] : [],
    ...found.slice(0, MAX_VERDICTS).map(({ run_id, start_time, verdict }) =>
      `${verdict} by ${run_id.slice(0, 8)}, ${ago(start_time, now)}`
    ),
    ...more > 0 ? [`${more} more before`] : [],
  ].join("; ");
}

function failureText(cell: RunRecord["cells"][number]): string {
  const said = errorLineAmong(cell.outputs);
  return `cell ${cellName(cell)}${
    said === null ? "" : `: ${plainLine(said).slice(0, MAX_ERROR_CHARS)}`
  }`;
}
