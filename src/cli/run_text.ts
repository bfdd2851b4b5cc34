/**
 * The result of `nbtrack run` for people.
 *
 * @module
 */
import type { RunGridResult, RunNotebookResult } from "../runner/headless.ts";

/** What became of a notebook, in a few lines. */
export function runText(result: RunNotebookResult | RunGridResult): string {
  if ("children" in result) {
    return result.children.map((child, i) => `${i + 1}. ${runText(child)}`)
      .join("\n");
  }
  const cells = `${result.cells} cell${result.cells === 1 ? "" : "s"}`;
  const lines = [
    result.failed === null
      ? `${cells} in ${result.seconds.toFixed(1)} s`
      : `Cell ${
        result.failed.cell + 1
      } failed: ${result.failed.ename}: ${result.failed.evalue}`,
  ];
  for (const run of result.runs) {
    lines.push(`run ${run}: nbtrack show ${run.slice(0, 8)}`);
  }
  if (result.runs.length === 0) {
    lines.push(
      "No run was tracked: call track() in a cell, or give --track EXPERIMENT.",
    );
  }
  if (result.output !== null) lines.push(`executed notebook ${result.output}`);
  return lines.join("\n");
}
