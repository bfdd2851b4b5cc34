/**
 * What a saved notebook holds of executions: sources that were not seen, cell ids, order, cells kept out by a tag.
 *
 * @module
 */
import {
  mapCellIds,
  orderFlags,
  recoverCells,
  type RecoveredExecution,
} from "../notebook/recover_cells.ts";
import {
  EXCLUDED_OUTPUT,
  EXCLUDED_SOURCE,
  isExcluded,
} from "../notebook/excluded.ts";
import { type AnyOutput, inOnePiece } from "../notebook/outputs.ts";
import { codeCellsOf, type SavedNotebook } from "../notebook/saved_cells.ts";
import type { Execution, ExecutionFlag } from "../journal/executions.ts";
import type { Journal } from "../journal/journal.ts";
import type { Session } from "../journal/sessions.ts";

/** A notebook's file as it was read. */
export interface ReadNotebook {
  notebook: SavedNotebook;
  /** When it was saved, milliseconds since 1970. */
  mtime_ms: number;
}

/** Fills in the sources that the file is sure to hold. @returns whether it filled in any */
export function reconcileSources(
  journal: Journal,
  session: Session,
  { notebook, mtime_ms }: ReadNotebook,
): boolean {
  const filled = reconcileShown(journal, session, notebook);
  const all = journal.executions.list(session.session_id);
  const wanted = missingCounts(all, { notebook, mtime_ms });
  if (wanted.length === 0) return filled;
  const { recovered } = recoverCells({
    notebook,
    seen: all.filter((e) => e.source !== null && e.via !== "file").map((e) => ({
      execution_count: e.execution_count,
      source: e.source ?? "",
    })),
    missingCounts: wanted,
    sessionStart_ms: session.start_time,
    file_mtime_ms: mtime_ms,
  });
  const uncounted = all.find((e) =>
    e.source === null && e.execution_count === null
  );
  const newest = Math.max(...wanted);
  const sure = recovered.filter((cell) => cell.sure);
  for (const cell of sure) {
    const { execution_count } = cell;
    const known = all.find((e) => e.execution_count === execution_count) ??
      (execution_count === newest ? uncounted : undefined);
    putRecovered(journal, session.session_id, cell, known);
  }
  return filled || sure.length > 0;
}

/**
 * Fills in executions that were seen to show a run of this session: the cell with that output is theirs, whatever the
 * file's counts say; after a restart some are of the kernel before. @returns whether it filled in any
 */
function reconcileShown(
  journal: Journal,
  { session_id }: Session,
  notebook: SavedNotebook,
): boolean {
  const ids = journal.runs.list({ session_id }).map((r) =>
    r.run_id.slice(0, 8)
  );
  const saved = codeCellsOf(notebook).map((cell) => ({
    cell,
    shown: cell.outputs.map(dataOf),
  }));
  let filled = false;
  for (const known of journal.executions.list(session_id)) {
    if (known.source !== null) continue;
    const card = journal.executions.outputs(session_id, known.position)
      .map((json) => dataOf(JSON.parse(json) as AnyOutput))
      .find((data) => ids.some((id) => data?.includes(id)));
    if (card === undefined || card === null) continue;
    const [only, ...others] = saved.filter(({ cell, shown }) =>
      shown.includes(card) && cell.execution_count !== null &&
      cell.execution_count === (known.execution_count ?? cell.execution_count)
    );
    if (only === undefined || others.length > 0) continue;
    const { source, id, outputs, execution_count } = only.cell;
    if (execution_count === null) continue;
    const cell = { execution_count, source, id, outputs, sure: true };
    putRecovered(journal, session_id, cell, known);
    filled = true;
  }
  return filled;
}

/** The data an output shows, as text; null when it shows none. */
function dataOf(output: AnyOutput): string | null {
  const { data } = inOnePiece(output);
  return typeof data === "object" && data !== null
    ? JSON.stringify(Object.entries(data).sort())
    : null;
}

