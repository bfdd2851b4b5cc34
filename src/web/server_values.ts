/**
 * Other values of metrics than the last of a server's runs, from what the server has kept of their points.
 *
 * @module
 */
import {
  fromJsonNumber,
  type JsonNumber,
  toJsonNumber,
} from "../base/numbers.ts";
import { MetricRange } from "../journal/metric_range.ts";
import { QueryError } from "../record/errors.ts";
import type { RunSummary } from "../record/schema/summary.ts";
import type { PointRow } from "./parts/source.ts";
import {
  endMeant,
  type OtherValue,
  type ValuesOfRuns,
} from "./parts/values.ts";

/** Series that are asked for, for one table, at most. */
const MAX_SERIES = 400;
/** Series that are asked for at the same time. */
const AT_ONCE = 8;
/** Values of runs that have ended are kept, so many at most. */
const MAX_KEPT = 20_000;

/** Asks for the points of a run's metric. */
type AskPoints = (run_id: string, key: string) => Promise<Iterable<PointRow>>;

/** Finds such values; those of runs that have ended are asked for once. */
export class ServerValues {
  readonly #points: AskPoints;
  readonly #kept = new Map<string, JsonNumber | null>();

  constructor(points: AskPoints) {
    this.#points = points;
  }

  /**
   * By run and key.
   *
   * @throws {QueryError} when too many series would have to be asked for
   */
  async of(
    runs: readonly RunSummary[],
    keys: readonly string[],
    at: OtherValue,
  ): Promise<ValuesOfRuns> {
    if (this.#kept.size > MAX_KEPT) this.#kept.clear();
    const found = new Map<string, Record<string, JsonNumber>>(
      runs.map(({ run_id }) => [run_id, Object.create(null)]),
    );
    const put = (run_id: string, key: string, value: JsonNumber | null) => {
      const values = found.get(run_id);
      if (values !== undefined && value !== null) values[key] = value;
    };
    const unread: { run: RunSummary; key: string; name: string }[] = [];
    for (const run of runs) {
      for (const key of keys) {
        const last = Object.hasOwn(run.metrics, key)
          ? run.metrics[key] ?? null
          : null;
        if (last === null) continue;
        const name = JSON.stringify([at, run.run_id, key]);
        const kept = this.#kept.get(name);
        if (typeof at !== "number" && endMeant(key, at) === null) {
          put(run.run_id, key, last);
        } else if (kept !== undefined) put(run.run_id, key, kept);
        else unread.push({ run, key, name });
      }
    }
    if (unread.length > MAX_SERIES) {
      throw new QueryError(
        `${
          unread.length.toLocaleString("en")
        } series of points would have to be asked for: at most ${MAX_SERIES} of a server are.`,
        {
          position: 0,
          hint: "Filter the runs, name fewer columns, or show last values.",
        },
      );
    }
    const next = unread.values();
    const work = async () => {
      for (const { run, key, name } of next) {
        const value = valueAmong(await this.#points(run.run_id, key), key, at);
        put(run.run_id, key, value);
        if (run.end_time !== null) this.#kept.set(name, value);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return found;
  }
}

/** The value that is meant; null where no point has one. */
function valueAmong(
  points: Iterable<PointRow>,
  key: string,
  at: OtherValue,
): JsonNumber | null {
  const range = new MetricRange();
  let found: JsonNumber | null = null;
  let last = -Infinity;
  let n = 0;
  for (const { step, value } of points) {
    const x = step ?? n;
    n++;
    if (value === null) continue;
    if (typeof at !== "number") range.add(x, fromJsonNumber(value));
    else if (x <= at && x >= last) {
      last = x;
      found = value;
    }
  }
  if (typeof at === "number") return found;
  const end = range[endMeant(key, at) ?? "low"];
  return end === null ? null : toJsonNumber(end.value);
}
