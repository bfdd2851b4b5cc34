/**
 * The executions of a session in time: which one a moment belongs to, and what may be missing among them.
 *
 * @module
 */
import {
  type Execution,
  FIRST_SEEN_POSITION,
} from "../../journal/execution_row.ts";
import type { Journal } from "../../journal/journal.ts";

/** The latest executions of a session, the newest first; all of them are never in memory. */
export function* latest(
  journal: Journal,
  session_id: string,
): Generator<Execution> {
  const { executions } = journal;
  const last = executions.lastPosition(session_id) ?? 0;
  for (let at = last; at >= FIRST_SEEN_POSITION; at--) {
    const execution = executions.get(session_id, at);
    if (execution !== undefined) yield execution;
  }
  // Those that only the file holds have far lower positions.
  yield* executions.list(session_id, FIRST_SEEN_POSITION - 1).reverse();
}

/** The execution that was going on at a time, else the last one before it. */
export function executionAt(
  journal: Journal,
  session_id: string,
  time: number,
): Execution | undefined {
  let timeless: Execution | undefined;
  for (const execution of latest(journal, session_id)) {
    // Those that only the file holds have no time: they lie among the others.
    if (execution.start_time === null) timeless ??= execution;
    else if (execution.start_time <= time) return execution;
  }
  return timeless;
}

/** Names on every run whose record is not complete that executions may have been missed. */
export function nameGap(
  journal: Journal,
  session_id: string,
  why: string,
): void {
  for (const run of journal.runs.unfinalised(session_id)) {
    journal.entries.setMissing(run.run_id, "cell executions", why);
  }
}
