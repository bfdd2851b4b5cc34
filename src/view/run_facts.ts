/**
 * What is worth saying of a run besides its metrics: the cell that failed, and what is missing.
 *
 * Imported inside cells: nothing here may load a library.
 *
 * @module
 */
import { errorLineOf } from "../record/error_line.ts";
import { cellName } from "../record/cell_name.ts";
import { failedCells } from "../record/failed_cells.ts";
import type { Journal } from "../journal/journal.ts";
import { CELL_SOURCES, sourceGap } from "../record/source_gap.ts";

/** Longest message of an error that is shown, characters. */
const MAX_MESSAGE_CHARS = 200;
/** Further cells that failed, of which the names are said. */
const MAX_NAMED = 5;

const UNRUN =
  "it was not executed: it does not parse, or what it imports cannot be resolved";

/** The first cell that failed since a run was opened, with its error, and how many more did; null when none did. */
export function failedCell(journal: Journal, run_id: string): string | null {
  const row = journal.runs.get(run_id);
  if (row === undefined) return null;
  const failed = journal.executions.failed(row.session_id, row.last_execution);
  const [first, ...others] = failedCells(failed, row).flatMap((i) =>
    failed[i] ?? []
  );
  if (first === undefined) return null;
  const error = errorLineOf(journal, first)?.slice(0, MAX_MESSAGE_CHARS) ??
    UNRUN;
  return `cell ${cellName(first)}: ${error}${alsoFailed(others.map(cellName))}`;
}

/** Names of further cells, as far as a line holds them. */
function alsoFailed(names: readonly string[]): string {
  if (names.length === 0) return "";
  const shown = names.slice(0, MAX_NAMED).join(", ");
  return `; ${names.length} more failed: ${shown}${
    names.length > MAX_NAMED ? ", …" : ""
  }`;
}

/** What a run lacks, and why, one text each. */
export function missingOf(journal: Journal, run_id: string): string[] {
  const named = journal.entries.missing(run_id).map(({ what, why }) =>
    `${what}: ${why}`
  );
  const unseen = unseenOf(journal, run_id);
  return unseen === null ? named : [...named, `${CELL_SOURCES}: ${unseen}`];
}

/** What the notebook does not show of its state, one text each, once the run's record is complete. */
export function stateTexts(journal: Journal, run_id: string): string[] {
  const json = journal.entries.document(run_id, "hidden_state");
  const notes: unknown = json === undefined ? [] : JSON.parse(json);
  return (Array.isArray(notes) ? notes : []).flatMap((note) =>
    typeof note?.what === "string" ? [note.what] : []
  );
}

/** What a run that has ended lacks of its cells, until its record is complete and names it. */
function unseenOf(journal: Journal, run_id: string): string | null {
  const run = journal.runs.get(run_id);
  if (
    run === undefined || run.end_time === null || run.finalised_time !== null
  ) return null;
  const session = journal.sessions.get(run.session_id);
  const all = journal.executions.list(run.session_id, run.last_execution);
  return session === undefined || all.length === 0
    ? null
    : sourceGap(session, all);
}
