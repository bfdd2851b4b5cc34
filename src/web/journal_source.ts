/**
 * What pages show, from the journal.
 *
 * @module
 */
import { type SessionRow, sessionRows } from "../record/session_rows.ts";
import { toJsonNumber } from "../base/numbers.ts";
import type { Journal } from "../journal/journal.ts";
import { findLocal } from "../record/find.ts";
import { JournalReader } from "../record/journal_reader.ts";
import { foundVerdicts } from "../record/found_verdicts.ts";
import { moduleChanges } from "../record/module_changes.ts";
import { readPresentNotebook } from "../record/present_notebook.ts";
import type { RunField } from "../record/query.ts";
import {
  fillRows,
  type RowSelection,
  type RowsWanted,
  selectRows,
  type TableRow,
} from "../record/run_rows.ts";
import { summaryOfRow } from "../record/journal_record.ts";
import type { RunRecord } from "../record/schema/record.ts";
import type { RunSummary } from "../record/schema/summary.ts";
import { withStateNotes } from "../record/state_notes.ts";
import type { SweepGoal } from "../record/sweep/best.ts";
import { sweepGoal } from "../record/sweep/plan.ts";
import { Buckets } from "../view/charts.ts";
import { JournalChanges } from "./journal_changes.ts";
import { journalStars } from "./journal_stars.ts";
import { MetricValues } from "./metric_values.ts";
import { bestRunBy } from "./parts/best.ts";
import type {
  BestRun,
  BucketsWanted,
  ExperimentRow,
  MetricRow,
  NotebookTexts,
  PageSource,
  PointRow,
  ReproductionRow,
  RunNews,
  RunStars,
  TableKeys,
} from "./parts/source.ts";
import type { OtherValue, ValuesOfRuns } from "./parts/values.ts";
import { metricEnds } from "../journal/metric_ends.ts";
import { scanPoints } from "../journal/point_scan.ts";
import { journalTable } from "../journal/run_table.ts";

/** Reads what pages show from the journal. */
export class JournalSource implements PageSource {
  readonly server = null;
  readonly age_ms = 0;
  readonly #journal: Journal;
  readonly #reader: JournalReader;
  readonly #values: MetricValues;
  readonly stars: RunStars;
  #changes: JournalChanges | undefined;

  constructor(journal: Journal) {
    this.#journal = journal;
    this.#reader = new JournalReader(journal);
    this.#values = new MetricValues(journal);
    this.stars = journalStars(journal);
  }

  // Async although the journal is not, so that every failure is a rejection.
  async experiments(): Promise<ExperimentRow[]> {
    return await Promise.resolve(
      journalTable(this.#journal).experiments().map(
        ({ experiment, ...row }) => ({ name: experiment, ...row }),
      ),
    );
  }

