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
import {
  type CollectOptions,
  collectUnused,
  removeRun,
  type Unused,
} from "./deletion.ts";
import { Datasets } from "./datasets.ts";
import { Deliveries } from "./deliveries.ts";
import { Entries } from "./entries.ts";
import { journalError } from "./errors.ts";
import { Executions } from "./executions.ts";
import { type Redactor, storable } from "../redaction/redaction.ts";
import { currentEnds } from "./metric_ends.ts";
import type { MetricKey } from "./metric_keys.ts";
import type { Ends } from "./metric_range.ts";
import { absorb, currentMetrics, type NamedPoint, points } from "./metrics.ts";
import { LACKS_LOG, noteRecovered } from "./lost_log.ts";
import { MetricWriter } from "./metric_writer.ts";
import { scanPoints, type TakePoint } from "./point_scan.ts";
import { Models } from "./models.ts";
import { Runs } from "./runs.ts";
import { type RunState, runStates } from "./run_states.ts";
import { RunTable } from "./run_table.ts";
import { type Scrubbed, scrubRows } from "./scrub.ts";
import { ServerStars } from "./server_stars.ts";
import { SessionAnswers } from "./session_answers.ts";
import { SessionSystem } from "./session_system.ts";
import { redactAgain } from "./redact_again.ts";
import { SessionReads } from "./session_reads.ts";
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

/** An open journal. */
export class Journal {
  /** nbtrack's folder. */
  readonly home: string;
  /** Sessions. */
  readonly sessions: Sessions;
  /** Runs. */
  readonly runs: Runs;
  /** Many runs at once. */
  readonly table: RunTable;
  /** Params, tags, documents, gaps and redactions of runs. */
  readonly entries: Entries;
  /** Cell executions and outputs. */
  readonly executions: Executions;
  /** Artifacts. */
  readonly artifacts: Artifacts;
  /** Datasets. */
  readonly datasets: Datasets;
  /** What sessions have read. */
  readonly reads: SessionReads;
  /** What sessions were answered by `fetch`. */
  readonly answers: SessionAnswers;
  /** How busy the kernels and machines of sessions were. */
  readonly system: SessionSystem;
  /** Versions of models that runs register. */
  readonly models: Models;
  /** Delivery states. */
  readonly deliveries: Deliveries;
  /** Stars of runs that lie on servers. */
  readonly serverStars: ServerStars;
  readonly #db: JournalDatabase;
  /** What may be stored of each text. */
  readonly redactor: Redactor;
  readonly #points: string;

  private constructor(home: string, db: JournalDatabase, redactor: Redactor) {
    this.home = home;
    this.#db = db;
    this.redactor = redactor;
    this.#points = `${home}/points`;
    this.sessions = new Sessions(db, { redactor, home });
    this.runs = new Runs(db, redactor);
    this.table = new RunTable(db, { redactor, home });
    this.entries = new Entries(db, redactor);
    this.executions = new Executions(db, redactor);
    this.artifacts = new Artifacts(db, `${home}/artifacts`, redactor);
    this.datasets = new Datasets(db, redactor, home);
    this.reads = new SessionReads(db, redactor, home);
    this.answers = new SessionAnswers(db, redactor);
    this.system = new SessionSystem(db);
    this.models = new Models(db, redactor);
    this.deliveries = new Deliveries(db, redactor);
    this.serverStars = new ServerStars(db);
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
    return this.#db.transactionIfFree(work);
  }

