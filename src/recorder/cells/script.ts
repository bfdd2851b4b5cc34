/**
 * A script as the one cell of its session.
 *
 * @module
 */

import type { ExecutionStatus } from "../../journal/execution_row.ts";
import type { Journal } from "../../journal/journal.ts";

/** The source of a session's main module; null when it cannot be read, which is named when its runs end. */
export function scriptSource(main: string | null): string | null {
  try {
    return main === null ? null : Deno.readTextFileSync(new URL(main));
  } catch {
    return null; // a URL that is no file, or a file that is gone
  }
}

/** How a script ended, from the state of its runs: it closes them itself unless it is killed. */
export function scriptStatus(
  journal: Journal,
  session_id: string,
): ExecutionStatus {
  const runs = journal.runs.list({ session_id });
  if (runs.some((run) => failureOf(journal, run.run_id) !== null)) {
    return "error";
  }
  if (runs.some((run) => run.end_time === null)) return "aborted";
  return runs[0]?.status === "FAILED" ? "error" : "ok";
}

/** The error that ended a script, of which its process left word on the run; null when there was none. */
export function failureOf(journal: Journal, run_id: string): string | null {
  const json = journal.entries.document(run_id, "failure");
  const failure: unknown = json === undefined ? null : JSON.parse(json);
  return typeof failure === "string" ? failure : null;
}
