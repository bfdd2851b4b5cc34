/**
 * The result of `nbtrack run` for people.
 *
 * @module
 */
import { duration } from "../base/quantities.ts";
import type { RunSummary } from "../record/schema/summary.ts";
import type { RunNotebookResult } from "../runner/headless.ts";
import type { SweepResult } from "../runner/sweep.ts";
import { noPaint, type Paint } from "./paint.ts";
import { bestText, runsText } from "./runs_text.ts";

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
      : failures(result).map(({ cell, text }) => `Cell ${cell} failed: ${text}`)
        .join("\n"),
    ...undefinedName(result),
    ...(result.cut_off === null ? [] : [NOT_TO_ITS_END]),
  ];
  for (const run of result.runs) {
    lines.push(`run ${run}: ${nbtrack} show ${run.slice(0, 8)}`);
  }
  if (result.runs.length === 0) {
    lines.push(untrackedText(result.failed !== null));
  }
  if (result.output !== null) lines.push(`executed notebook ${result.output}`);
  return lines.join("\n");
}

const NOT_TO_ITS_END = "The notebook was not run to its end.";

/** The first failure, and what ended the notebook where that was another. */
function failures(
  { failed, failed_cell, cut_off, cut_off_cell }: RunNotebookResult,
): { cell: string; text: string }[] {
  const first = { failure: failed, name: failed_cell };
  const last = { failure: cut_off, name: cut_off_cell };
  return (cut_off?.cell === failed?.cell ? [first] : [first, last]).flatMap((
    { failure, name },
  ) =>
    failure === null ? [] : [{
      cell: name ?? `#${failure.cell}`,
      text: `${failure.ename}: ${failure.evalue}`,
    }]
  );
}

function untrackedText(failed: boolean): string {
  return failed
    ? "No run was tracked: no cell had called track() before that."
    : "No run was tracked: call track() in a cell, or give --track EXPERIMENT.";
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
  const failed = result.children.flatMap((child, i) => [
    ...failures(child).map(({ cell, text }) =>
      `Run ${i + 1} failed in cell ${cell}: ${text}`
    ),
    ...(child.cut_off === null
      ? []
      : [`Run ${i + 1} was cut off. ${NOT_TO_ITS_END}`]),
  ]);
  const { best, children, trials } = result;
  const whole = children.length === trials;
  const parts = [
    runs.length > 0
      ? runsText(runs, { ...options, best: new Set(best?.run_ids) })
      : whole
      ? untrackedText(failed.length > 0)
      : "",
    failed.join("\n"),
    best === null ? "" : bestText(best, paint),
    whole
      ? ""
      : `Interrupted: ${children.length} of ${trials} run${
        trials === 1 ? "" : "s"
      } ended; ${nbtrack} run ${result.notebook} --resume ${
        result.sweep.slice(0, 8)
      } completes the sweep.`,
    `Sweep ${result.sweep}: ${nbtrack} show ${result.sweep.slice(0, 8)}`,
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}
