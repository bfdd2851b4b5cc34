/**
 * Filling in from the notebook's file an execution that was not seen, or what it showed.
 *
 * @module
 */
import {
  EXCLUDED_OUTPUT,
  EXCLUDED_SOURCE,
  isExcluded,
} from "../notebook/excluded.ts";
import type { Journal } from "../journal/journal.ts";
import type { AnyOutput } from "../notebook/outputs.ts";
import { codeCellsOf, comparable } from "../notebook/saved_cells.ts";
import type { Taken } from "../redaction/redaction.ts";
import { forgetUses } from "./kept_out.ts";
import { nameShown, unshownCells } from "./cells/unseen_cells.ts";
import type { Candidate, ReadNotebook } from "./recover_sources.ts";

/** Fills in an execution from the file. @param taken What was taken out of the file */
export function putRecovered(
  journal: Journal,
  session_id: string,
  { position, execution_count, source, id, outputs }: Candidate,
  taken: readonly Taken[],
): void {
  const { executions, entries } = journal;
  const known = executions.get(session_id, position);
  if (known !== undefined && known.source !== null) return;
  const excluded = isExcluded(source);
  const failed = outputs?.some((o) => o.output_type === "error") === true;
  executions.put({
    session_id,
    position,
    msg_id: known?.msg_id ?? null,
    execution_count: execution_count ?? known?.execution_count ?? null,
    source: excluded ? EXCLUDED_SOURCE : source,
    source_from: "file",
    source_gap: null,
    cell_id: id,
    status: known?.via === "wire" ? known.status : failed ? "error" : "ok",
    start_time: known?.start_time ?? null,
    end_time: known?.end_time ?? null,
    via: "file",
    flags: excluded ? ["excluded"] : known?.flags ?? [],
  });
  if (excluded) forgetUses(journal, session_id, position);
  const count = execution_count ?? known?.execution_count ?? null;
  if (!excluded) {
    entries.setRedacted(
      session_id,
      `${called(count)} source`,
      taken.filter(({ placeholder }) => source.includes(placeholder)),
    );
  }
  if (known?.status === "running" || outputs === null) return;
  // Of the cell that was running when the recording began the file has what came before, too.
  const seen = executions.outputs(session_id, position).length;
  if (outputs.length < seen) return;
  putOutputs(
    journal,
    { session_id, position, count, excluded },
    outputs,
    taken,
  );
}

/**
 * Fills in what cells showed of which another than the recorder knows that they ran: the file has each with its count
 * and its source, and was saved after its end.
 */
export function putShown(
  journal: Journal,
  session_id: string,
  { notebook, mtime_ms, taken }: ReadNotebook & { taken: readonly Taken[] },
): void {
  const unshown = unshownCells(journal, session_id);
  if (unshown.size === 0) return;
  const cells = codeCellsOf(notebook);
  const shown = new Set<string>();
  for (const execution of journal.executions.list(session_id)) {
    const { msg_id, position, source, execution_count: count } = execution;
    if (msg_id === null || !unshown.has(msg_id) || source === null) continue;
    const [cell, ...others] = cells.filter((cell) =>
      cell.execution_count === count &&
      comparable(cell.source) === comparable(source)
    );
    const later = mtime_ms >= (execution.end_time ?? Infinity);
    if (cell === undefined || others.length > 0 || !later) continue;
    shown.add(msg_id);
    const seen = journal.executions.outputs(session_id, position).length;
    if (cell.outputs.length <= seen) continue;
    const excluded = execution.flags.includes("excluded");
    const at = { session_id, position, count, excluded };
    putOutputs(journal, at, cell.outputs, taken);
  }
  nameShown(journal, session_id, shown);
}

function putOutputs(
  { executions, entries }: Journal,
  { session_id, position, count, excluded }: {
    session_id: string;
    position: number;
    count: number | null;
    excluded: boolean;
  },
  outputs: readonly AnyOutput[],
  taken: readonly Taken[],
): void {
  const texts = excluded && outputs.length > 0
    ? [JSON.stringify(EXCLUDED_OUTPUT)]
    : outputs.map((output) => JSON.stringify(output));
  executions.putOutputs(session_id, position, texts);
  if (excluded) return;
  texts.forEach((text, n) =>
    entries.setRedacted(
      session_id,
      `${called(count)} output ${n + 1}`,
      taken.filter(({ placeholder }) => text.includes(placeholder)),
    )
  );
}

function called(count: number | null): string {
  return `cell [${count ?? "?"}]`;
}
