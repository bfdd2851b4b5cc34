/**
 * The end of a script: it closes the runs nobody ended, and leaves word of an error that ends it.
 *
 * @module
 */
import { messageOf } from "../base/errors.ts";
import type { RunJournal } from "../journal/run_journal.ts";

/** The runs of this process that may be open when it ends. */
interface OpenRuns {
  readonly journal: RunJournal | null;
  readonly open: Iterable<{ readonly run_id: string }>;
}

/** Closes a script's open runs when its process ends by itself. */
export function closeWithProcess(state: OpenRuns): void {
  let failure: string | null = null;
  const failed = (event: Event, thrown: unknown) => {
    if (event.defaultPrevented) return;
    failure = messageOf(thrown);
    leaveWord(state, failure);
    // Somebody who listens behind this may keep the process alive: then it was no end.
    setTimeout(() => {
      failure = null;
      leaveWord(state, null);
    });
  };
  globalThis.addEventListener("error", (e) => failed(e, e.error));
  globalThis.addEventListener(
    "unhandledrejection",
    (e) => failed(e, e.reason),
  );
  globalThis.addEventListener("unload", () => {
    const code = Deno.exitCode;
    const reason = failure ??
      (code === 0 ? null : `the process ended with code ${code}`);
    for (const run of state.open) {
      state.journal?.runs.end(
        run.run_id,
        reason === null ? "FINISHED" : "FAILED",
        { reason },
      );
    }
  });
}

/** An error that nobody catches ends the process without a further hook: the recorder reads what is left here. */
function leaveWord(state: OpenRuns, failure: string | null): void {
  for (const run of state.open) {
    state.journal?.entries.setDocument(
      run.run_id,
      "failure",
      JSON.stringify(failure),
    );
  }
}
