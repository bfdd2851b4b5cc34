/**
 * All of a run's metric points: those in the journal's blocks, and what a write-ahead file still holds.
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
  BLOCK_POINTS,
  blockWith,
  insertBlock,
  nextSeq,
} from "./metric_blocks.ts";
import {
  insertKey,
  type MetricKey,
  metricKeys,
  namesFrom,
  unnamed,
} from "./metric_keys.ts";
import { type LoggedPoint, POINT_BYTES, readPoints } from "./points.ts";

/** Names that are read together, and kept at most. */
const AT_ONCE = 500;
const MOST_NAMES = 10_000;

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

/** A run's metrics with count and last point, those still in the write-ahead file included. */
export function currentMetrics(
  db: JournalDatabase,
  folder: string,
  run_id: string,
): MetricKey[] {
  const keys = new Map<number, MetricKey>(
    metricKeys(db, run_id).map(({ key_id, key, count, last }) => [
      key_id,
      { key_id, key, count, last },
    ]),
  );
  const stored = keys.values().reduce((sum, key) => sum + key.count, 0);
  for (const { key, ...point } of points(db, folder, run_id, stored)) {
    const { key_id } = point;
    const metric = keys.get(key_id) ?? { key_id, key, count: 0, last: null };
    metric.count++;
    if (metric.last === null || point.step >= metric.last.step) {
      metric.last = point;
    }
    keys.set(key_id, metric);
  }
  return [...keys.values()];
}

/** Names as they are asked for: a run may have tens of thousands, and who follows it asks for the latest. */
function names(
  db: JournalDatabase,
  folder: string,
  run_id: string,
): (key_id: number) => string {
  const known = new Map<number, string>();
  const read = (from: number) => {
    for (const [id, key] of namesFrom(db, run_id, { from, most: AT_ONCE })) {
      known.set(id, key);
    }
    return known.get(from);
  };
  return (key_id) => {
    let name = known.get(key_id);
    if (name !== undefined) return name;
    if (known.size > MOST_NAMES) known.clear();
    // One that is postponed moves from its file into the journal, never the other way.
    name = read(key_id) ?? new Map(readNames(folder, run_id)).get(key_id) ??
      read(key_id) ?? unnamed(key_id);
    known.set(key_id, name);
    return name;
  };
}
