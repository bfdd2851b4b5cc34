/**
 * The buckets of a run's metrics, from the journal.
 *
 * @module
 */
import type { RunJournal } from "../../journal/run_journal.ts";
import { Buckets } from "./buckets.ts";
import { scanPoints } from "../../journal/point_scan.ts";

/** How to read them. */
export interface ReadBucketsOptions {
  /** Positions are steps, or milliseconds since the run began. @default {"step"} */
  x?: "step" | "time";
  /** The most buckets of a series. @default {1,000} */
  most?: number;
}

/**
 * Reads metrics in one pass through the run's points.
 *
 * @param keys The metrics that are wanted; null for every one.
 * @returns those that the run has, in the order of their first point
 */
export function readBuckets(
  journal: RunJournal,
  run_id: string,
  keys: readonly string[] | null = null,
  options: ReadBucketsOptions = {},
): Map<string, Buckets> {
  const wanted = keys === null ? null : new Set(keys);
  const found = new Map<string, Buckets>();
  const start = journal.runs.get(run_id)?.start_time ?? 0;
  scanPoints(journal, run_id, (key) => {
    if (wanted !== null && !wanted.has(key)) return null;
    const buckets = new Buckets(options.most);
    found.set(key, buckets);
    return options.x === "time"
      ? (_, value, timestamp) => buckets.add(timestamp - start, value)
      : (step, value) => buckets.add(step, value);
  });
  return found;
}
