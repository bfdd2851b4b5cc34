/**
 * The lowest and highest values of metrics: kept as points are written, and found once in journals of earlier versions.
 *
 * @module
 */
import type { JournalDatabase } from "./database.ts";
import type { Journal } from "./journal.ts";
import { blockAfter } from "./metric_blocks.ts";
import { metricKeys } from "./metric_keys.ts";
import { type Ends, MetricRange, tallyBlock } from "./metric_range.ts";
import { points } from "./metrics.ts";

/** Runs whose ends are stored together. */
const TOGETHER = 100;

/**
 * Finds the ends of those metrics of some runs of which they are not known, and keeps them.
 *
 * @returns them, by run and then by the metric's id
 */
export function findEnds(
  db: JournalDatabase,
  run_ids: readonly string[],
): Map<string, Map<number, Ends>> {
  const found = new Map<string, Map<number, Ends>>();
  for (let at = 0; at < run_ids.length; at += TOGETHER) {
    const read = run_ids.slice(at, at + TOGETHER).map((run_id) =>
      [run_id, readEnds(db, run_id)] as const
    );
    store(db, read);
    for (const [run_id, { ranges }] of read) found.set(run_id, ranges);
  }
  return found;
}

interface ReadEnds {
  ranges: Map<number, MetricRange>;
  counts: Map<number, number>;
}

function readEnds(db: JournalDatabase, run_id: string): ReadEnds {
  const ranges = new Map<number, MetricRange>();
  const counts = new Map<number, number>();
  for (
    let block = blockAfter(db, run_id, -1);
    block !== undefined;
    block = blockAfter(db, run_id, block.first_seq)
  ) {
    for (const [key_id, { count, range }] of tallyBlock(block.points)) {
      const whole = ranges.get(key_id) ?? new MetricRange();
      whole.addAll(range);
      ranges.set(key_id, whole);
      counts.set(key_id, (counts.get(key_id) ?? 0) + count);
    }
  }
  return { ranges, counts };
}

function store(
  db: JournalDatabase,
  read: readonly (readonly [string, ReadEnds])[],
): void {
  // Whoever reads has them all the same; what is not kept now is found again the next time.
  db.transactionIfFree(() => {
    for (const [run_id, { ranges, counts }] of read) {
      for (const [key_id, { low, high }] of ranges) {
        // A run that was written to meanwhile is read again the next time.
        db.run(
          `UPDATE metric_keys SET low = ?1, low_step = ?2, high = ?3, high_step = ?4, ranged = ?5
               WHERE run_id = ?6 AND key_id = ?7 AND count = ?5`,
          low?.value ?? null,
          low?.step ?? null,
          high?.value ?? null,
          high?.step ?? null,
          counts.get(key_id) ?? 0,
          run_id,
          key_id,
        );
      }
    }
  });
}

/** The lowest and highest values of a run's metrics by their names, of points still in the write-ahead file too. */
export function metricEnds(
  { db, pointsFolder }: Journal,
  run_id: string,
): Map<string, Ends> {
  const keys = metricKeys(db, run_id);
  const known = keys.every(({ count, ranged }) => ranged === count);
  const found = known ? undefined : findEnds(db, [run_id]).get(run_id);
  const ends = new Map(
    keys.map((key) => [
      key.key,
      new MetricRange(found?.get(key.key_id) ?? key),
    ]),
  );
  const stored = keys.reduce((sum, { count }) => sum + count, 0);
  for (const { key, step, value } of points(db, pointsFolder, run_id, stored)) {
    const range = ends.get(key) ?? new MetricRange();
    range.add(step, value);
    ends.set(key, range);
  }
  return ends;
}
