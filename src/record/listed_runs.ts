/**
 * Runs as rows and side by side, from the journal or a server.
 *
 * @module
 */
import { metricOf } from "./query.ts";
import { ownValue } from "../base/values.ts";
import { NbtrackError } from "../base/errors.ts";
import { fromJsonNumber } from "../base/numbers.ts";
import type { Journal } from "../journal/journal.ts";
import { compareRuns } from "./compare.ts";
import { isUnknownNameError } from "./errors.ts";
import { findRun } from "./find.ts";
import { JournalReader } from "./journal_reader.ts";
import type {
  ComparedPoint,
  ComparedRuns,
  RunEntry,
  RunsOptions,
  RunToCompare,
  TableValue,
} from "./listed_types.ts";
import { reproducedHere } from "./replay_runs.ts";
import type { FoundRun } from "./reader.ts";
import type { RunRecord } from "./schema/record.ts";
import type { RunSummary } from "./schema/summary.ts";

/** Most runs side by side. */
const MAX_COMPARED = 50;

/**
 * Lists runs.
 *
 * @param experiment Its name, or its address on a server. Without one, every run of the journal.
 */
export async function listRuns(
  journal: Journal,
  experiment: string | undefined,
  options: RunsOptions,
): Promise<RunEntry[]> {
  const wanted = { ...options };
  const found = experiment !== undefined && /^https?:\/\//i.test(experiment)
    ? await (await import("./server_runs.ts")).listOnServer(
      { ...wanted, experiment },
      journal,
    )
    : await new JournalReader(journal, reproducedHere()).list({
      ...wanted,
      experiment,
    });
  return entriesOf(found);
}

/** Runs as rows that all have the same columns. */
function entriesOf(runs: readonly RunSummary[]): RunEntry[] {
  const keys = (read: (run: RunSummary) => object) =>
    [...new Set(runs.flatMap((run) => Object.keys(read(run))))].sort();
  const params = keys((run) => run.params);
  const metrics = keys((run) => run.metrics);
  const tags = keys((run) => run.tags);
  return runs.map((run) => {
    const entry: RunEntry = {
      run_id: run.run_id,
      name: run.name,
      experiment: run.experiment,
      status: run.status,
      start_time: run.start_time,
      end_time: run.end_time,
      seconds: run.end_time === null
        ? null
        : (run.end_time - run.start_time) / 1000,
    };
    for (const key of params) {
      entry[`params.${key}`] = valueOf(ownValue(run.params, key) ?? null);
    }
    for (const key of metrics) {
      entry[`metrics.${key}`] = metricOf(run, key) ?? null;
    }
    for (const key of tags) {
      entry[`tags.${key}`] = ownValue(run.tags, key) ?? null;
    }
    return entry;
  });
}

/**
 * Puts runs side by side.
 *
 * @throws {RunNotFoundError} naming the nearest one
 * @throws {NbtrackError} when they are fewer than two, or too many
 */
export async function compareListed(
  journal: Journal,
  wanted: readonly RunToCompare[],
): Promise<{ compared: ComparedRuns; found: FoundRun[] }> {
  if (!Array.isArray(wanted) || wanted.length < 2) {
    throw new NbtrackError("compare() takes a list of two or more runs.", {
      hint: 'Write compare(["3f2a", "last"]), or give it rows of runs().',
    });
  }
  if (wanted.length > MAX_COMPARED) {
    throw new NbtrackError(
      `compare() takes at most ${MAX_COMPARED} runs; it was given ${wanted.length}.`,
      { hint: "runs() with filter, sort and limit finds those that matter." },
    );
  }
  const found: FoundRun[] = [];
  for (const run of wanted) found.push(await findRun(idOf(run), journal));
  const records: RunRecord[] = [];
  for (const { reader, run_id } of found) {
    records.push(await reader.get(run_id));
  }
  const { runs, metrics, params, datasets, packages, artifacts, ...others } =
    compareRuns(records);
  const plain = <T>(
    { key, values }: { key: string; values: (T | null)[] },
  ) => ({
    key,
    values,
  });
  const compared: ComparedRuns = {
    runs: entriesOf(runs),
    params: params.map(plain),
    metrics: metrics.map(({ key, values }) => ({
      key,
      values: values.map((value) =>
        value === null ? null : fromJsonNumber(value)
      ),
    })),
    datasets: datasets.map(plain),
    packages: packages.map(plain),
    artifacts: artifacts.map(plain),
    cells: others.cells.map(({ change, diff, run_id }) => ({
      change,
      diff,
      run_id,
    })),
    others: others.others.map(({ dimension, what, run_id }) => ({
      dimension,
      what,
      run_id,
    })),
    points: async (metric) => {
      const all: ComparedPoint[] = [];
      for (const [i, { reader, run_id }] of found.entries()) {
        const run = records[i]?.name ?? run_id;
        for (const point of await pointsOf(reader, run_id, metric)) {
          all.push({
            run_id,
            run,
            step: point.step,
            value: point.value === null ? NaN : fromJsonNumber(point.value),
          });
        }
      }
      return all;
    },
  };
  return { compared, found };
}

/** The points of a metric; none where a run has no such metric. */
async function pointsOf(
  reader: FoundRun["reader"],
  run_id: string,
  metric: string,
) {
  try {
    return await reader.points(run_id, metric);
  } catch (error) {
    if (isUnknownNameError(error)) return [];
    throw error;
  }
}

/** What names a run of the journal or a server. */
export function idOf(run: RunToCompare): string {
  if (typeof run === "string") return run;
  const { id, run_id } = (run ?? {}) as { id?: unknown; run_id?: unknown };
  const given = run_id ?? id;
  if (typeof given === "string") return given;
  throw new NbtrackError(
    "A run is named by its id, the beginning of it, its address, or by what track(), load() and runs() give.",
  );
}

function valueOf(text: string | null): TableValue {
  if (text === null || text.trim() === "") return text;
  const number = Number(text);
  // A text that a number would not be written as (007, 1e400, 9007199254740993) stays one.
  return Number.isFinite(number) && String(number) === text ? number : text;
}
