/**
 * Fingerprints the files, folders and URLs that runs name, one after the other, beside the notebook.
 *
 * @module
 */
import { messageOf } from "../base/errors.ts";
import { lazyImport } from "../base/lazy.ts";
import type { DatasetRow } from "../journal/datasets.ts";
import type { Journal } from "../journal/journal.ts";
import { journalCache } from "./digest_cache.ts";
import type { RecorderLog } from "./log.ts";

/** The datasets of a session that wait for their fingerprint. */
export class DatasetQueue {
  readonly #journal: Journal;
  readonly #session_id: string;
  readonly #log: RecorderLog;
  readonly #work = new Map<string, Promise<void>>();
  #last: Promise<void> = Promise.resolve();

  constructor(journal: Journal, session_id: string, log: RecorderLog) {
    this.#journal = journal;
    this.#session_id = session_id;
    this.#log = log;
  }

  /** Takes up what is new. */
  look(): void {
    for (const row of this.#journal.datasets.waiting(this.#session_id)) {
      const key = keyOf(row.run_id, row.name);
      if (this.#work.has(key)) continue;
      const work = this.#last.then(() => this.#settle(row)).finally(() =>
        this.#work.delete(key)
      );
      this.#work.set(key, work);
      this.#last = work;
    }
  }

  /** Waits until a run's datasets, or one of them, have their fingerprint or their error. */
  async settled(run_id: string, name?: string): Promise<void> {
    const wanted = [...this.#work].filter(([key]) =>
      name === undefined
        ? key.startsWith(`${run_id} `)
        : key === keyOf(run_id, name)
    );
    await Promise.all(wanted.map(([, work]) => work));
  }

  async #settle(row: DatasetRow): Promise<void> {
    const { datasets, entries } = this.#journal;
    try {
      const { fingerprint } = await lazyImport<
        typeof import("../capture/dataset.ts")
      >("../capture/dataset.ts", import.meta.url);
      const found = await fingerprint(row.input, {
        cwd: row.cwd ?? Deno.cwd(),
        cache: journalCache(datasets),
      });
      datasets.settle(row.run_id, row.name, {
        fingerprint: JSON.stringify(found),
      });
    } catch (error) {
      const why = messageOf(error);
      this.#log.write(`dataset ${row.name}: ${why}`);
      datasets.settle(row.run_id, row.name, { error: why });
      entries.setMissing(row.run_id, `dataset "${row.name}"`, why);
    }
  }
}

function keyOf(run_id: string, name: string): string {
  return `${run_id} ${name}`;
}
