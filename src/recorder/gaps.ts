/**
 * What a run's record lacks of its cells, in words.
 *
 * @module
 */
import type { Journal } from "../journal/journal.ts";
import type { RunRow } from "../journal/run_row.ts";
import type { Session } from "../journal/sessions.ts";
import { MAX_CELL_OUTPUT_CHARS } from "./cells/output_log.ts";
import { cellName } from "../record/cell_name.ts";
import { CELL_SOURCES, sourceGap } from "../record/source_gap.ts";

/** Names the cell executions whose source nobody saw. */
export function nameSources(
  journal: Journal,
  session: Session,
  run: RunRow,
): void {
  const why = sourceGap(
    session,
    journal.executions.list(session.session_id, run.last_execution),
  );
  if (why === null) journal.entries.removeMissing(run.run_id, CELL_SOURCES);
  else journal.entries.setMissing(run.run_id, CELL_SOURCES, why);
}

/** Names the cell executions whose outputs were too long to be kept whole. */
export function nameOutputs(
  journal: Journal,
  run: RunRow,
  partial: ReadonlySet<number>,
): void {
  const all = journal.executions.list(run.session_id, run.last_execution);
  const cells = all.flatMap((execution, index) =>
    partial.has(execution.position) ? [cellName({ ...execution, index })] : []
  );
  if (cells.length === 0) return;
  journal.entries.setMissing(
    run.run_id,
    "outputs",
    `The outputs of ${cells.length === 1 ? "cell" : "cells"} ${
      cells.join(", ")
    } are longer than ${
      MAX_CELL_OUTPUT_CHARS.toLocaleString("en")
    } characters; of what is beyond, only the digest is kept.`,
  );
}
