/**
 * How a session begins and ends, and what its end means for the runs nobody ended.
 *
 * @module
 */
import type { ExecutionStatus } from "../../journal/execution_row.ts";
import type { RunStatus } from "../../base/run_status.ts";
import type { SessionEnd, SessionKind } from "../../journal/sessions.ts";

/** What is being executed. */
export interface Running {
  /** Digest of the source as executed; null when it was not seen. */
  digest: string | null;
  position: number;
}

/** How a log begins. */
export interface BeginOptions {
  /** A cell is being executed whose start nobody saw. */
  inCell: boolean;
  /** When the subscription stood, milliseconds since 1970. */
  subscribed_time: number;
  /** A recorder before this one has ended while the session went on. */
  replaces: boolean;
}

/** The end of a session. */
export interface SessionOutcome {
  /** Milliseconds since 1970. */
  time: number;
  reason: SessionEnd;
  /** What runs that are still open end as. */
  openRuns: { status: RunStatus; reason: string };
}

/** How far a session came. */
export interface SessionProgress {
  /** Whether a cell was being executed. */
  running: boolean;
  /** How the last execution that had ended went. */
  last: ExecutionStatus | undefined;
  /** Whether that one was interrupted. */
  interrupted: boolean;
  /** How many cells were executed. */
  executed: number;
  /** How many a runner had to execute; null when there was none, or it was done. */
  to_run: number | null;
  /** Whether somebody listened when its process ended. */
  seen: boolean;
}

/** What became of a session whose process is gone. */
export function outcomeOf(
  kind: SessionKind,
  { running, last, interrupted, executed, to_run, seen }: SessionProgress,
): SessionOutcome {
  const end = (
    reason: SessionEnd,
    status: RunStatus,
    why: string,
  ): SessionOutcome => ({
    time: Date.now(),
    reason,
    openRuns: { status, reason: why },
  });
  // A script that ends by itself closes its runs: one that is left open was killed.
  if (kind === "script") {
    return end("killed", "KILLED", "the process was killed");
  }
  if (kind === "repl") {
    return end("exited", "FINISHED", "deno repl was closed");
  }
  if (running) {
    return end(
      "killed",
      "KILLED",
      "the kernel ended while a cell was being executed",
    );
  }
  if (to_run !== null && (executed < to_run || interrupted)) {
    const how = interrupted ? ", the last was interrupted" : "";
    return end(
      "killed",
      "KILLED",
      `the notebook was not run to its end: ${executed} of ${to_run} cells were executed${how}`,
    );
  }
  if (!seen && last !== "error") {
    return end(
      "killed",
      "KILLED",
      "kernel and recorder ended, and nobody saw how: they were killed, or the machine went down",
    );
  }
  return last === "error"
    ? end("exited", "FAILED", "the last cell failed")
    : end("exited", "FINISHED", "the kernel was shut down");
}