  async select(wanted: RowsWanted): Promise<RowSelection> {
    return await Promise.resolve(selectRows(this.#journal, wanted));
  }

  async fill(
    experiment: string,
    rows: readonly TableRow[],
    fields: readonly RunField[],
  ): Promise<void> {
    await Promise.resolve(fillRows(this.#journal, experiment, rows, fields));
  }

  values = async (
    experiment: string,
    run_ids: readonly string[],
    keys: readonly string[],
    at: OtherValue,
  ): Promise<ValuesOfRuns> =>
    await Promise.resolve(this.#values.of(experiment, run_ids, keys, at));

  async best(
    experiment: string,
    metric: string,
    end?: "low" | "high",
  ): Promise<BestRun | null> {
    const table = journalTable(this.#journal);
    const values = new Map(
      table.lastValues({ experiment }, [metric]).map(({ run_id, value }) => [
        run_id,
        toJsonNumber(value),
      ]),
    );
    return await Promise.resolve(bestRunBy(
      table.runs(experiment).map(({ run_id, name, reproduces }) => {
        const value = values.get(run_id);
        return {
          run_id,
          name,
          reproduces,
          metrics: value === undefined ? {} : { [metric]: value },
        };
      }),
      metric,
      end,
    ));
  }

  async keys(run_ids: readonly string[]): Promise<TableKeys> {
    const table = journalTable(this.#journal);
    const keysOf = (of: "params" | "tags") =>
      table.keys(of, run_ids).map(({ key }) => key);
    const metrics = table.metricUses(run_ids);
    return await Promise.resolve({
      differing: table.differingParams(run_ids),
      params: keysOf("params"),
      metrics: metrics.map(({ key }) => key),
      telling: metrics.filter(({ differs }) => differs).map(({ key }) => key),
      tags: keysOf("tags"),
    });
  }

  async find(text: string): Promise<string> {
    return await Promise.resolve(findLocal(text, this.#journal));
  }

  async record(run_id: string): Promise<RunRecord> {
    return await this.#reader.get(run_id);
  }

  async withState(run: RunRecord): Promise<RunRecord> {
    if (run.hidden_state !== null) return run;
    const { kept, now } = await this.notebookTexts(run);
    return await withStateNotes(
      run,
      // A file may have been edited since the run ended.
      kept ?? (run.end_time === null ? now : null),
      moduleChanges(this.#journal, run.run_id),
    );
  }

  async notebookTexts(run: RunRecord): Promise<NotebookTexts> {
    const kept = this.#journal.entries.document(run.run_id, "notebook_file");
    return {
      kept: kept ?? null,
      // Where a stranger's run says its notebook lies, is none of its author's business.
      now: run.provenance === "here"
        ? await readPresentNotebook(run.notebook, this.#journal.redactor)
        : null,
    };
  }

  async before(
    run: RunRecord,
  ): Promise<{ run_id: string; name: string } | null> {
    const row = this.#journal.runs.before(run);
    return await Promise.resolve(
      row === undefined ? null : { run_id: row.run_id, name: row.name },
    );
  }

  async reproductions(run_id: string): Promise<ReproductionRow[]> {
    return await Promise.resolve(foundVerdicts(this.#journal, run_id));
  }

  async children(run_id: string): Promise<RunSummary[]> {
    return await Promise.resolve(
      this.#journal.runs.children(run_id).filter(({ listed }) => listed === 1)
        .map((row) => summaryOfRow(this.#journal, row)),
    );
  }

  async goal(run_id: string): Promise<SweepGoal | null> {
    return await Promise.resolve(sweepGoal(this.#journal, run_id));
  }

  async metrics(run_id: string): Promise<MetricRow[]> {
    const ends = metricEnds(this.#journal, run_id);
    return await Promise.resolve(
      this.#journal.metrics(run_id).map(({ key, count, last }) => ({
        key,
        count,
        last: last === null ? null : toJsonNumber(last.value),
        ends: ends.get(key) ?? null,
      })),
    );
  }

  async buckets(
    run_id: string,
    keys: readonly string[] | null,
    { x = "step", domain }: BucketsWanted = {},
  ): Promise<Map<string, Buckets>> {
    const wanted = keys === null ? null : new Set(keys);
    const start = this.#journal.runs.get(run_id)?.start_time ?? 0;
    const [from, to] = domain ?? [-Infinity, Infinity];
    const found = new Map<string, Buckets>();
    scanPoints(this.#journal, run_id, (key) => {
      if (wanted !== null && !wanted.has(key)) return null;
      const buckets = new Buckets();
      found.set(key, buckets);
      return (step, value, timestamp) => {
        const at = x === "time" ? timestamp - start : step;
        if (at >= from && at <= to) buckets.add(at, value);
      };
    });
    return await Promise.resolve(found);
  }

  async points(run_id: string, key: string): Promise<Iterable<PointRow>> {
    return await this.#reader.points(run_id, key);
  }

  async artifact(
    run_id: string,
    path: string,
  ): Promise<ReadableStream<Uint8Array>> {
    return await this.#reader.artifact(run_id, path);
  }

  async sessions(limit: number): Promise<SessionRow[]> {
    return await Promise.resolve(sessionRows(this.#journal, limit));
  }

  changes = (): RunNews[] =>
    (this.#changes ??= new JournalChanges(this.#journal)).poll();
}
