/**
 * Blocks of metric points in the journal, and what is kept of their values beside them.
 *
 * @module
 */
import type { JournalDatabase } from "./database.ts";
import { insertKey, metricKeys, unnamed } from "./metric_keys.ts";
import { MetricRange, tallyBlock } from "./metric_range.ts";
import { POINT_BYTES, pointBytes, readPoints, valueOfPoint } from "./points.ts";

/** Most points of one block, 256 KiB. */
export const BLOCK_POINTS = 8192;

/** A block as it is stored. */
export interface PointBlock {
  first_seq: number;
  count: number;
  points: Uint8Array;
}

/** The block that holds a sequence number, or the first one after it. */
export function blockWith(
  db: JournalDatabase,
  run_id: string,
  seq: number,
): PointBlock | undefined {
  const block = db.get<PointBlock>(
    `SELECT first_seq, count, points FROM metric_blocks WHERE run_id = ? AND first_seq <= ?
       ORDER BY first_seq DESC LIMIT 1`,
    run_id,
    seq,
  );
  if (block !== undefined && block.first_seq + block.count > seq) return block;
  return blockAfter(db, run_id, seq);
}

/** The first block whose points all come after a sequence number. */
export function blockAfter(
  db: JournalDatabase,
  run_id: string,
  seq: number,
): PointBlock | undefined {
  return db.get<PointBlock>(
    `SELECT first_seq, count, points FROM metric_blocks WHERE run_id = ? AND first_seq > ?
       ORDER BY first_seq LIMIT 1`,
    run_id,
    seq,
  );
}

/** The sequence number after the last point in the journal's blocks. */
export function nextSeq(db: JournalDatabase, run_id: string): number {
  return db.get<{ next: number | null }>(
    "SELECT first_seq + count AS next FROM metric_blocks WHERE run_id = ? ORDER BY first_seq DESC LIMIT 1",
    run_id,
  )?.next ?? 0;
}

/** Adds a block of points and keeps each key's count, last point, lowest and highest value. */
export function insertBlock(
  db: JournalDatabase,
  run_id: string,
  bytes: Uint8Array,
): void {
  const [first] = readPoints(bytes);
  if (first === undefined) return;
  db.run(
    "INSERT INTO metric_blocks (run_id, first_seq, count, points) VALUES (?, ?, ?, ?)",
    run_id,
    first.seq,
    Math.floor(bytes.byteLength / POINT_BYTES),
    bytes,
  );
  const known = new Map(metricKeys(db, run_id).map((key) => [key.key_id, key]));
  for (const [key_id, tally] of tallyBlock(bytes)) {
    const before = known.get(key_id);
    if (before === undefined) insertKey(db, run_id, key_id, unnamed(key_id));
    const earlier = before?.last ?? null;
    const last = earlier !== null && earlier.step > tally.last_step
      ? pointBytes(earlier)
      : bytes.slice(tally.last_at, tally.last_at + POINT_BYTES);
    const counted = before?.count ?? 0;
    const count = counted + tally.count;
    // Of points that an earlier version wrote the ends are not known; whoever asks for them finds them.
    const isRanged = (before?.ranged ?? 0) === counted;
    const range = new MetricRange(before);
    if (isRanged) range.addAll(tally.range);
    db.run(
      `UPDATE metric_keys SET count = ?, last_point = ?, last = ?, low = ?, low_step = ?, high = ?, high_step = ?,
         ranged = ? WHERE run_id = ? AND key_id = ?`,
      count,
      last,
      storedNumber(valueOfPoint(last)),
      range.low?.value ?? null,
      range.low?.step ?? null,
      range.high?.value ?? null,
      range.high?.step ?? null,
      isRanged ? count : before?.ranged ?? 0,
      run_id,
      key_id,
    );
  }
}

/** A value as a column holds it: NaN is NULL in SQLite, so that is stored. */
function storedNumber(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
