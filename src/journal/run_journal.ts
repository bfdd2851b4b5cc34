/**
 * The journal as the process of a run needs it: the first `track()` of a cell loads no more than that.
 *
 * @module
 */
import { nbtrackHome } from "../base/env.ts";
import { type Redactor, storable } from "../redaction/redaction.ts";
import { JournalDatabase } from "./database.ts";
import { Datasets } from "./datasets.ts";
import { Entries } from "./entries.ts";
import { journalError } from "./errors.ts";
import { MetricWriter } from "./metric_writer.ts";
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

/** What an open journal is made from. */
type Parts = [home: string, db: JournalDatabase, redactor: Redactor];

/** An open journal, for runs of this process. {@linkcode Journal} reads and does all the rest with it. */
export class RunJournal {
  /** nbtrack's folder. */
  readonly home: string;
  /** Sessions. */
  readonly sessions: Sessions;
  /** Runs. */
  readonly runs: Runs;
  /** Params, tags, documents, gaps and redactions of runs. */
  readonly entries: Entries;
  /** Datasets. */
  readonly datasets: Datasets;
  /** The SQLite file. */
  readonly db: JournalDatabase;
  /** What may be stored of each text. */
  readonly redactor: Redactor;
  /** Where the write-ahead files of open runs lie. */
  readonly pointsFolder: string;

  protected constructor(...[home, db, redactor]: Parts) {
    this.home = home;
    this.db = db;
    this.redactor = redactor;
    this.pointsFolder = `${home}/points`;
    this.sessions = new Sessions(db, { redactor, home });
    this.runs = new Runs(db, redactor);
    this.entries = new Entries(db, redactor);
    this.datasets = new Datasets(db, redactor, home);
  }

  /**
   * Opens the journal, making folder and file if they are not there (both for the user alone).
   *
   * @throws {JournalError} when it is newer, damaged, locked, or cannot be written
   */
  static open(options: OpenJournalOptions): RunJournal {
    return new RunJournal(...openParts(options));
  }

  /** The writer of a run's metrics; one at a time for a run, in the process that tracks it. */
  metricWriter(run_id: string): MetricWriter {
    return new MetricWriter(this.db, this.pointsFolder, run_id, this.redactor);
  }

  /** The page of a run on its server; null until it was delivered there. */
  url(run_id: string): string | null {
    return this.db.get<{ url: string | null }>(
      "SELECT url FROM deliveries WHERE run_id = ?",
      run_id,
    )?.url ?? null;
  }

  /** The source of a cell execution; null where it is not known (yet). */
  source(session_id: string, position: number): string | null {
    return this.db.get<{ source: string | null }>(
      "SELECT source FROM executions WHERE session_id = ? AND position = ?",
      session_id,
      position,
    )?.source ?? null;
  }

  /** Writes what may be left undone: nothing waits for another writer, and nothing fails. @returns whether it was done */
  ifFree(work: () => void): boolean {
    return this.db.transactionIfFree(work);
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

/** What it takes to open a journal. */
export function openParts(options: OpenJournalOptions): Parts {
  const home = options.home ?? nbtrackHome();
  const path = `${home}/journal.db`;
  try {
    Deno.mkdirSync(home, { recursive: true, mode: 0o700 });
    makeFile(path);
  } catch (error) {
    throw journalError("open", path, error);
  }
  return [
    home,
    JournalDatabase.open(path, options),
    storable(
      typeof options.redactor === "function"
        ? options.redactor(home)
        : options.redactor,
    ),
  ];
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
