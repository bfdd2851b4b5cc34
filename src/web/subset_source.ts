/**
 * Some runs of a source, as if there were no others.
 *
 * @module
 */
import type { SessionRow } from "../record/session_rows.ts";
import { RunNotFoundError } from "../record/errors.ts";
import type { RunField } from "../record/query.ts";
import type { RowSelection, RowsWanted, TableRow } from "../record/run_rows.ts";
import type { RunSummary } from "../record/schema/summary.ts";
import type { SweepGoal } from "../record/sweep/best.ts";
import type { RunRecord } from "../record/schema/record.ts";
import type { Buckets } from "../view/charts.ts";
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
  TableKeys,
} from "./parts/source.ts";

/** Shows some runs alone. */
export class SubsetSource implements PageSource {
  readonly server: string | null;
  readonly age_ms: number;
  readonly #source: PageSource;
  readonly #chosen: ReadonlyMap<string, readonly TableRow[]>;
  readonly #ids: ReadonlySet<string>;

  /** @param chosen The runs by their experiments, in the order in which they are listed. */
  constructor(
    source: PageSource,
    chosen: ReadonlyMap<string, readonly TableRow[]>,
  ) {
    this.server = source.server;
    this.age_ms = source.age_ms;
    this.#source = source;
    this.#chosen = chosen;
    this.#ids = new Set(
      [...chosen.values()].flat().map((run) => run.run_id),
    );
  }

  async experiments(): Promise<ExperimentRow[]> {
    return await Promise.resolve(
      [...this.#chosen].map(([name, runs]) => ({
        name,
        runs: runs.length,
        open: runs.filter((run) => run.end_time === null).length,
        last_time: runs.length === 0
          ? null
          : Math.max(...runs.map((run) => run.start_time)),
      })),
    );
  }

  async select({ experiment }: RowsWanted): Promise<RowSelection> {
    const rows = this.#chosen.get(experiment) ?? [];
    return await Promise.resolve({
      total: rows.length,
      rows: (offset: number, limit: number) =>
        rows.slice(offset, offset + limit),
    });
  }

  async fill(
    experiment: string,
    rows: readonly TableRow[],
    fields: readonly RunField[],
  ): Promise<void> {
    await this.#source.fill(experiment, rows, fields);
  }

  async best(
    experiment: string,
    metric: string,
    end?: "low" | "high",
  ): Promise<BestRun | null> {
    const rows = this.#chosen.get(experiment) ?? [];
    await this.fill(experiment, rows, [{ kind: "metrics", key: metric }]);
    return bestRunBy(rows, metric, end);
  }

  keys(run_ids: readonly string[]): Promise<TableKeys> {
    return this.#source.keys(run_ids);
  }

  async find(text: string): Promise<string> {
    const run_id = await this.#source.find(text);
    if (this.#ids.has(run_id)) return run_id;
    throw new RunNotFoundError(`Run "${text}" is not among those shown.`, {
      asked: text,
    });
  }

  record(run_id: string): Promise<RunRecord> {
    return this.#source.record(run_id);
  }

  withState(run: RunRecord): Promise<RunRecord> {
    return this.#source.withState(run);
  }

  /** The file as it is now is no part of what is shown of a run. */
  async notebookTexts(run: RunRecord): Promise<NotebookTexts> {
    return { ...await this.#source.notebookTexts(run), now: null };
  }

  async before(
    run: RunRecord,
  ): Promise<{ run_id: string; name: string } | null> {
    const before = await this.#source.before(run);
    return before !== null && this.#ids.has(before.run_id) ? before : null;
  }

  async reproductions(run_id: string): Promise<ReproductionRow[]> {
    return (await this.#source.reproductions(run_id)).filter((run) =>
      this.#ids.has(run.run_id)
    );
  }

  async children(run_id: string): Promise<RunSummary[]> {
    return (await this.#source.children(run_id)).filter((run) =>
      this.#ids.has(run.run_id)
    );
  }

  async goal(run_id: string): Promise<SweepGoal | null> {
    return await this.#source.goal?.(run_id) ?? null;
  }

  metrics(run_id: string): Promise<MetricRow[]> {
    return this.#source.metrics(run_id);
  }

  buckets(
    run_id: string,
    keys: readonly string[] | null,
    wanted?: BucketsWanted,
  ): Promise<Map<string, Buckets>> {
    return this.#source.buckets(run_id, keys, wanted);
  }

  points(run_id: string, key: string): Promise<Iterable<PointRow>> {
    return this.#source.points(run_id, key);
  }

  artifact(
    run_id: string,
    path: string,
  ): Promise<ReadableStream<Uint8Array>> {
    return this.#source.artifact(run_id, path);
  }

  /** The sessions of these runs. */
  sessions(limit: number): Promise<SessionRow[]> | null {
    const all = this.#source.sessions(limit);
    return all === null
      ? null
      : all.then((sessions) =>
        sessions.map((session) => ({
          ...session,
          runs: session.runs.filter(({ run_id }) => this.#ids.has(run_id)),
        })).filter(({ runs }) => runs.length > 0)
      );
  }
}
