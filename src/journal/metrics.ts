/**
 * Metric points in the journal: names, blocks, and what a write-ahead file still holds.
 *
 * @module
 */
import type { Database } from "./database.ts";
import { type Point, POINT_BYTES, readPoints, writePoint } from "./points.ts";

/** A metric's key as the journal knows it. */
export interface MetricKey {
  /** Index within the run. */
  key_id: number;
  /** The metric's name. */
  key: string;
  /** How many points it has. */
  count: number;
  /** Its last point: the highest step, among equals the one logged last. */
  last: Point | null;
}

/** A point under its metric's name. */
export interface NamedPoint extends Point {
  /** The metric's name. */
  key: string;
}

/** Where a run's write-ahead file lies. */
export function aheadPath(folder: string, run_id: string): string {
  return `${folder}/${run_id}.points`;
}

/** Moves what a run's write-ahead file still holds into the journal; the run's process must be gone or be this one. */
export function absorb(
  db: Database,
  folder: string,
  run_id: string,
  options: { keep?: boolean } = {},
): number {
  const bytes = readAhead(folder, run_id);
  if (bytes === null) return 0;
  const taken = db.transaction(() => {
    const next = nextSeq(db, run_id);
    const points = [...readPoints(bytes)];
    const first = points.findIndex((p) => p.seq >= next);
    if (first < 0) return 0;
    insertBlock(
      db,
      run_id,
      bytes.slice(first * POINT_BYTES, points.length * POINT_BYTES),
    );
    return points.length - first;
  });
  if (options.keep !== true) Deno.removeSync(aheadPath(folder, run_id));
  return taken;
}

/** The metrics of a run, in the order of their first point. */
export function metricKeys(db: Database, run_id: string): MetricKey[] {
  return db.all<
    {
      key_id: number;
      key: string;
      count: number;
      last_point: Uint8Array | null;
    }
  >(
    "SELECT key_id, key, count, last_point FROM metric_keys WHERE run_id = ? ORDER BY key_id",
    run_id,
  ).map(({ last_point, ...row }) => ({
    ...row,
    last: last_point === null ? null : [...readPoints(last_point)][0] ?? null,
  }));
}

/** Every point of a run from a sequence number on, those in the write-ahead file included. */
export function* points(
  db: Database,
  folder: string,
  run_id: string,
  from = 0,
): Generator<NamedPoint> {
  // The file first: a flush in between moves its points into blocks, never the other way.
  const ahead = readAhead(folder, run_id);
  const names = new Map(metricKeys(db, run_id).map((k) => [k.key_id, k.key]));
  let next = from;
  const named = function* (bytes: Uint8Array): Generator<NamedPoint> {
    for (const point of readPoints(bytes)) {
      if (point.seq < next) continue;
      next = point.seq + 1;
      const key = names.get(point.key_id);
      if (key !== undefined) yield { ...point, key };
    }
  };
  const blocks = db.each<{ points: Uint8Array }>(
    "SELECT points FROM metric_blocks WHERE run_id = ? AND first_seq + count > ? ORDER BY first_seq",
    run_id,
    from,
  );
  for (const block of blocks) yield* named(block.points);
  if (ahead !== null) yield* named(ahead);
}

/** The sequence number after the last point in the journal's blocks. */
export function nextSeq(db: Database, run_id: string): number {
  return db.get<{ next: number | null }>(
    "SELECT first_seq + count AS next FROM metric_blocks WHERE run_id = ? ORDER BY first_seq DESC LIMIT 1",
    run_id,
  )?.next ?? 0;
}

/** Adds a metric's name unless it is there. */
export function insertKey(
  db: Database,
  run_id: string,
  key_id: number,
  key: string,
): void {
  db.run(
    "INSERT OR IGNORE INTO metric_keys (run_id, key_id, key) VALUES (?, ?, ?)",
    run_id,
    key_id,
    key,
  );
}

/** Adds a block of points and keeps each key's count and last point. */
export function insertBlock(
  db: Database,
  run_id: string,
  bytes: Uint8Array,
): void {
  if (bytes.byteLength === 0) return;
  const lasts = new Map<number, { count: number; last: Point }>();
  let first: number | undefined;
  let count = 0;
  for (const point of readPoints(bytes)) {
    first ??= point.seq;
    count++;
    const seen = lasts.get(point.key_id);
    if (seen === undefined) lasts.set(point.key_id, { count: 1, last: point });
    else {
      seen.count++;
      if (point.step >= seen.last.step) seen.last = point;
    }
  }
  db.run(
    "INSERT INTO metric_blocks (run_id, first_seq, count, points) VALUES (?, ?, ?, ?)",
    run_id,
    first ?? 0,
    count,
    bytes,
  );
  const known = new Map(metricKeys(db, run_id).map((k) => [k.key_id, k.last]));
  for (const [key_id, { count, last }] of lasts) {
    const before = known.get(key_id);
    const best = before && before.step > last.step ? before : last;
    const bytes = new Uint8Array(POINT_BYTES);
    writePoint(new DataView(bytes.buffer), 0, best);
    db.run(
      "UPDATE metric_keys SET count = count + ?, last_point = ? WHERE run_id = ? AND key_id = ?",
      count,
      bytes,
      run_id,
      key_id,
    );
  }
}

function readAhead(folder: string, run_id: string): Uint8Array | null {
  try {
    const bytes = Deno.readFileSync(aheadPath(folder, run_id));
    return bytes.byteLength >= POINT_BYTES ? bytes : null;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
