/**
 * The result of `nbtrack run` for people.
 *
 * @module
 */
import { duration } from "../base/quantities.ts";
import type { RunSummary } from "../record/schema/summary.ts";
import type { RunNotebookResult } from "../runner/headless.ts";
import type { SweepResult } from "../runner/sweep.ts";
import { numberText } from "./format.ts";
import { noPaint, type Paint } from "./paint.ts";
import { runsText } from "./runs_text.ts";

/** What a text is made for. */
export interface RunTextOptions {
  /** Columns of the terminal. */
  width: number;
  /** @default {noPaint} */
  paint?: Paint;
  /** How nbtrack is called here. @default {"nbtrack"} */
  nbtrack?: string;
  /** Milliseconds since 1970. @default {now} */
  now?: number;
}

/** What became of a notebook, in a few lines. */
export function runText(
  result: RunNotebookResult,
  { nbtrack = "nbtrack" }: Pick<RunTextOptions, "nbtrack"> = {},
): string {
  const cells = `${result.cells} cell${result.cells === 1 ? "" : "s"}`;
  const lines = [
    result.failed === null
      ? `${cells} in ${duration(1000 * result.seconds)}`
      : `Cell ${
        result.failed_cell ?? `#${result.failed.cell}`
      } failed: ${result.failed.ename}: ${result.failed.evalue}`,
    ...undefinedName(result),
  ];
  for (const run of result.runs) {
    lines.push(`run ${run}: ${nbtrack} show ${run.slice(0, 8)}`);
  }
  if (result.runs.length === 0) {
    lines.push(
      result.failed === null
        ? "No run was tracked: call track() in a cell, or give --track EXPERIMENT."
        : "No run was tracked: no cell had called track() before that.",
    );
  }
  if (result.output !== null) lines.push(`executed notebook ${result.output}`);
  return lines.join("\n");
}

/** What to do where a cell used a name that no cell above it defines: in a page it may be there from an earlier day. */
function undefinedName(
  { failed }: Pick<RunNotebookResult, "failed">,
): string[] {
  const name = failed?.ename !== "ReferenceError"
    ? undefined
    : /^(\S+) is not defined$/.exec(failed.evalue)?.[1];
  return name === undefined ? [] : [
    `No cell above it defines ${name}: a new kernel runs the cells from the top. Move the cell that defines it above this one.`,
  ];
}

/** What became of a sweep: its runs as a table, what failed, and the best combination with its spread. */
export function sweepText(
  result: SweepResult,
  runs: readonly RunSummary[],
  options: RunTextOptions,
): string {
  const { nbtrack = "nbtrack", paint = noPaint } = options;
  const failed = result.children.flatMap(({ failed, failed_cell }, i) =>
    failed === null ? [] : [
      `Run ${i + 1} failed in cell ${
        failed_cell ?? `#${failed.cell}`
      }: ${failed.ename}: ${failed.evalue}`,
    ]
  );
  const { best } = result;
  const parts = [
    runs.length === 0
      ? "No run was tracked: call track() in a cell, or give --track EXPERIMENT."
      : runsText(runs, options),
    failed.join("\n"),
    best === null
      ? ""
      : `${paint("Best", "bold")}: ${
        Object.entries(best.params).map(([k, v]) => `${k}=${v}`).join(" ")
      }, ${best.metric} ${numberText(best.mean)}${
        best.std === null ? "" : ` ± ${numberText(best.std)}`
      } over ${best.n} run${best.n === 1 ? "" : "s"}`,
    `Sweep ${result.sweep}: ${nbtrack} show ${result.sweep.slice(0, 8)}`,
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}
