/**
 * Sources of executions that were not seen, as the saved notebook has them.
 *
 * @module
 */
import { RUN_CARD } from "../base/media_types.ts";
import type { AnyOutput } from "../notebook/outputs.ts";
import { recoverCells } from "../notebook/recover_cells.ts";
import {
  codeCellsOf,
  type SavedCodeCell,
  type SavedNotebook,
} from "../notebook/saved_cells.ts";
import type { Execution } from "../journal/execution_row.ts";
import type { Journal } from "../journal/journal.ts";
import type { RunRow } from "../journal/run_row.ts";
import type { Session } from "../journal/sessions.ts";
import { confirms } from "./contradiction.ts";

/** A notebook's file as it was read. */
export interface ReadNotebook {
  notebook: SavedNotebook;
  /** When it was saved, milliseconds since 1970. */
  mtime_ms: number;
}

/** An execution that was not seen, and what the file has for it. */
export interface Candidate {
  position: number;
  execution_count: number | null;
  source: string;
  /** The cell's id; null when the file has none, or several equal cells fit. */
  id: string | null;
  /** Outputs as the file has them; null when they are those of a later execution. */
  outputs: readonly AnyOutput[] | null;
}

/** What the file has for executions that were not seen, as far as it is sure which cell each was. */
export function findCandidates(
  journal: Journal,
  session: Session,
  read: ReadNotebook,
): Candidate[] {
  const all = journal.executions.list(session.session_id);
  const unseen = all.filter((e) => e.source === null);
  const cells = codeCellsOf(read.notebook);
  const shown = unseen.flatMap((e) => showing(journal, e, cells) ?? []);
  const byPosition = new Map(shown.map((c) => [c.position, c]));
  const known = new Set(byPosition.keys());
  const counted = byCount(
    all.map((e) => asFilled(e, byPosition.get(e.position))),
    session,
    read,
  ).filter((c) => !known.has(c.position));
  for (const { position } of counted) known.add(position);
  const again = unseen.filter((e) => !known.has(e.position))
    .flatMap((e) => executedAgain(journal, e, cells) ?? []);
  return [...shown, ...counted, ...again];
}

/** An execution as it is once a candidate is taken for it. */
function asFilled(e: Execution, candidate: Candidate | undefined): Execution {
  if (candidate === undefined) return e;
  const { source, execution_count } = candidate;
  return { ...e, source, execution_count, source_from: "file" };
}

/** The runs that an execution opened. */
export function runsOpenedIn(
  journal: Journal,
  { session_id, start_time, end_time }: Execution,
): RunRow[] {
  if (start_time === null) return [];
  return journal.runs.list({ session_id }).filter((run) =>
    run.start_time >= start_time &&
    run.start_time <= (end_time ?? Infinity)
  );
}

/** What identifies a card of a run, also after it was updated. */
function cardKeys(outputs: readonly AnyOutput[]): string[] {
  return outputs.flatMap((output) => {
    const data = output["data"] as Record<string, unknown> | undefined;
    const card = data?.[RUN_CARD] as Record<string, unknown> | undefined;
    return card === undefined
      ? []
      : [`${card["run_id"]} ${card["display_id"] ?? card["as_of"]}`];
  });
}

/**
 * The cell that shows the run which an execution opened, whatever the file's counts say: after a restart some are of
 * the kernel before.
 */
function showing(
  journal: Journal,
  execution: Execution,
  cells: readonly SavedCodeCell[],
): Candidate | null {
  const { session_id, position, execution_count: count } = execution;
  const outputs = journal.executions.outputs(session_id, position)
    .map((json) => JSON.parse(json) as AnyOutput);
  const keys = new Set(cardKeys(outputs));
  if (keys.size === 0) return null;
  const [cell, ...others] = cells.filter((cell) =>
    cell.execution_count !== null &&
    cardKeys(cell.outputs).some((key) => keys.has(key))
  );
  if (cell === undefined || others.length > 0) return null;
  // A run that is taken up again is shown by the later execution, too.
  const later = count !== null && cell.execution_count !== count ||
    journal.executions.list(session_id).some((e) =>
      e.position !== position && e.execution_count === cell.execution_count
    );
  return {
    position,
    execution_count: later ? count : cell.execution_count,
    source: cell.source,
    id: cell.id,
    outputs: later ? null : cell.outputs,
  };
}

/** Executions by their counts. */
function byCount(
  all: readonly Execution[],
  session: Session,
  { notebook, mtime_ms }: ReadNotebook,
): Candidate[] {
  const missingCounts = missingCountsOf(all, { notebook, mtime_ms });
  if (missingCounts.length === 0) return [];
  const cells = codeCellsOf(notebook);
  const { recovered } = recoverCells({
    notebook,
    // What was read from the file says nothing about a file that has another source by now.
    seen: all.filter((e) =>
      e.source_from === "wire" ||
      cells.some((c) =>
        c.execution_count === e.execution_count && c.source === e.source
      )
    ).map((e) => ({
      execution_count: e.execution_count,
      source: e.source ?? "",
    })),
    missingCounts,
    sessionStart_ms: session.start_time,
    file_mtime_ms: mtime_ms,
  });
  const uncounted = all.find((e) =>
    e.source === null && e.execution_count === null
  );
  const newest = Math.max(...missingCounts);
  return recovered.filter((cell) => cell.sure).map((cell) => {
    const { execution_count, source, id, outputs } = cell;
    const known = all.find((e) => e.execution_count === execution_count) ??
      (execution_count === newest ? uncounted : undefined);
    const position = known?.position ?? execution_count;
    return { position, execution_count, source, id, outputs };
  });
}

/** Counts of executions whose source is not known. */
function missingCountsOf(
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

/** A cell that opened a run and was executed again before the file was saved: the only one whose call is that run's. */
function executedAgain(
  journal: Journal,
  execution: Execution,
  cells: readonly SavedCodeCell[],
): Candidate | null {
  const { position, execution_count: count } = execution;
  if (count === null) return null;
  const runs = runsOpenedIn(journal, execution);
  const [cell, ...others] = cells.filter((cell) =>
    (cell.execution_count ?? 0) > count &&
    runs.some((run) => confirms(cell.source, run))
  );
  if (cell === undefined || others.length > 0) return null;
  const { source, id } = cell;
  return { position, execution_count: count, source, id, outputs: null };
}
