/**
 * Fingerprints the files, folders and URLs that runs name, beside the notebook.
 *
 * @module
 */
import { messageOf } from "../base/errors.ts";
import type { DatasetRow } from "../journal/datasets.ts";
import type { Journal } from "../journal/journal.ts";
import { runSubprocess } from "./subprocess.ts";
import { SubprocessQueue } from "./subprocess_queue.ts";
import type { RecorderLog } from "../base/log.ts";

const MODULE = new URL("./fingerprint_main.ts", import.meta.url);

/** The datasets of a session that wait for their fingerprint. */
export class DatasetQueue {
  readonly #journal: Journal;
  readonly #session_id: string;
  readonly #log: RecorderLog;
  readonly #work = new Map<string, Promise<void>>();
  readonly #queue: SubprocessQueue<DatasetRow>;

  constructor(journal: Journal, session_id: string, log: RecorderLog) {
    this.#journal = journal;
    this.#session_id = session_id;
    this.#log = log;
    this.#queue = new SubprocessQueue((rows, finish) =>
      runSubprocess(MODULE, {
        secrets: this.#journal.redactor.known?.(),
        args: [journal.home],
        input: rows.map((
          { run_id, name, input, cwd, time, ...row },
        ) => ({
          run_id,
          name,
          input,
          cwd,
          time,
          named_mtime_ms: row.named_mtime_ms,
          named_digest: row.named_digest,
          named_size: row.named_size,
        })),
        onLine: (line) => {
          const row = rows[Number(line)];
          if (row !== undefined) finish(row);
        },
      })
    );
  }

  /** Starts work on datasets that are new. */
  poll(): void {
    for (const row of this.#journal.datasets.waiting(this.#session_id)) {
      const key = keyOf(row.run_id, row.name);
      if (this.#work.has(key)) continue;
      const work = this.#queue.add(row)
        .catch((error) => this.#failed(row, error))
        .finally(() => this.#work.delete(key));
      this.#work.set(key, work);
    }
  }

  /** Waits until a run's datasets, or one of them, have their fingerprint or their error. */
  async finished(run_id: string, name?: string): Promise<void> {
    const wanted = [...this.#work].filter(([key]) =>
      name === undefined
        ? key.startsWith(`${run_id} `)
        : key === keyOf(run_id, name)
    );
    await Promise.all(wanted.map(([, work]) => work));
  }

  /** The subprocess failed: the datasets it had not finished get its error. */
  #failed({ run_id, name }: DatasetRow, error: unknown): void {
    const why = messageOf(error);
    this.#log.write(`dataset ${name}: ${why}`);
    this.#journal.datasets.finish(run_id, name, { error: why });
    this.#journal.entries.setMissing(run_id, `dataset "${name}"`, why);
  }
}

function keyOf(run_id: string, name: string): string {
  return `${run_id} ${name}`;
}
