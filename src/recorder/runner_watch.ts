/**
 * Watches the process that runs a kernel: a runner, or the tracked kernel's program. When it is killed, nobody reaches
 * the kernel any more: it is ended, or it would go on computing and its run would stay open.
 *
 * @module
 */
import { isAlive } from "../base/process_identity.ts";
import type { Journal } from "../journal/journal.ts";
import type { Session, Sessions } from "../journal/sessions.ts";

/** Watches the runner of one session. */
export class RunnerWatch {
  readonly #sessions: Sessions;
  readonly #session_id: string;
  #killed = false;

  constructor({ sessions }: Journal, { session_id }: Session) {
    this.#sessions = sessions;
    this.#session_id = session_id;
  }

  /** Why the runs end, once a runner was found killed; null before. */
  get reason(): string | null {
    return this.#killed ? "the process that ran the notebook was killed" : null;
  }

  /** Ends a living kernel whose runner has gone. */
  poll(): void {
    const session = this.#sessions.get(this.#session_id);
    if (session === undefined || !isAbandoned(session)) return;
    // With the tracked kernel's program the kernel itself was killed: what becomes of runs depends on their cells.
    this.#killed = session.kernel !== "nbtrack";
    Deno.kill(session.pid, "SIGKILL");
  }
}

/** Whether a session's kernel lives on without the process that ran it. */
export function isAbandoned(session: Session): boolean {
  const { pid, process_started, runner_pid, runner_started } = session;
  if (runner_pid === null || runner_started === null) return false;
  return !isAlive({ pid: runner_pid, started: runner_started }) &&
    isAlive({ pid, started: process_started });
}
