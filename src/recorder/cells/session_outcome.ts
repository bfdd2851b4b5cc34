/**
 * How a session begins and ends, and what its end means for the runs nobody ended.
 *
 * @module
 */
import type { ExecutionStatus } from "../../journal/executions.ts";
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

/**
 * What became of a session whose process is gone.
 *
 * @param running whether a cell was being executed
 * @param last how the last execution that had ended went
 */
export function outcomeOf(
  kind: SessionKind,
  running: boolean,
  last: ExecutionStatus | undefined,
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
  return last === "error"
    ? end("exited", "FAILED", "the last cell failed")
    : end("exited", "FINISHED", "the kernel was shut down");
}
