/**
 * Sessions in short, for lists of them.
 *
 * @module
 */
import type { Journal } from "../journal/journal.ts";
import { journalTable } from "../journal/run_table.ts";

/** A session in short. */
export interface SessionRow {
  session_id: string;
  notebook: string | null;
  start_time: number;
  end_time: number | null;
  /** Executions. */
  cells: number;
  kernel: "deno" | "nbtrack";
  /** The oldest first. */
  runs: readonly { run_id: string; name: string }[];
}

/** The newest sessions. @param limit At most so many; -1 for all */
export function sessionRows(journal: Journal, limit: number): SessionRow[] {
  return journal.sessions.list({ limit }).map((session) => {
    const { session_id, start_time, end_time, kernel } = session;
    return {
      session_id,
      notebook: journal.sessions.shownNotebook(session),
      start_time,
      end_time,
      cells: journal.executions.count(session_id),
      kernel,
      runs: journalTable(journal).ofSession(session_id)
        .map(({ run_id, name }) => ({ run_id, name })),
    };
  });
}
