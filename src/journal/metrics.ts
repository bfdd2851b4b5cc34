/**
 * Metric points in the journal: names, blocks, and what a write-ahead file still holds.
 *
 * @module
 */
import {
  readNames,
  readWriteAheadLog,
  removeWriteAheadLog,
} from "./write_ahead_log.ts";
import type { JournalDatabase } from "./database.ts";
import {
  type LoggedPoint,
  POINT_BYTES,
  readPoints,
  writePoint,
} from "./points.ts";

/** Most points of one block, 256 KiB. */
export const BLOCK_POINTS = 8192;

/** A metric's key as the journal knows it. */
export interface MetricKey {
  /** Index within the run. */
  key_id: number;
  /** The metric's name. */
  key: string;
  /** How many points it has. */
  count: number;
  /** Its last point: the highest step, among equals the one logged last. */
  last: LoggedPoint | null;
}

/** A point under its metric's name. */
export interface NamedPoint extends LoggedPoint {
  /** The metric's name. */
  key: string;
}

/**
 * Moves what a run's write-ahead file still holds into the journal; the run's process must be gone or be this one.
 *
 * @returns how many points were not in the journal yet
 */
export function absorb(
  db: JournalDatabase,
  folder: string,
  run_id: string,
  options: { keep?: boolean } = {},
): number {
  const bytes = readWriteAheadLog(folder, run_id);
  const names = readNames(folder, run_id);
  if (bytes === null && names.length === 0) return 0;
  const taken = db.transaction(() => {
    for (const [id, name] of names) insertKey(db, run_id, id, name);
    return bytes === null ? 0 : insertNew(db, run_id, bytes);
  });
  if (options.keep !== true) removeWriteAheadLog(folder, run_id);
  return taken;
}

/** Adds the points that are not there yet, in blocks. */
function insertNew(
  db: JournalDatabase,
  run_id: string,
  bytes: Uint8Array,
): number {
  const next = nextSeq(db, run_id);
  let first = bytes.byteLength;
  let at = 0;
  for (const point of readPoints(bytes)) {
    if (point.seq >= next) {
      first = at;
      break;
    }
    at += POINT_BYTES;
  }
  const size = BLOCK_POINTS * POINT_BYTES;
  for (let from = first; from < bytes.byteLength; from += size) {
    insertBlock(db, run_id, bytes.slice(from, from + size));
  }
  return (bytes.byteLength - first) / POINT_BYTES;
}

/** The metrics of a run, in the order of their first point. */
export function metricKeys(db: JournalDatabase, run_id: string): MetricKey[] {
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

/**
 * Every point of a run from a sequence number on, those in the write-ahead file included.
 *
 * Nothing stays open or locked between two points: the caller may take its time and write meanwhile.
 */
export function* points(
  db: JournalDatabase,
  folder: string,
  run_id: string,
  from = 0,
): Generator<NamedPoint> {
  // The file first: a flush in between moves its points into blocks, never the other way.
  const left = readWriteAheadLog(folder, run_id);
  const nameOf = names(db, folder, run_id);
  let next = from;
  for (
    let block = blockWith(db, run_id, next);
    block !== undefined;
    block = blockWith(db, run_id, next)
  ) {
    for (const point of readPoints(block.points)) {
      if (point.seq >= from) yield { ...point, key: nameOf(point.key_id) };
    }
    next = block.first_seq + block.count;
  }
  let before: number | undefined;
  for (const point of readPoints(left ?? new Uint8Array())) {
    // A gap: the file was emptied and written again while it was being read. What follows is read the next time.
    if (before !== undefined && point.seq !== before + 1) return;
    before = point.seq;
    if (point.seq >= next) yield { ...point, key: nameOf(point.key_id) };
  }
}

/** The block that holds a sequence number, or the first one after it. */
function blockWith(
  db: JournalDatabase,
  run_id: string,
  seq: number,
): { first_seq: number; count: number; points: Uint8Array } | undefined {
  type Block = { first_seq: number; count: number; points: Uint8Array };
  const block = db.get<Block>(
    `SELECT first_seq, count, points FROM metric_blocks WHERE run_id = ? AND first_seq <= ?
       ORDER BY first_seq DESC LIMIT 1`,
    run_id,
    seq,
  );
  if (block !== undefined && block.first_seq + block.count > seq) return block;
  return db.get<Block>(
    `SELECT first_seq, count, points FROM metric_blocks WHERE run_id = ? AND first_seq > ?
       ORDER BY first_seq LIMIT 1`,
    run_id,
    seq,
  );
}

/** Looks names up, again when one came after the first look. */
function names(
  db: JournalDatabase,
  folder: string,
  run_id: string,
): (key_id: number) => string {
  const known = new Map<number, string>();
  const look = () => {
    for (const [id, name] of readNames(folder, run_id)) known.set(id, name);
    for (const { key_id, key } of metricKeys(db, run_id)) {
      known.set(key_id, key);
    }
  };
  look();
  return (key_id) => {
    if (!known.has(key_id)) look();
    return known.get(key_id) ?? unnamed(key_id);
  };
}

/** The name of a metric whose own could be stored nowhere. */
function unnamed(key_id: number): string {
  return `unnamed metric ${key_id}`;
}

/** The sequence number after the last point in the journal's blocks. */
export function nextSeq(db: JournalDatabase, run_id: string): number {
  return db.get<{ next: number | null }>(
    "SELECT first_seq + count AS next FROM metric_blocks WHERE run_id = ? ORDER BY first_seq DESC LIMIT 1",
    run_id,
  )?.next ?? 0;
}

/** Adds a metric's name unless it is there. */
export function insertKey(
  db: JournalDatabase,
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
  db: JournalDatabase,
  run_id: string,
  bytes: Uint8Array,
): void {
  if (bytes.byteLength === 0) return;
  const lasts = new Map<number, { count: number; last: LoggedPoint }>();
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
    if (!known.has(key_id)) insertKey(db, run_id, key_id, unnamed(key_id));
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
