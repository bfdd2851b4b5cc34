/**
 * Metric points: appended, never merged. Each key of a run is a series; what a series' last point is,
 * and whether its points came in history order, is kept beside it, so that reading need not sort.
 *
 * @module
 */
import {
  checkInteger,
  COLUMN,
  type ExactInteger,
  exactly,
  textProblems,
} from "./columns.ts";
import { validationFailed } from "../protocol/answers.ts";
import type { Database } from "./database.ts";
import { isAfter, type Series, SeriesStore } from "./series.ts";

/** A point as it was sent. */
export interface SentPoint {
  readonly key: string | null;
  readonly value: number | null;
  readonly timestamp: number | bigint | null;
  readonly step?: number | bigint | null | undefined;
}

/** A point as it is stored. */
export interface PointToStore {
  readonly id: number;
  readonly key: string;
  readonly value: number | null;
  readonly timestamp: ExactInteger | null;
  readonly step: number | null;
}

const POINT_COLUMNS = `m.id, s.key, m.value, m.step, ${
  exactly("m.timestamp")
} AS timestamp`;

/** The metric points of all runs. */
export class MetricStore {
  readonly #db: Database;
  readonly #series: SeriesStore;
  #lastId: number;

  constructor(db: Database) {
    this.#db = db;
    this.#series = new SeriesStore(db);
    this.#lastId = db.get<{ id: number | null }>(
      "SELECT max(latest) AS id FROM series",
    )?.id ?? 0;
  }

  /**
   * Appends one point.
   *
   * @throws {RefusedAnswer} 400 when the key is blank or too long, 500 when an integer does not fit
   */
  append(run: number, point: SentPoint): void {
    const problems = textProblems("Name", point.key, COLUMN.key);
    if (problems.length > 0) throw validationFailed(problems);
    this.appendAll(run, [point]);
  }

  /**
   * Appends points, all or none.
   *
   * @throws {RefusedAnswer} 400 when a key breaks a column check, 500 when an integer does not fit
   */
  appendAll(run: number, points: readonly SentPoint[]): void {
    if (points.length === 0) return;
    try {
      this.#db.transaction(() => this.#insert(run, points));
    } catch (error) {
      this.#series.forget();
      throw error;
    }
  }

  #insert(run: number, points: readonly SentPoint[]): void {
    const insert = this.#db.prepare(
      "INSERT INTO metrics (series, id, value, step, timestamp) VALUES (?, ?, ?, ?, ?)",
    );
    const known = this.#series.of(run);
    const touched = new Set<Series>();
    for (const point of points) {
      const { key, value, timestamp } = point;
      const step = point.step ?? null;
      const series = (key === null ? undefined : known.get(key)) ??
        this.#series.add(run, key);
      if (step !== null) checkInteger(step, 32);
      if (timestamp !== null) checkInteger(timestamp, 64);
      const id = ++this.#lastId;
      insert.run(series.id, id, value, step, timestamp);
      if (
        series.inOrder && series.latest !== 0 &&
        !isAfter(step as number | null, timestamp, series)
      ) series.inOrder = false;
      series.latest = id;
      series.lastStep = step as number | null;
      series.lastTimestamp = timestamp;
      touched.add(series);
    }
    for (const series of touched) this.#series.save(series);
  }

  /** Every point of a run in the order it arrived. */
  all(run: number): PointToStore[] {
    return this.#db.all<PointToStore>(
      `SELECT ${POINT_COLUMNS} FROM series s JOIN metrics m ON m.series = s.id WHERE s.run = ? ORDER BY m.id`,
      run,
    );
  }

  /** The point that arrived last for each key, by key. */
  latest(run: number): PointToStore[] {
    return this.#db.all<PointToStore>(
      `SELECT ${POINT_COLUMNS} FROM series s JOIN metrics m ON m.series = s.id AND m.id = s.latest
       WHERE s.run = ? ORDER BY s.key`,
      run,
    );
  }

  /**
   * A page of a key's history: by step, then timestamp, nulls last, ties newest first.
   *
   * @returns up to `limit` points that come after `after`
   */
  history(
    run: number,
    key: string,
    options: { limit: number; after?: PointToStore | undefined },
  ): PointToStore[] {
    const { limit, after } = options;
    const series = this.#series.of(run).get(key);
    if (series === undefined) return [];
    const from =
      "FROM series s JOIN metrics m ON m.series = s.id WHERE s.id = ?";
    if (series.inOrder) {
      return this.#db.all<PointToStore>(
        `SELECT ${POINT_COLUMNS} ${from} AND m.id > ? ORDER BY m.id LIMIT ?`,
        series.id,
        after?.id ?? 0,
        limit,
      );
    }
    const order =
      "ORDER BY m.step IS NULL, m.step, m.timestamp IS NULL, m.timestamp, m.id DESC LIMIT ?";
    if (after === undefined) {
      return this.#db.all<PointToStore>(
        `SELECT ${POINT_COLUMNS} ${from} ${order}`,
        series.id,
        limit,
      );
    }
    const timestamp = after.timestamp === null ? null : BigInt(after.timestamp);
    return this.#db.all<PointToStore>(
      `SELECT ${POINT_COLUMNS} ${from}
       AND (m.step IS NULL, coalesce(m.step, 0), m.timestamp IS NULL, coalesce(m.timestamp, 0), -m.id) > (?, ?, ?, ?, ?)
       ${order}`,
      series.id,
      Number(after.step === null),
      after.step ?? 0,
      Number(timestamp === null),
      timestamp ?? 0,
      -after.id,
      limit,
    );
  }

  /** Removes the points of a run. */
  removeRun(run: number): void {
    this.#series.forget(run);
    this.#db.run(
      "DELETE FROM metrics WHERE series IN (SELECT id FROM series WHERE run = ?)",
      run,
    );
    this.#db.run("DELETE FROM series WHERE run = ?", run);
  }
}
