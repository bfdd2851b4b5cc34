/**
 * Whether a run can be deleted, and deleting it.
 *
 * @module
 */
import { isAlive } from "../base/process_identity.ts";
import type { Journal } from "../journal/journal.ts";

/**
 * Why a run must stay for now; null when it can be deleted.
 *
 * @param together ids of the runs that are to be deleted with it
 */
export function whyKept(
  journal: Journal,
  run_id: string,
  together: readonly string[],
): string | null {
  const run = journal.runs.get(run_id);
  if (run === undefined) return "the journal has no such run";
  const session = journal.sessions.get(run.session_id);
  const alive = session !== undefined && session.end_time === null &&
    isAlive({ pid: session.pid, started: session.process_started });
  if (alive && run.end_time === null) return "it is still open";
  if (alive && run.finalised_time === null) {
    return "its record is not complete yet: try again in a moment";
  }
  const children = journal.runs.children(run_id)
    .filter((child) => !together.includes(child.run_id));
  if (children.length > 0) {
    const [first] = children;
    return `${children.length} ${
      children.length === 1 ? "run belongs" : "runs belong"
    } to it, such as ${first?.run_id.slice(0, 8)}: delete them too`;
  }
  return null;
}
