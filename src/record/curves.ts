/**
 * Whether metrics went the same way: a digest of every step and value, in the order of logging.
 *
 * @module
 */
import { newSha256 } from "../base/digest.ts";
import type { Journal } from "../journal/journal.ts";
import type { RunRecord } from "./schema/record.ts";

/** Digests of metrics by run and key; a run that is not in the journal has none. */
export type CurveDigests = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** What is said of a run whose points are on a server only. */
export const UNKNOWN_CURVES = {
  what: "curves",
  why: "its points are not in this journal: the last values alone are compared",
};

/** Digests of the metrics that end alike in all of the runs: of others it is known that they differ. */
export function curveDigests(
  journal: Journal,
  records: readonly Pick<RunRecord, "run_id" | "metrics">[],
): CurveDigests {
  const [first, ...others] = records;
  const keys = new Set(
    Object.entries(first?.metrics ?? {}).filter(([key, value]) =>
      others.every(({ metrics }) =>
        Object.hasOwn(metrics, key) && metrics[key] === value
      )
    ).map(([key]) => key),
  );
  const known = new Map<string, ReadonlyMap<string, string>>();
  for (const { run_id } of records) {
    if (known.has(run_id) || journal.runs.get(run_id) === undefined) continue;
    known.set(
      run_id,
      keys.size === 0 ? new Map() : digestsOf(journal, run_id, keys),
    );
  }
  return known;
}

function digestsOf(
  journal: Journal,
  run_id: string,
  keys: ReadonlySet<string>,
): Map<string, string> {
  const hashes = new Map<string, ReturnType<typeof newSha256>>();
  const numbers = new Float64Array(2);
  const bytes = new Uint8Array(numbers.buffer);
  for (const { key, step, value } of journal.points(run_id)) {
    if (!keys.has(key)) continue;
    let hash = hashes.get(key);
    if (hash === undefined) hashes.set(key, hash = newSha256());
    numbers[0] = step;
    numbers[1] = Number.isNaN(value) ? NaN : value; // of one kind
    hash.update(bytes);
  }
  return new Map(
    [...hashes].map(([key, hash]) => [key, hash.digest("hex")]),
  );
}
