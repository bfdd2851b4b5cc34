/**
 * The executions of a session in time: which one a moment belongs to, and what may be missing among them.
 *
 * @module
 */
import type { Execution } from "../journal/executions.ts";
import type { Journal } from "../journal/journal.ts";

/** The execution that was going on at a time, else the last one before it. */
export function executionAt(
  journal: Journal,
  session_id: string,
  time: number,
): Execution | undefined {
  const all = journal.executions.list(session_id);
  // Of those that only the file tells no time is known: they lie among the others.
  return all.findLast((e) => e.start_time !== null && e.start_time <= time) ??
    all.findLast((e) => e.start_time === null);
}

/** Names on every open run that executions may have been missed. */
export function nameGap(
  journal: Journal,
  session_id: string,
  why: string,
): void {
  for (const run of journal.runs.open(session_id)) {
    journal.entries.setMissing(run.run_id, "cell executions", why);
  }
}
