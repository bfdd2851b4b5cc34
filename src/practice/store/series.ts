/**
 * The series of metric points: for each key of a run its last point, and whether all came in order.
 *
 * @module
 */
import { checkColumn, COLUMN, type ExactInteger, exactly } from "./columns.ts";
import type { Database } from "./database.ts";

/** One key of one run. */
export interface Series {
  readonly id: number;
  /** The id of the point that arrived last; 0 before the first. */
  latest: number;
  /** Whether every point came after the one before it in history order. */
  inOrder: boolean;
  lastStep: number | null;
  lastTimestamp: number | bigint | null;
}

/** How many runs' series are held in memory. */
const RUNS_HELD = 256;

/** The series of all runs; those in use are held in memory. */
export class SeriesStore {
  readonly #db: Database;
  readonly #held = new Map<number, Map<string, Series>>();

  constructor(db: Database) {
    this.#db = db;
  }

  /** The series of a run by key. */
  of(run: number): Map<string, Series> {
    let known = this.#held.get(run);
    if (known === undefined) {
      known = new Map(
        this.#db.all<SeriesRow>(
          `SELECT id, key, latest, in_order, last_step, ${
            exactly("last_timestamp")
          } AS last_timestamp FROM series WHERE run = ?`,
          run,
        ).map((row) => [row.key, fromRow(row)]),
      );
      if (this.#held.size >= RUNS_HELD) this.#held.clear();
      this.#held.set(run, known);
    }
    return known;
  }

  /**
   * Begins a series.
   *
   * @throws {RefusedAnswer} 400 when the key breaks a column check
   */
  add(run: number, sent: string | null): Series {
    const key = checkColumn(sent, COLUMN.key, {
      table: "ml_candidate_metrics",
      column: "name",
    });
    const id = this.#db.run(
      "INSERT INTO series (run, key, latest, in_order) VALUES (?, ?, 0, 1)",
      run,
      key,
    );
    const series: Series = {
      id,
      latest: 0,
      inOrder: true,
      lastStep: null,
      lastTimestamp: null,
    };
    this.of(run).set(key, series);
    return series;
  }

  /** Notes a series' last point. */
  save(series: Series): void {
    this.#db.run(
      "UPDATE series SET latest = ?, in_order = ?, last_step = ?, last_timestamp = ? WHERE id = ?",
      series.latest,
      Number(series.inOrder),
      series.lastStep,
      series.lastTimestamp,
      series.id,
    );
  }

  /** Drops from memory what may not be in the database: one run, or all. */
  forget(run?: number): void {
    if (run === undefined) this.#held.clear();
    else this.#held.delete(run);
  }
}

interface SeriesRow {
  id: number;
  key: string;
  latest: number;
  in_order: number;
  last_step: number | null;
  last_timestamp: ExactInteger | null;
}

function fromRow(row: SeriesRow): Series {
  return {
    id: row.id,
    latest: row.latest,
    inOrder: row.in_order === 1,
    lastStep: row.last_step,
    lastTimestamp: typeof row.last_timestamp === "string"
      ? BigInt(row.last_timestamp)
      : row.last_timestamp,
  };
}

/** Whether a point comes strictly after the last one of its series in history order. */
export function isAfter(
  step: number | null,
  timestamp: number | bigint | null,
  { lastStep, lastTimestamp }: Series,
): boolean {
  if (step !== lastStep) {
    return lastStep !== null && (step === null || step > lastStep);
  }
  return lastTimestamp !== null &&
    (timestamp === null || timestamp > lastTimestamp);
}
