/**
 * The journal: the local store every run is written to first.
 *
 * One SQLite file (`journal.db`) in nbtrack's folder; beside it `points/` with the write-ahead files of open
 * runs and `artifacts/` with contents by digest. Any number of processes may have it open.
 *
 * @module
 */
import { nbtrackHome } from "../base/env.ts";
import { Artifacts } from "./artifacts.ts";
import { JournalDatabase } from "./database.ts";
import { Datasets } from "./datasets.ts";
import { Deliveries } from "./deliveries.ts";
import { Entries } from "./entries.ts";
import { journalError } from "./errors.ts";
import { Executions } from "./executions.ts";
import { type Redactor, storable } from "../redaction/redaction.ts";
import type { MetricKey } from "./metric_keys.ts";
import { absorb, currentMetrics, type NamedPoint, points } from "./metrics.ts";
import { LACKS_LOG, noteRecovered } from "./lost_log.ts";
import { MetricWriter } from "./metric_writer.ts";
import { Models } from "./models.ts";
import { Runs } from "./runs.ts";
import { Sessions } from "./sessions.ts";

/** How to open a journal. */
export interface OpenJournalOptions {
  /** What may be stored of each text: a redactor, or what gives the one of a folder. */
  redactor: Redactor | ((home: string) => Redactor);
  /** nbtrack's folder. @default {nbtrackHome()} */
  home?: string;
  /** Waits for other writers each time, not only the first: for a process nobody waits for. @default {false} */
  waitsForLock?: boolean;
}

/**
 * An open journal, with what a cell needs of it: the first `track()` loads no more. What only the recorder, the pages and
 * the command line do with one are functions and classes in files of their own, which are given a journal.
 */
export class Journal {
  /** nbtrack's folder. */
  readonly home: string;
  /** Sessions. */
  readonly sessions: Sessions;
  /** Runs. */
  readonly runs: Runs;
  /** Params, tags, documents, gaps and redactions of runs. */
  readonly entries: Entries;
  /** Cell executions and outputs. */
  readonly executions: Executions;
  /** Artifacts. */
  readonly artifacts: Artifacts;
  /** Datasets. */
  readonly datasets: Datasets;
  /** Versions of models that runs register. */
  readonly models: Models;
  /** Delivery states. */
  readonly deliveries: Deliveries;
  /** The SQLite file. */
  readonly db: JournalDatabase;
  /** What may be stored of each text. */
  readonly redactor: Redactor;
  /** Where the write-ahead files of open runs lie. */
  readonly pointsFolder: string;

  private constructor(home: string, db: JournalDatabase, redactor: Redactor) {
    this.home = home;
    this.db = db;
    this.redactor = redactor;
    this.pointsFolder = `${home}/points`;
    this.sessions = new Sessions(db, { redactor, home });
    this.runs = new Runs(db, redactor);
    this.entries = new Entries(db, redactor);
    this.executions = new Executions(db, redactor);
    this.artifacts = new Artifacts(db, `${home}/artifacts`, redactor);
    this.datasets = new Datasets(db, redactor, home);
    this.models = new Models(db, redactor);
    this.deliveries = new Deliveries(db, redactor);
  }

  /**
   * Opens the journal, making folder and file if they are not there (both for the user alone).
   *
   * @throws {JournalError} when it is newer, damaged, locked, or cannot be written
   */
  static open(options: OpenJournalOptions): Journal {
    const home = options.home ?? nbtrackHome();
    const path = `${home}/journal.db`;
    try {
      Deno.mkdirSync(home, { recursive: true, mode: 0o700 });
      makeFile(path);
    } catch (error) {
      throw journalError("open", path, error);
    }
    return new Journal(
      home,
      JournalDatabase.open(path, options),
      storable(
        typeof options.redactor === "function"
          ? options.redactor(home)
          : options.redactor,
      ),
    );
  }

  /** Writes what may be left undone: nothing waits for another writer, and nothing fails. @returns whether it was done */
  ifFree(work: () => void): boolean {
    return this.db.transactionIfFree(work);
  }

  /** The writer of a run's metrics; one at a time for a run, in the process that tracks it. */
  metricWriter(run_id: string): MetricWriter {
    return new MetricWriter(this.db, this.pointsFolder, run_id, this.redactor);
  }

  /** Every metric point of a run from a sequence number on, in the order of logging. */
  points(run_id: string, from = 0): Generator<NamedPoint> {
    return points(this.db, this.pointsFolder, run_id, from);
  }

  /** A run's metrics with count and last point, those still in the write-ahead file included. */
  metrics(run_id: string): MetricKey[] {
    return currentMetrics(this.db, this.pointsFolder, run_id);
  }

  /** How many points a run has. */
  pointCount(run_id: string): number {
    return this.metrics(run_id).reduce((sum, key) => sum + key.count, 0);
  }

  /** Takes in what the write-ahead file of a run still holds, once its process is gone. */
  absorb(run_id: string): number {
    return absorb(this.db, this.pointsFolder, run_id);
  }

  /** Ids of runs whose write-ahead file is still there. */
  unabsorbed(): string[] {
    try {
      return [...Deno.readDirSync(this.pointsFolder)].filter((e) =>
        e.name.endsWith(".points")
      ).map((e) => e.name.slice(0, -".points".length));
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return [];
      throw journalError("read beside", this.pointsFolder, error);
    }
  }

  /**
   * Writes the file anew, so that nothing is left in it of what was replaced or removed.
   *
   * @returns false when another process holds the journal open and some of it may be left
   */
  compact(): boolean {
    this.db.run("VACUUM");
    return this.checkpoint();
  }

  /** Notes that what killed processes left in the write-ahead log has been brought in by opening it. */
  noteRecovered(): void {
    noteRecovered(this.db);
  }

  /** Whether the file was copied without its write-ahead log while it was in use, so that its newest runs are missing. */
  get lacksLog(): boolean {
    return this.db.get(LACKS_LOG) !== undefined;
  }

  /** Moves into the journal's own file what can be moved of its write-ahead log without waiting for anybody. */
  writeThrough(): void {
    this.db.get("PRAGMA wal_checkpoint(PASSIVE)");
  }

  /** Moves what the write-ahead file holds into the journal's own, and empties it. @returns false when it is in use */
  checkpoint(): boolean {
    const row = this.db.get<{ busy: number }>(
      "PRAGMA wal_checkpoint(TRUNCATE)",
    );
    return row === undefined || row.busy === 0;
  }

  /** Runs `work` as one transaction. */
  transaction<T>(work: () => T): T {
    return this.db.transaction(work);
  }

  /** Closes the journal. */
  close(): void {
    this.db.close();
  }

  /** Closes the journal. */
  [Symbol.dispose](): void {
    this.close();
  }
}

/**
 * Made before SQLite does, so that it is never readable by others. One that is there is not opened: closing it would
 * take away the locks that SQLite holds on it for another journal of this process.
 */
function makeFile(path: string): void {
  try {
    Deno.statSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    try {
      Deno.openSync(path, { createNew: true, write: true, mode: 0o600 })
        .close();
    } catch (made) {
      if (!(made instanceof Deno.errors.AlreadyExists)) throw made;
    }
  }
}