/** Counts of executions whose source is not known. */
function missingCounts(
  all: readonly Execution[],
  { notebook, mtime_ms }: ReadNotebook,
): number[] {
  const counts = (some: readonly Execution[]) =>
    some.flatMap((e) => e.execution_count === null ? [] : [e.execution_count]);
  const known = new Set(counts(all.filter((e) => e.source !== null)));
  const [only] = all;
  // Nothing was executed since: the one that is not known is the newest the file has.
  const alone = all.length === 1 && only?.source === null &&
    only.execution_count === null && only.end_time !== null &&
    only.end_time <= mtime_ms;
  const newest = alone ? newestTracking(notebook) : [];
  const highest = Math.max(0, ...counts(all), ...newest);
  return Array.from({ length: highest }, (_, i) => i + 1)
    .filter((count) => !known.has(count));
}

/** The newest count of a notebook, if its cell can be the one that called `track()`. */
function newestTracking(notebook: SavedNotebook): number[] {
  let newest = { execution_count: 0, source: "" };
  for (const { execution_count, source } of codeCellsOf(notebook)) {
    if (execution_count !== null && execution_count > newest.execution_count) {
      newest = { execution_count, source };
    }
  }
  return newest.source.includes("track") ? [newest.execution_count] : [];
}

function putRecovered(
  journal: Journal,
  session_id: string,
  cell: RecoveredExecution,
  known: Execution | undefined,
): void {
  const excluded = isExcluded(cell.source);
  const failed = cell.outputs.some((o) => o.output_type === "error");
  const position = known?.position ?? cell.execution_count;
  journal.executions.put({
    session_id,
    position,
    msg_id: known?.msg_id ?? null,
    execution_count: cell.execution_count,
    source: excluded ? EXCLUDED_SOURCE : cell.source,
    source_from: "file",
    cell_id: cell.id,
    status: known?.via === "wire" ? known.status : failed ? "error" : "ok",
    start_time: known?.start_time ?? null,
    end_time: known?.end_time ?? null,
    via: "file",
    flags: excluded ? ["excluded"] : known?.flags ?? [],
  });
  if (known?.status === "running") return;
  const outputs = cell.outputs.map((o) => JSON.stringify(o));
  // Of the cell that was running when the recording began the file has what came before, too.
  const seen = journal.executions.outputs(session_id, position).length;
  if (outputs.length < seen) return;
  journal.executions.putOutputs(
    session_id,
    position,
    excluded && outputs.length > 0
      ? [JSON.stringify(EXCLUDED_OUTPUT)]
      : outputs,
  );
}

/** Gives executions their cells' ids, flags their order, and takes out what a tag keeps out of the record. */
export function identifyCells(
  journal: Journal,
  session_id: string,
  notebook: SavedNotebook,
): void {
  const { executions } = journal;
  const all = executions.list(session_id).filter((e) => e.source !== null);
  const plain = all.map((e) => ({ ...e, source: e.source ?? "" }));
  const ids = mapCellIds({ notebook, executions: plain });
  const identified = plain.map((e, i) => ({
    ...e,
    cell_id: e.cell_id ?? ids.get(i) ?? null,
  }));
  const order = orderFlags(identified, notebook);
  const tags = new Map(codeCellsOf(notebook).map((c) => [c.id, c.tags]));
  identified.forEach((e, i) => {
    const already = e.flags.includes("excluded");
    const excluded = already ||
      isExcluded(e.source, e.cell_id === null ? [] : tags.get(e.cell_id));
    const flags: ExecutionFlag[] = excluded
      // Its source as executed is not known any more: it cannot be stale.
      ? [...(order[i] ?? []).filter((f) => f !== "stale"), "excluded"]
      : order[i] ?? [];
    if (excluded && !already) {
      executions.put({ ...e, source: EXCLUDED_SOURCE, flags });
      const shown = executions.outputs(session_id, e.position).length > 0;
      executions.putOutputs(
        session_id,
        e.position,
        shown ? [JSON.stringify(EXCLUDED_OUTPUT)] : [],
      );
    } else if (
      all[i]?.cell_id !== e.cell_id || all[i]?.flags.join() !== flags.join()
    ) executions.put({ ...e, flags });
  });
}
