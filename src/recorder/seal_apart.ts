/**
 * Runs whose records wait to be completed: a process of its own takes all that wait, one such process at a time.
 *
 * @module
 */
import { messageOf, NbtrackError } from "../base/errors.ts";

/** Runs one process takes at most. */
const MAX_TOGETHER = 100;

/** Completes runs' records. */
export class SealQueue {
  readonly #home: string;
  readonly #partial: () => ReadonlySet<number>;
  #waiting: { run_id: string; done: PromiseWithResolvers<void> }[] = [];
  #busy = false;

  /** @param partial Positions of executions some of whose outputs were left out. */
  constructor(home: string, partial: () => ReadonlySet<number>) {
    this.#home = home;
    this.#partial = partial;
  }

  /**
   * Completes a run's record.
   *
   * @throws {NbtrackError} when the process that does it fails as a whole
   */
  seal(run_id: string): Promise<void> {
    const done = Promise.withResolvers<void>();
    this.#waiting.push({ run_id, done });
    this.#work();
    return done.promise;
  }

  async #work(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    for (;;) {
      await null; // what is asked for in one go is done in one go
      const runs = this.#waiting.splice(0, MAX_TOGETHER);
      if (runs.length === 0) break;
      try {
        await this.#sealAll(runs.map((run) => run.run_id));
        for (const { done } of runs) done.resolve();
      } catch (error) {
        for (const { done } of runs) done.reject(error);
      }
    }
    this.#busy = false;
  }

  async #sealAll(run_ids: readonly string[]): Promise<void> {
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--allow-all",
        "--no-config",
        "--no-lock",
        "--quiet",
        new URL("./seal_main.ts", import.meta.url).href,
        this.#home,
        ...run_ids,
      ],
      cwd: this.#home,
      stdin: "piped",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const positions = JSON.stringify([...this.#partial()]);
    const [{ success, stderr }] = await Promise.all([
      child.output(),
      new Blob([positions]).stream().pipeTo(child.stdin)
        .catch((error) => messageOf(error)), // one that ended at once tells why on its standard error
    ]);
    if (success) return;
    const [why = ""] = new TextDecoder().decode(stderr).trim().split("\n");
    throw new NbtrackError(`The record could not be completed: ${why}`);
  }
}
