/**
 * Watches the process that executes a kernel's cells without a front end. When it is killed, nobody waits for the kernel
 * any more: it is ended, or it would go on computing and its run would stay open.
 *
 * @module
 */
import { isAlive, type ProcessIdentity } from "../base/process_identity.ts";

/** Watches one runner. */
export class RunnerWatch {
  #runner: ProcessIdentity | null = null;
  #killed = false;

  /** Why the runs end, once the runner was found killed; null before. */
  get reason(): string | null {
    return this.#killed ? "the process that ran the notebook was killed" : null;
  }

  /** A runner says who it is. */
  watch(runner: ProcessIdentity): void {
    this.#runner = runner;
  }

  /** Ends a living kernel whose runner has gone. */
  poll(kernel: ProcessIdentity): void {
    if (this.#runner === null || isAlive(this.#runner)) return;
    if (!isAlive(kernel)) return;
    this.#killed = true;
    Deno.kill(kernel.pid, "SIGKILL");
  }
}
