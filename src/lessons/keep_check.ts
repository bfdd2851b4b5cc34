/**
 * Keeping what a check has found with the run that it was about, so that a teacher sees it on a server.
 *
 * @module
 */
import { isNbtrackError, messageOf } from "../base/errors.ts";
import { TRACKING_STATE } from "../base/names.ts";
import { CHECK_FILE } from "../base/record_files.ts";
import { askRecorder, type State } from "../track/state.ts";
import type { CheckResult } from "./result.ts";
import { Journal } from "../journal/journal.ts";

/**
 * Stores a result with the newest run of this kernel, also one that has ended and was delivered: what is new of it
 * is sent once. Where there is no run yet, or none can be written to, nothing is kept.
 */
export function keepCheck(
  title: string,
  { holds, points }: CheckResult,
): void {
  const state = (globalThis as { [TRACKING_STATE]?: State })[TRACKING_STATE];
  if (!state?.journal || state.session === null) return;
  const { journal, session: { session_id } } = state;
  try {
    const run = journal.runs.list({ session_id, reproductions: false })
      .find(({ listed }) => listed === 1);
    if (run === undefined) return;
    const json = JSON.stringify({ title, holds, points }, null, 2);
    const { text } = journal.redactor.json(json);
    Journal.of(journal).artifacts.put(
      run.run_id,
      CHECK_FILE,
      new TextEncoder().encode(text),
      { content_type: "application/json", origin: "record" },
    );
    // No cell waits for a recorder that is busy: it sends what it finds.
    askRecorder(state, { type: "changed", run_id: run.run_id })
      .catch((error) => notKept(state, error));
  } catch (error) {
    if (!isNbtrackError(error)) throw error;
    notKept(state, error);
  }
}

function notKept(state: State, error: unknown): void {
  state.problems.set(
    "check",
    `What check() found is kept with no run. ${messageOf(error)}`,
  );
}
