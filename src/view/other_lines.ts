/**
 * The lines of another run, to compare with in a chart.
 *
 * @module
 */
import { NbtrackError } from "../base/errors.ts";
import { shortened } from "../base/markup.ts";
import { Journal } from "../journal/journal.ts";
import type { RunJournal } from "../journal/run_journal.ts";
import { findLocal } from "../record/find.ts";
import { idOf } from "../record/listed_runs.ts";
import type { RunToCompare } from "../record/listed_types.ts";
import type { LoadedRun } from "../record/loaded_types.ts";
import { bucketsOf } from "./chart/shared_edges.ts";
import type { ChartSeries } from "./chart/chart_series.ts";
import { readBuckets } from "./chart/read_buckets.ts";

/** Buckets of a line: half of a picture's pixels. */
const MOST = 320;

/** Which run to compare with: the one before (`last`), or one that `compare()` takes. */
export type Against =
  | RunToCompare
  | Pick<LoadedRun, "id" | "name" | "points">;

/**
 * Reads the lines, grey in a chart; a metric that the other run has not is left out.
 *
 * @throws {NbtrackError} when there is no such run
 */
export async function otherLines(
  ofRun: RunJournal,
  { run_id, keys, against }: {
    run_id: string;
    keys: readonly string[];
    against: Against;
  },
): Promise<ChartSeries[]> {
  if (typeof against === "object" && "points" in against) {
    return await loadedLines(against, keys);
  }
  const journal = Journal.of(ofRun);
  const run = journal.runs.get(run_id);
  const other = against === "last"
    ? run === undefined ? undefined : journal.runs.before(run)
    : journal.runs.get(findLocal(idOf(against), journal));
  // The first run of an experiment has none before it.
  if (other === undefined) return [];
  return [...readBuckets(journal, other.run_id, keys, { most: MOST })].map((
    [key, buckets],
  ) => lineOf(other.name, key, keys, buckets));
}

async function loadedLines(
  run: Pick<LoadedRun, "name" | "points">,
  keys: readonly string[],
): Promise<ChartSeries[]> {
  const lines: ChartSeries[] = [];
  for (const key of keys) {
    const points = await run.points(key).catch((error) => {
      if (error instanceof NbtrackError) return [];
      throw error;
    });
    if (points.length > 0) {
      lines.push(lineOf(run.name, key, keys, bucketsOf(points, MOST)));
    }
  }
  return lines;
}

function lineOf(
  name: string,
  key: string,
  keys: readonly string[],
  buckets: ChartSeries["buckets"],
): ChartSeries {
  return {
    name: keys.length === 1 ? name : `${shortened(key, 10)} of ${name}`,
    buckets,
    muted: true,
  };
}
