/**
 * Logging metric points: written through to a file at once, moved into the journal in blocks.
 *
 * A point is 32 bytes in a write-ahead file of its run before the logging call returns (one `write`, about 1 µs),
 * so a killed kernel loses none and a reader sees it at once, although a loop without `await` runs no timer.
 * Blocks of points go to SQLite when the buffer is full, shortly after the cell yields, and at the run's end.
 * A journal that is locked, full or damaged holds nothing up: the points stay in the file, and it is tried again.
 *
 * @module
 */
import { readWriteAheadLog, WriteAheadLog } from "./write_ahead_log.ts";
import type { JournalDatabase } from "./database.ts";
import type { Redactor } from "../redaction/redaction.ts";
import { MetricNames, type NumberedMetric } from "./metric_names.ts";
import { BLOCK_POINTS, insertBlock, nextSeq } from "./metric_blocks.ts";
import { absorb } from "./metrics.ts";
import { POINT_BYTES, readPoints, writePoint } from "./points.ts";

/** How long after a yielded call a partial block is written, milliseconds. */
const FLUSH_DELAY_MS = 100;
/** How long the journal is left alone after it failed, milliseconds. */
const RETRY_MS = 1000;

/** Writes one run's metrics; there is one writer for a run, in the process that tracks it. */
export class MetricWriter {
  readonly #db: JournalDatabase;
  readonly #folder: string;
  readonly #run_id: string;
  readonly #file: WriteAheadLog;
  readonly #names: MetricNames;
  readonly #bytes = new Uint8Array(BLOCK_POINTS * POINT_BYTES);
  readonly #view = new DataView(this.#bytes.buffer);
  #length = 0;
  /** Points at the head of the buffer that are also in the write-ahead file. */
  #inFile = 0;
  /** Whether the write-ahead file holds points that are in neither the buffer nor the journal. */
  #behind = false;
  #seq: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Until when the journal is left alone. */
  #retry_at = 0;
  #lost = 0;
  #problem: Error | null = null;

  constructor(
    db: JournalDatabase,
    folder: string,
    run_id: string,
    redactor: Redactor,
  ) {
    this.#db = db;
    this.#folder = folder;
    this.#run_id = run_id;
    this.#file = new WriteAheadLog(folder, run_id);
    try {
      absorb(db, folder, run_id);
    } catch (error) {
      this.#failed(error);
      this.#behind = true;
    }
    this.#seq = nextSeq(db, run_id);
    this.#names = new MetricNames(db, run_id, redactor);
    if (this.#behind) {
      const left = readPoints(
        readWriteAheadLog(folder, run_id) ?? new Uint8Array(),
      );
      this.#seq = this.#names.resumeFrom(this.#file, left, this.#seq);
    }
  }

  /** How many points could be stored nowhere. */
  get lost(): number {
    return this.#lost;
  }

  /** What last went wrong. */
  get problem(): Error | null {
    return this.#problem;
  }

  /** Logs one point; never throws. Without a step it is the key's next one, from 0. @returns the step */
  log(key: string, value: number, step?: number, timestamp?: number): number {
    const metric = this.#names.get(key) ?? this.#meet(key);
    const at = step ?? metric.next_step;
    writePoint(this.#view, this.#length * POINT_BYTES, {
      seq: this.#seq,
      key_id: metric.id,
      value,
      step: at,
      timestamp: timestamp ?? Date.now(),
    });
    if (at >= metric.next_step) metric.next_step = at + 1;
    this.#seq++;
    this.#length++;
    this.#writeAhead();
    if (this.#length === BLOCK_POINTS) {
      if (!this.#mayTry()) this.#park();
      else this.flush();
    } else if (this.#timer === undefined) {
      this.#timer = setTimeout(() => {
        this.#timer = undefined;
        if (this.#mayTry()) this.flush();
      }, FLUSH_DELAY_MS);
      this.#timer.unref();
    }
    return at;
  }

  /** Takes in many metrics' names at once, before their points: each that comes alone is a transaction. Never throws. */
  name(keys: Iterable<string>): void {
    const met = [...keys].map((key) => this.#names.meet(key));
    this.#add(met.flatMap(({ metric, isNew }) => isNew ? [metric] : []));
  }

  /** Moves what is buffered into the journal; never throws. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#length === 0 && !this.#behind) return;
    try {
      this.#db.transaction(() => this.#store());
    } catch (error) {
      this.#failed(error);
      if (this.#length === BLOCK_POINTS) this.#park();
      return;
    }
    this.#names.stored();
    this.#length = this.#inFile = 0;
    this.#behind = false;
    this.#try(() => this.#file.clear());
  }

  /** Flushes and lets go of the file; it is removed when nothing is left in it. */
  close(): void {
    this.flush();
    this.#park();
    this.#try(() => this.#file.close());
  }

  /** Inside a transaction: names first, then what an earlier failure left in the file, then the buffer. */
  #store(): void {
    this.#names.insertPostponed();
    if (this.#behind) {
      absorb(this.#db, this.#folder, this.#run_id, { keep: true });
    }
    const buffered = this.#seq - this.#length;
    const done = Math.max(0, nextSeq(this.#db, this.#run_id) - buffered);
    insertBlock(
      this.#db,
      this.#run_id,
      this.#bytes.slice(done * POINT_BYTES, this.#length * POINT_BYTES),
    );
  }

  /** Gives up the buffer: what is in the file stays there for a later flush or the recorder, the rest is lost. */
  #park(): void {
    if (this.#length === 0) return;
    const lost = this.#length - this.#inFile;
    this.#lost += lost;
    // Sequence numbers have no gaps: the next point takes the first lost one's.
    this.#seq -= lost;
    this.#length = this.#inFile = 0;
    this.#behind = true;
  }

  #writeAhead(): void {
    try {
      this.#inFile += this.#file.append(
        this.#bytes.subarray(
          this.#inFile * POINT_BYTES,
          this.#length * POINT_BYTES,
        ),
      );
    } catch (error) {
      this.#problem = error as Error;
    }
  }

  #meet(key: string): NumberedMetric {
    const { metric, isNew } = this.#names.meet(key);
    if (isNew) this.#add([metric]);
    return metric;
  }

  #add(metrics: readonly NumberedMetric[]): void {
    if (this.#mayTry()) {
      try {
        this.#db.transaction(() => {
          for (const metric of metrics) this.#names.insert(metric);
        });
        return;
      } catch (error) {
        this.#failed(error);
      }
    }
    for (const metric of metrics) {
      this.#try(() => this.#names.postpone(metric, this.#file));
    }
  }

  /** A transaction of the caller's may be rolled back: it is not joined. */
  #mayTry(): boolean {
    return !this.#db.inTransaction && Date.now() >= this.#retry_at;
  }

  #failed(error: unknown): void {
    this.#problem = error as Error;
    this.#retry_at = Date.now() + RETRY_MS;
  }

  #try(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#problem = error as Error;
    }
  }
}
