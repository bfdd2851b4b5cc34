/**
 * Following runs in the journal as they go.
 *
 * @module
 */
import { withMinusZero } from "../base/numbers.ts";
import type { Journal } from "../journal/journal.ts";
import type { RunRow } from "../journal/run_row.ts";
import { summaryOfRow } from "./journal_record.ts";
import type { RunSummary } from "./schema/summary.ts";
import { isFollowed } from "./session_processes.ts";

/** A run at a moment. */
export interface RunUpdate extends RunSummary {
  /** Cell executions so far. */
  cells: number;
  /** Position of the cell that is being executed, from 0; null when none is. */
  running: number | null;
}

/** What was seen at one moment. */
export interface WatchState {
  /** Runs that are not as they were at the last poll. */
  changed: RunUpdate[];
  /** All that are followed. */
  all: RunUpdate[];
  /** Whether one of them is still open. */
  open: boolean;
}

/** Follows runs: those that are given, or all that are open now. */
export class RunWatch {
  readonly #journal: Journal;
  readonly #run_ids: readonly string[];
  readonly #seen = new Map<string, string>();
  /** Runs whose process and recorder are gone, and that nobody ended. */
  readonly lost: Set<string> = new Set();

  constructor(journal: Journal, run_ids: readonly string[] = []) {
    this.#journal = journal;
    this.#run_ids = run_ids.length > 0
      ? [...new Set(run_ids)]
      : journal.runs.list({ listed: true }).filter((run) =>
        run.end_time === null && willEnd(journal, run)
      ).map((run) => run.run_id).reverse();
  }

  /** Reads the runs once. */
  poll(): WatchState {
    const journal = this.#journal;
    const all: RunUpdate[] = [];
    const changed: RunUpdate[] = [];
    let open = false;
    for (const run_id of this.#run_ids) {
      const row = journal.runs.get(run_id);
      if (row === undefined) continue; // it was deleted meanwhile
      const update = updateOf(journal, row);
      all.push(update);
      const text = JSON.stringify(update, withMinusZero);
      if (this.#seen.get(run_id) !== text) changed.push(update);
      this.#seen.set(run_id, text);
      if (row.end_time !== null) continue;
      if (willEnd(journal, row)) open = true;
      else this.lost.add(run_id);
    }
    return { changed, all, open };
  }
}

function updateOf(journal: Journal, row: RunRow): RunUpdate {
  const cells = journal.executions.list(row.session_id, row.last_execution);
  const running = cells.findLastIndex((cell) => cell.status === "running");
  return {
    ...summaryOfRow(journal, row),
    cells: cells.length,
    running: row.end_time !== null || running < 0 ? null : running,
  };
}

/** Whether somebody is there to end a run. */
function willEnd(journal: Journal, run: RunRow): boolean {
  const session = journal.sessions.get(run.session_id);
  return session !== undefined && isFollowed(session);
}
