/**
 * Work that is done in processes of their own, one at a time, each of which takes all that waits.
 *
 * @module
 */

/** What one process takes at most. */
const MAX_TOGETHER = 100;

interface Job<T> {
  item: T;
  done: PromiseWithResolvers<void>;
}

/** Collects work. */
export class SubprocessQueue<T> {
  readonly #work: (
    items: readonly T[],
    finish: (item: T) => void,
  ) => Promise<void>;
  #waiting: Job<T>[] = [];
  #busy = false;

  /** @param work Does some of it; may finish single items before all are done. */
  constructor(
    work: (items: readonly T[], finish: (item: T) => void) => Promise<void>,
  ) {
    this.#work = work;
  }

  /** Has something done; rejects with what the work threw. */
  add(item: T): Promise<void> {
    const done = Promise.withResolvers<void>();
    this.#waiting.push({ item, done });
    this.#run();
    return done.promise;
  }

  async #run(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    for (;;) {
      await null; // what is asked for in one go is done in one go
      const jobs = this.#waiting.splice(0, MAX_TOGETHER);
      if (jobs.length === 0) break;
      const finish = (item: T) =>
        jobs.find((job) => job.item === item)?.done.resolve();
      try {
        await this.#work(jobs.map((job) => job.item), finish);
        for (const { done } of jobs) done.resolve();
      } catch (error) {
        for (const { done } of jobs) done.reject(error);
      }
    }
    this.#busy = false;
  }
}