  /** The writer of a run's metrics; one at a time for a run, in the process that tracks it. */
  metricWriter(run_id: string): MetricWriter {
    return new MetricWriter(this.#db, this.#points, run_id, this.redactor);
  }

  /** Every metric point of a run from a sequence number on, in the order of logging. */
  points(run_id: string, from = 0): Generator<NamedPoint> {
    return points(this.#db, this.#points, run_id, from);
  }

  /**
   * Hands over every point of a run in the order of logging: a million in a tenth of a second.
   *
   * @param take What takes the points of a metric; null for a metric that is not wanted.
   */
  scanPoints(run_id: string, take: (key: string) => TakePoint | null): void {
    scanPoints(this.#db, this.#points, run_id, take);
  }

  /** The states of runs that may change, of those that began at a time or later, and of those that are named. */
  states(named: readonly string[], since: number): RunState[] {
    return runStates(this.#db, this.#points, named, since);
  }

  /** A run's metrics with count and last point, those still in the write-ahead file included. */
  metrics(run_id: string): MetricKey[] {
    return currentMetrics(this.#db, this.#points, run_id);
  }

  /** The lowest and highest values of a run's metrics, by their names. */
  metricEnds(run_id: string): Map<string, Ends> {
    return currentEnds(this.#db, this.#points, run_id);
  }

  /** How many points a run has. */
  pointCount(run_id: string): number {
    return this.metrics(run_id).reduce((sum, key) => sum + key.count, 0);
  }

  /** Takes in what the write-ahead file of a run still holds, once its process is gone. */
  absorb(run_id: string): number {
    return absorb(this.#db, this.#points, run_id);
  }

  /** Ids of runs whose write-ahead file is still there. */
  unabsorbed(): string[] {
    try {
      return [...Deno.readDirSync(this.#points)].filter((e) =>
        e.name.endsWith(".points")
      ).map((e) => e.name.slice(0, -".points".length));
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return [];
      throw journalError("read beside", this.#points, error);
    }
  }

  /** Removes a run with all that belongs to it alone; its session and cell executions stay. */
  deleteRun(run_id: string): void {
    removeRun(this.#db, this.#points, run_id);
  }

  /**
   * Removes stored files that no run names and, where asked for, old sessions without runs.
   *
   * @throws {JournalError} when a file cannot be removed
   */
  collectUnused(options: CollectOptions = {}): Unused {
    try {
      return collectUnused(this.#db, `${this.home}/artifacts`, options);
    } catch (error) {
      throw journalError("remove files beside", this.#db.path, error);
    }
  }

  /**
   * Looks through all that is stored of runs and their sessions, and takes out what the redactor finds now.
   *
   * @throws {JournalError} when the journal cannot be used
   */
  scrub(
    run_ids: readonly string[],
    options: { dryRun?: boolean; session_id?: string } = {},
  ): Scrubbed {
    const { redactor, home } = this;
    const all = { dryRun: false, ...options, home, redactor, run_ids };
    return scrubRows({ ...all, db: this.#db });
  }

  /** From here on what others write of a session's runs is read without what this process has learnt to be a secret. */
  redactAgain(session_id: string): void {
    redactAgain(this.#db, this, session_id);
  }

  /**
   * Writes the file anew, so that nothing is left in it of what was replaced or removed.
   *
   * @returns false when another process holds the journal open and some of it may be left
   */
  compact(): boolean {
    this.#db.run("VACUUM");
    return this.checkpoint();
  }

  /** Notes that what killed processes left in the write-ahead log has been brought in by opening it. */
  noteRecovered(): void {
    noteRecovered(this.#db);
  }

  /** Whether the file was copied without its write-ahead log while it was in use, so that its newest runs are missing. */
  get lacksLog(): boolean {
    return this.#db.get(LACKS_LOG) !== undefined;
  }

  /** Moves into the journal's own file what can be moved of its write-ahead log without waiting for anybody. */
  writeThrough(): void {
    this.#db.get("PRAGMA wal_checkpoint(PASSIVE)");
  }

  /** Moves what the write-ahead file holds into the journal's own, and empties it. @returns false when it is in use */
  checkpoint(): boolean {
    const row = this.#db.get<{ busy: number }>(
      "PRAGMA wal_checkpoint(TRUNCATE)",
    );
    return row === undefined || row.busy === 0;
  }

  /** Runs `work` as one transaction. */
  transaction<T>(work: () => T): T {
    return this.#db.transaction(work);
  }

  /** Closes the journal. */
  close(): void {
    this.#db.close();
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
