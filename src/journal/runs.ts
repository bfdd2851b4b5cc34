/**
 * Runs: their rows, from RUNNING to a complete record.
 *
 * @module
 */
import type { RunStatus } from "../base/run_status.ts";
import type { JournalDatabase } from "./database.ts";
import { admit } from "./entries.ts";
import {
  type Redacted,
  redactJson,
  type Redactor,
} from "../redaction/redaction.ts";
import type { RunQuery, RunRow, RunToOpen } from "./run_row.ts";

/** Reads and writes runs. */
export class Runs {
  readonly #db: JournalDatabase;
  readonly #redactor: Redactor;

  constructor(db: JournalDatabase, redactor: Redactor) {
    this.#db = db;
    this.#redactor = redactor;
  }

  /** Opens a run, RUNNING from now unless it began before, with its delivery still to be decided. */
  create(run: RunToOpen): RunRow {
    const run_id = run.run_id ?? crypto.randomUUID();
    this.#db.transaction(() => {
      this.#db.run(
        `INSERT INTO runs (run_id, session_id, experiment, name, status, start_time, parent, reproduces,
           seed, description, options, provenance, listed, trial, adopted_time)
           VALUES (?, ?, ?, ?, 'RUNNING', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        run_id,
        run.session_id,
        this.#admit(run_id, "experiment", this.#redactor.text(run.experiment)),
        this.#admit(run_id, "name", this.#redactor.text(run.name)),
        run.start_time ?? this.#startAfterOthers(),
        this.#text(run_id, "parent", run.parent),
        this.#text(run_id, "reproduces", run.reproduces),
        run.seed ?? null,
        this.#text(run_id, "description", run.description),
        this.#admit(run_id, "options", redactJson(this.#redactor, run.options)),
        run.provenance ?? "here",
        run.listed ?? 1,
        run.trial ?? null,
        run.adopted_time ?? null,
      );
      this.#db.run(
        "INSERT INTO deliveries (run_id, state) VALUES (?, 'local')",
        run_id,
      );
    });
    return this.get(run_id) as RunRow;
  }

  /** The time now, or a little later: runs that begin in one millisecond keep the order in which they were opened. */
  #startAfterOthers(): number {
    const now = Date.now();
    const last = this.#db.get<{ time: number | null }>(
      "SELECT max(start_time) AS time FROM runs WHERE start_time BETWEEN ? AND ?",
      now,
      now + 999,
    )?.time ?? null;
    return last === null ? now : last + 1;
  }

  /** A run by its id. */
  get(run_id: string): RunRow | undefined {
    return this.#db.get("SELECT * FROM runs WHERE run_id = ?", run_id);
  }

  /** Ids that start with a prefix, at most `limit`. */
  withPrefix(prefix: string, limit = 10): string[] {
    return this.#db.all<{ run_id: string }>(
      "SELECT run_id FROM runs WHERE run_id >= ? AND run_id < ? ORDER BY run_id LIMIT ?",
      prefix,
      `${prefix}\u{10ffff}`,
      limit,
    ).map((row) => row.run_id);
  }

  /** Runs, newest first. */
  list(options: RunQuery = {}): RunRow[] {
    // Only what is asked for is in the statement: SQLite then finds the index that fits.
    const wanted = ([
      ["experiment", options.experiment],
      ["name", options.name],
      ["session_id", options.session_id],
    ] as const).flatMap(([column, value]) =>
      value === undefined ? [] : [{ column, value }]
    );
    const conditions = [
      ...wanted.map(({ column }) => `${column} = ?`),
      ...options.listed === true ? ["listed = 1"] : [],
      ...options.reproductions === false ? ["reproduces IS NULL"] : [],
    ];
    return this.#db.all(
      `SELECT * FROM runs ${
        conditions.length === 0 ? "" : `WHERE ${conditions.join(" AND ")}`
      } ORDER BY start_time DESC, run_id DESC LIMIT ?`,
      ...wanted.map(({ value }) => value),
      options.limit ?? -1,
    );
  }

  /** The listed run that was made last, by `track()` or of a session afterwards; reproductions are none. */
  last(experiment?: string): RunRow | undefined {
    const [begun] = this.list({
      limit: 1,
      listed: true,
      reproductions: false,
      ...(experiment === undefined ? {} : { experiment }),
    });
    const adopted = this.#db.get<RunRow>(
      `SELECT * FROM runs WHERE adopted_time > ?1 AND (?2 IS NULL OR experiment = ?2) AND listed = 1
         AND reproduces IS NULL ORDER BY adopted_time DESC LIMIT 1`,
      begun?.start_time ?? 0,
      experiment ?? null,
    );
    return adopted ?? begun;
  }

  /** The runs that were made of a session afterwards, in the order in which they were. */
  adopted(session_id: string): RunRow[] {
    return this.#db.all(
      `SELECT * FROM runs WHERE session_id = ? AND adopted_time IS NOT NULL ORDER BY adopted_time, start_time`,
      session_id,
    );
  }

  /** Takes the runs of a session out of lists: its replay was cut off. */
  unlist(session_id: string): void {
    this.#db.run("UPDATE runs SET listed = 0 WHERE session_id = ?", session_id);
  }

  /** The runs that reproduce a run, newest first; those that only prove another are none. */
  reproductions(run_id: string): RunRow[] {
    return this.#db.all(
      `SELECT * FROM runs WHERE reproduces = ? AND listed = 1
         ORDER BY start_time DESC, run_id DESC`,
      run_id,
    );
  }

  /**
   * The run before a run in its experiment, reproductions left out; with `complete` one whose record is. Before a
   * reproduction is what it reproduces, where that is here.
   */
  before(
    run: Pick<RunRow, "experiment" | "start_time" | "run_id" | "reproduces">,
    options: { complete?: boolean } = {},
  ): RunRow | undefined {
    const original = run.reproduces === null
      ? undefined
      : this.get(run.reproduces);
    if (original !== undefined) return original;
    return this.#db.get(
      `SELECT * FROM runs WHERE experiment = ?1 AND listed = 1 AND reproduces IS NULL
         AND (start_time < ?2 OR (start_time = ?2 AND run_id < ?3)) AND (?4 = 0 OR finalised_time IS NOT NULL)
         ORDER BY start_time DESC, run_id DESC LIMIT 1`,
      run.experiment,
      run.start_time,
      run.run_id,
      options.complete === true ? 1 : 0,
    );
  }

  /** The runs that a run is the parent of, oldest first. */
  children(run_id: string): RunRow[] {
    return this.#db.all(
      "SELECT * FROM runs WHERE parent = ? ORDER BY start_time, run_id",
      run_id,
    );
  }

  /** Runs of a session that are still open, oldest first. */
  open(session_id: string): RunRow[] {
    return this.#db.all(
      "SELECT * FROM runs WHERE session_id = ? AND end_time IS NULL ORDER BY start_time, run_id",
      session_id,
    );
  }

  /** The runs of a session whose record is not complete, in the order they were opened. */
  unfinalised(session_id: string): RunRow[] {
    return this.#db.all(
      "SELECT * FROM runs WHERE session_id = ? AND finalised_time IS NULL ORDER BY start_time, run_id",
      session_id,
    );
  }

  /** Ends a run; one that has ended keeps its first end. */
  end(
    run_id: string,
    status: RunStatus,
    options: { time?: number; reason?: string | null } = {},
  ): boolean {
    return this.#db.run(
      `UPDATE runs SET status = ?, end_time = coalesce(?, max(start_time, ?)), end_reason = ?
         WHERE run_id = ? AND end_time IS NULL`,
      status,
      options.time ?? null,
      Date.now(),
      this.#text(run_id, "end reason", options.reason),
      run_id,
    ) > 0;
  }

  /** Opens a run again that had ended, in another session. */
  reopen(run_id: string, session_id: string): void {
    this.#db.run(
      `UPDATE runs SET status = 'RUNNING', end_time = NULL, end_reason = NULL, finalised_time = NULL,
         last_execution = NULL, session_id = ? WHERE run_id = ?`,
      session_id,
      run_id,
    );
  }

  /** Moves a run to another experiment, as long as nothing of it was sent. */
  setExperiment(run_id: string, experiment: string): void {
    this.#db.run(
      `UPDATE runs SET experiment = ? WHERE run_id = ?
         AND run_id IN (SELECT run_id FROM deliveries WHERE remote_run_id IS NULL AND creating = 0)`,
      this.#admit(run_id, "experiment", this.#redactor.text(experiment)),
      run_id,
    );
  }

  /** Takes a run out of the trials of its sweep, whose child it stays: its trial is run again. */
  setTrialAside(run_id: string): void {
    this.#db.run("UPDATE runs SET trial = NULL WHERE run_id = ?", run_id);
  }

  /** Counts one more execution of the run's `track()` cell. */
  continued(run_id: string): void {
    this.#db.run(
      "UPDATE runs SET attempt = attempt + 1 WHERE run_id = ?",
      run_id,
    );
  }

  /** Fixes the last cell execution that belongs to the run. */
  setLastExecution(run_id: string, position: number): void {
    this.#db.run(
      "UPDATE runs SET last_execution = ? WHERE run_id = ?",
      position,
      run_id,
    );
  }

  /** Says that the record is complete. */
  setFinalised(run_id: string, time: number): void {
    this.#db.run(
      "UPDATE runs SET finalised_time = ? WHERE run_id = ?",
      time,
      run_id,
    );
  }

  #text(
    run_id: string,
    location: string,
    text: string | null | undefined,
  ): string | null {
    return typeof text === "string"
      ? this.#admit(run_id, location, this.#redactor.text(text))
      : null;
  }

  #admit(owner: string, location: string, admitted: Redacted): string {
    return admit(this.#db, owner, location, admitted);
  }
}
