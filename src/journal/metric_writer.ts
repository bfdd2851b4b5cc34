/**
 * Logging metric points: written through to a file at once, moved into the journal in blocks.
 *
 * A point is 32 bytes in a write-ahead file of its run before the logging call returns (one `write`, about 1 µs),
 * so a killed kernel loses none and a reader sees it at once, although a loop without `await` runs no timer.
 * Blocks of points go to SQLite when the buffer is full, shortly after the cell yields, and at the run's end.
 *
 * @module
 */
import type { Database } from "./database.ts";
import {
  absorb,
  aheadPath,
  insertBlock,
  insertKey,
  metricKeys,
  nextSeq,
} from "./metrics.ts";
import { POINT_BYTES, writePoint } from "./points.ts";

/** Points gathered before a block is written, 256 KiB. */
const BLOCK_POINTS = 8192;
/** How long after a yielded call a partial block is written, milliseconds. */
const FLUSH_DELAY_MS = 100;

/** Writes one run's metrics; there is one writer for a run, in the process that tracks it. */
export class MetricWriter {
  readonly #db: Database;
  readonly #folder: string;
  readonly #run_id: string;
  readonly #keys = new Map<string, { id: number; next_step: number }>();
  readonly #bytes = new Uint8Array(BLOCK_POINTS * POINT_BYTES);
  readonly #view = new DataView(this.#bytes.buffer);
  #file: Deno.FsFile | null = null;
  #length = 0;
  /** Points at the head of the buffer that are also in the write-ahead file. */
  #ahead = 0;
  /** Whether the write-ahead file holds points that are no longer in the buffer. */
  #behind = false;
  #seq: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #lost = 0;
  #problem: Error | null = null;

  constructor(db: Database, folder: string, run_id: string) {
    this.#db = db;
    this.#folder = folder;
    this.#run_id = run_id;
    absorb(db, folder, run_id);
    this.#seq = nextSeq(db, run_id);
    for (const k of metricKeys(db, run_id)) {
      this.#keys.set(k.key, {
        id: k.key_id,
        next_step: (k.last?.step ?? -1) + 1,
      });
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

  /** Logs one point; never throws. Without a step it is the key's next one, from 0. */
  log(key: string, value: number, step?: number, timestamp?: number): void {
    let entry = this.#keys.get(key);
    if (entry === undefined) {
      entry = { id: this.#keys.size, next_step: 0 };
      this.#keys.set(key, entry);
      this.#register(key, entry.id);
    }
    const at = step ?? entry.next_step;
    if (at >= entry.next_step) entry.next_step = at + 1;
    const offset = this.#length * POINT_BYTES;
    writePoint(this.#view, offset, {
      seq: this.#seq++,
      key_id: entry.id,
      value,
      step: at,
      timestamp: timestamp ?? Date.now(),
    });
    this.#length++;
    this.#writeAhead();
    if (this.#length === BLOCK_POINTS) this.flush();
    else if (this.#timer === undefined) {
      this.#timer = setTimeout(() => this.flush(), FLUSH_DELAY_MS);
      this.#timer.unref();
    }
  }

  /** Moves what is buffered into the journal; never throws. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#length === 0) return;
    try {
      this.#db.transaction(() => {
        for (const [key, entry] of this.#keys) {
          insertKey(this.#db, this.#run_id, entry.id, key);
        }
        // What an earlier failure left in the file comes first.
        if (this.#behind) {
          absorb(this.#db, this.#folder, this.#run_id, { keep: true });
        }
        const done = Math.max(
          0,
          nextSeq(this.#db, this.#run_id) - (this.#seq - this.#length),
        );
        insertBlock(
          this.#db,
          this.#run_id,
          this.#bytes.slice(done * POINT_BYTES, this.#length * POINT_BYTES),
        );
      });
      this.#length = this.#ahead = 0;
      this.#behind = false;
      this.#file?.truncateSync(0);
    } catch (error) {
      this.#problem = error as Error;
      // The write-ahead file still holds these points; the next flush or the recorder takes them in.
      if (this.#ahead < this.#length && this.#length < BLOCK_POINTS) return;
      this.#lost += this.#length - this.#ahead;
      this.#length = this.#ahead = 0;
      this.#behind = true;
    }
  }

  /** Flushes and lets go of the file; it is removed when nothing is left in it. */
  close(): void {
    this.flush();
    if (this.#file === null) return;
    this.#file.close();
    this.#file = null;
    try {
      const path = aheadPath(this.#folder, this.#run_id);
      if (Deno.statSync(path).size === 0) Deno.removeSync(path);
    } catch (error) {
      this.#problem = error as Error;
    }
  }

  #writeAhead(): void {
    try {
      this.#file ??= openAhead(this.#folder, this.#run_id);
      const bytes = this.#bytes.subarray(
        this.#ahead * POINT_BYTES,
        this.#length * POINT_BYTES,
      );
      const written = this.#file.writeSync(bytes);
      this.#ahead += Math.floor(written / POINT_BYTES);
      if (written < bytes.byteLength) {
        // A full disk took a part of a point: cut it off, so that the next one starts where it must.
        const size = this.#file.statSync().size;
        this.#file.truncateSync(size - (size % POINT_BYTES));
      }
    } catch (error) {
      this.#problem = error as Error;
    }
  }

  #register(key: string, id: number): void {
    try {
      insertKey(this.#db, this.#run_id, id, key);
    } catch (error) {
      this.#problem = error as Error; // the next flush tries again
    }
  }
}

function openAhead(folder: string, run_id: string): Deno.FsFile {
  Deno.mkdirSync(folder, { recursive: true, mode: 0o700 });
  return Deno.openSync(aheadPath(folder, run_id), {
    create: true,
    write: true,
    append: true,
    mode: 0o600,
  });
}
