/**
 * Reads runs from the journal.
 *
 * @module
 */
import { nearest } from "../base/nearest.ts";
import { toJsonNumber } from "../base/numbers.ts";
import { journalError } from "../journal/errors.ts";
import type { Journal } from "../journal/journal.ts";
import type { RunRow } from "../journal/run_row.ts";
import { RunNotFoundError, UnknownNameError } from "./errors.ts";
import { parseFilter } from "./filter.ts";
import { recordOf, summaryOfRow } from "./journal_record.ts";
import { runsOfReplay } from "./replay_runs.ts";
import type { ListOptions, RunReader } from "./reader.ts";
import type { RecordedPoint, RunRecord } from "./schema/record.ts";
import { parseSort } from "./sort.ts";
import type { RunSummary } from "./schema/summary.ts";
import { journalTable } from "../journal/run_table.ts";

/** Reads the journal's runs. */
export class JournalReader implements RunReader {
  readonly #journal: Journal;
  readonly #reproduced: string | null;

  /** @param reproduced The run that the process reproduces: then only what its notebook found is listed. */
  constructor(journal: Journal, reproduced: string | null = null) {
    this.#journal = journal;
    this.#reproduced = reproduced;
  }

  // Async although the journal is not, so that every failure is a rejection.
  async list(options: ListOptions = {}): Promise<RunSummary[]> {
    const { experiment, filter, sort, limit } = options;
    const passes = filter === undefined ? undefined : parseFilter(filter);
    const order = sort === undefined ? undefined : parseSort(sort);
    if (experiment !== undefined) this.#checkExperiment(experiment);
    const all = passes !== undefined || order !== undefined;
    const rows = this.#reproduced === null
      ? this.#journal.runs.list({
        listed: true,
        ...(experiment === undefined ? {} : { experiment }),
        ...(all || limit === undefined ? {} : { limit }),
      })
      : runsOfReplay(this.#journal, this.#reproduced, { experiment });
    const runs: RunSummary[] = [];
    for (const row of rows) {
      const run = summaryOfRow(this.#journal, row);
      if (passes !== undefined && !passes(run)) continue;
      runs.push(run);
      if (order === undefined && limit !== undefined && runs.length >= limit) {
        break;
      }
    }
    if (order !== undefined) runs.sort(order);
    return await Promise.resolve(
      limit === undefined ? runs : runs.slice(0, limit),
    );
  }

  async get(run_id: string): Promise<RunRecord> {
    return await Promise.resolve(recordOf(this.#journal, this.#row(run_id)));
  }

  async points(run_id: string, key: string): Promise<RecordedPoint[]> {
    this.#row(run_id);
    const keys = this.#journal.metrics(run_id).map((metric) => metric.key);
    if (!keys.includes(key)) throw unknownMetric(run_id, key, keys);
    const points: RecordedPoint[] = [];
    for (const point of this.#journal.points(run_id)) {
      if (point.key !== key) continue;
      points.push({
        step: point.step,
        timestamp: point.timestamp,
        value: toJsonNumber(point.value),
      });
    }
    return await Promise.resolve(points);
  }

  async artifact(
    run_id: string,
    path: string,
  ): Promise<ReadableStream<Uint8Array>> {
    this.#row(run_id);
    const { artifacts } = this.#journal;
    const row = artifacts.get(run_id, path);
    if (row === undefined) {
      throw unknownArtifact(
        run_id,
        path,
        artifacts.list(run_id).map((item) => item.path),
      );
    }
    const file = artifacts.file(row.digest);
    try {
      return (await Deno.open(file, { read: true })).readable;
    } catch (cause) {
      // It was replaced since its row was read.
      if (artifacts.get(run_id, path)?.digest !== row.digest) {
        return await this.artifact(run_id, path);
      }
      throw journalError("read an artifact beside", file, cause);
    }
  }

  #row(run_id: string): RunRow {
    const row = this.#journal.runs.get(run_id);
    if (row !== undefined) return row;
    throw new RunNotFoundError(`The journal has no run ${run_id}.`, {
      asked: run_id,
      hint: "nbtrack runs lists them.",
    });
  }

  #checkExperiment(experiment: string): void {
    const names = journalTable(this.#journal).experiments().map((row) =>
      row.experiment
    );
    if (!names.includes(experiment)) throw unknownExperiment(experiment, names);
  }
}

/** There is no such experiment, but perhaps one of a like name. */
export function unknownExperiment(
  asked: string,
  names: readonly string[],
): UnknownNameError {
  return new UnknownNameError(`There is no experiment "${asked}".`, {
    kind: "experiment",
    asked,
    hint: hintFor(asked, names, "It begins with a first track() of that name."),
  });
}

/** The run has no such metric, but perhaps one of a like name. */
export function unknownMetric(
  run_id: string,
  asked: string,
  keys: readonly string[],
): UnknownNameError {
  return new UnknownNameError(
    `Run ${run_id.slice(0, 8)} has no metric "${asked}".`,
    {
      kind: "metric",
      asked,
      hint: hintFor(asked, keys, "It has none."),
    },
  );
}

/** The run has no such artifact, but perhaps one of a like name. */
export function unknownArtifact(
  run_id: string,
  asked: string,
  paths: readonly string[],
): UnknownNameError {
  return new UnknownNameError(
    `Run ${run_id.slice(0, 8)} has no artifact "${asked}".`,
    {
      kind: "artifact",
      asked,
      hint: hintFor(asked, paths, "It has none."),
    },
  );
}

/** Names shown in a hint. */
const SHOWN = 8;

function hintFor(
  asked: string,
  names: readonly string[],
  none: string,
): string {
  const near = nearest(asked, names);
  if (near !== null) return `Did you mean "${near}"?`;
  if (names.length === 0) return none;
  const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : "";
  return `There is ${names.slice(0, SHOWN).join(", ")}${more}.`;
}
