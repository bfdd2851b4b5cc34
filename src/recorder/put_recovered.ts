/**
 * Filling in an execution that was not seen.
 *
 * @module
 */
import {
  EXCLUDED_OUTPUT,
  EXCLUDED_SOURCE,
  isExcluded,
} from "../notebook/excluded.ts";
import type { Journal } from "../journal/journal.ts";
import type { Candidate } from "./recover_sources.ts";

/** Fills in an execution from the file. */
export function putRecovered(
  journal: Journal,
  session_id: string,
  { position, execution_count, source, id, outputs }: Candidate,
): void {
  const { executions } = journal;
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
  if (known?.status === "running" || outputs === null) return;
  // Of the cell that was running when the recording began the file has what came before, too.
  const seen = executions.outputs(session_id, position).length;
  if (outputs.length < seen) return;
  executions.putOutputs(
    session_id,
    position,
    excluded && outputs.length > 0
      ? [JSON.stringify(EXCLUDED_OUTPUT)]
      : outputs.map((o) => JSON.stringify(o)),
  );
}
