/**
 * The journal: the local store every run is written to first.
 *
 * One SQLite file (`journal.db`) in nbtrack's folder; beside it `points/` with the write-ahead files of open
 * runs and `artifacts/` with contents by digest. Any number of processes may have it open.
 *
 * @module
 */
import { Artifacts } from "./artifacts.ts";
import { Deliveries } from "./deliveries.ts";
import { journalError } from "./errors.ts";
import { Executions } from "./executions.ts";
import type { MetricKey } from "./metric_keys.ts";
import { absorb, currentMetrics, type NamedPoint, points } from "./metrics.ts";
import { LACKS_LOG, noteRecovered } from "./lost_log.ts";
import { Models } from "./models.ts";
import {
  type OpenJournalOptions,
  openParts,
  RunJournal,
} from "./run_journal.ts";

/** An open journal. */
export class Journal extends RunJournal {
  /** Cell executions and outputs. */
  readonly executions: Executions;
  /** Artifacts. */
  readonly artifacts: Artifacts;
  /** Versions of models that runs register. */
  readonly models: Models;
  /** Delivery states. */
  readonly deliveries: Deliveries;

  private constructor(...parts: ReturnType<typeof openParts>) {
    super(...parts);
    const { home, db, redactor } = this;
    this.executions = new Executions(db, redactor);
    this.artifacts = new Artifacts(db, `${home}/artifacts`, redactor);
    this.models = new Models(db, redactor);
    this.deliveries = new Deliveries(db, redactor);
  }

  /**
   * Opens the journal, making folder and file if they are not there (both for the user alone).
   *
   * @throws {JournalError} when it is newer, damaged, locked, or cannot be written
   */
  static override open(options: OpenJournalOptions): Journal {
    return new Journal(...openParts(options));
  }

  /** All of a journal that was opened for runs. */
  static of({ home, db, redactor }: RunJournal): Journal {
    return new Journal(home, db, redactor);
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
}
