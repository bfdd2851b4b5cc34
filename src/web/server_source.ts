/**
 * What pages show, from the runs of a GitLab or MLflow server.
 *
 * @module
 */
import { fromJsonNumber } from "../base/numbers.ts";
import { RunNotFoundError } from "../record/errors.ts";
import { unknownExperiment } from "../record/journal_reader.ts";
import { VERDICT_TAG } from "../record/own_tags.ts";
import type { RunReader } from "../record/reader.ts";
import {
  type RowSelection,
  type RowsWanted,
  selectRead,
} from "../record/run_rows.ts";
import type { RunRecord } from "../record/schema/record.ts";
import type { RunSummary } from "../record/schema/summary.ts";
import { withStateNotes } from "../record/state_notes.ts";
import { Buckets } from "../view/charts.ts";
import { tellingKeys } from "../view/telling_keys.ts";
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
  RunStars,
  TableKeys,
} from "./parts/source.ts";
import type { OtherValue, ValuesOfRuns } from "./parts/values.ts";
import { withServersIds } from "./server_ids.ts";
import { ServerValues } from "./server_values.ts";

/** How long what a server said is taken for true unless another time is given, milliseconds. */
const KEPT_MS = 10_000;
/** Runs and series that are kept. */
const MAX_KEPT = 200;

/** How runs of a server are read. */
export interface ServerSourceOptions {
  /** How long what the server said is taken for true once it has said it, milliseconds. @default {10 seconds} */
  kept_ms?: number;
  /** Stars that are kept on this machine. @default {none} */
  stars?: RunStars;
}

/** Reads what pages show from a server. */
export class ServerSource implements PageSource {
  readonly server: string;
  readonly age_ms: number;
  readonly #reader: RunReader;
  readonly stars?: RunStars;
  readonly #values: ServerValues;
  readonly #kept = new Map<
    string,
    { until: number; value: Promise<unknown> }
  >();

  /** @param server Where the runs lie, in words. */
  constructor(
    reader: RunReader,
    server: string,
    { kept_ms = KEPT_MS, stars }: ServerSourceOptions = {},
  ) {
    this.#reader = reader;
    this.server = server;
    this.age_ms = kept_ms;
    if (stars !== undefined) this.stars = stars;
    this.#values = new ServerValues((run_id, key) =>
      reader.points(run_id, key)
    );
  }

  async experiments(): Promise<ExperimentRow[]> {
    const groups = Map.groupBy(await this.#runs(), (run) => run.experiment);
    return [...groups].map(([name, runs]) => ({
      name,
      runs: runs.length,
      open: runs.filter((run) => run.status === "RUNNING").length,
      last_time: runs[0]?.start_time ?? null,
    }));
  }

  async select(wanted: RowsWanted): Promise<RowSelection> {
    return selectRead(await this.#runsOf(wanted.experiment), wanted);
  }

  /** Its rows are whole already. */
  async fill(): Promise<void> {}

  values = async (
    experiment: string,
    run_ids: readonly string[],
    keys: readonly string[],
    at: OtherValue,
  ): Promise<ValuesOfRuns> => {
    const ids = new Set(run_ids);
    const runs = await this.#runsOf(experiment);
    return await this.#values.of(
      runs.filter(({ run_id }) => ids.has(run_id)),
      keys,
      at,
    );
  };

  async best(
    experiment: string,
    metric: string,
    end?: "low" | "high",
  ): Promise<BestRun | null> {
    return bestRunBy(await this.#runsOf(experiment), metric, end);
  }

  async keys(run_ids: readonly string[]): Promise<TableKeys> {
    const ids = new Set(run_ids);
    const runs = (await this.#runs()).filter((run) => ids.has(run.run_id));
    const uses = (of: "params" | "metrics" | "tags") => {
      const counts = new Map<string, number>();
      for (const run of runs) {
        for (const key of Object.keys(run[of])) {
          counts.set(key, (counts.get(key) ?? 0) + 1);
        }
      }
      return [...counts].sort(([, a], [, b]) => b - a).map(([key]) => key);
    };
    const params = uses("params");
    const metrics = uses("metrics");
    return {
      params,
      metrics,
      telling: tellingKeys(metrics, runs.map((run) => run.metrics)).telling,
      tags: uses("tags"),
      differing: params.filter((key) =>
        new Set(runs.map((run) => run.params[key])).size > 1
      ).sort(),
    };
  }

  async find(text: string): Promise<string> {
    const runs = await this.#runs();
    const found = text === "last"
      ? runs[0]
      : runs.find((run) => run.run_id === text) ??
        runs.find((run) => text.length >= 4 && run.run_id.startsWith(text));
    if (found !== undefined) return found.run_id;
    throw new RunNotFoundError(`There is no run "${text}" on ${this.server}.`, {
      asked: text,
      hint: "The page of experiments lists all runs.",
    });
  }

  record(run_id: string): Promise<RunRecord> {
    return this.#keep(`record ${run_id}`, async () => {
      const run = await this.#reader.get(run_id);
      return run.reproduces === null
        ? run
        : withServersIds([run], await this.#runs())[0] ?? run;
    });
  }

  withState(run: RunRecord): Promise<RunRecord> {
    return withStateNotes(run, null);
  }

  /** What a server has of it lies within the bundle. */
  async notebookTexts(): Promise<NotebookTexts> {
    return await Promise.resolve({ kept: null, now: null });
  }

  async before(
    run: RunRecord,
  ): Promise<{ run_id: string; name: string } | null> {
    const runs = await this.#runsOf(run.experiment);
    const at = runs.findIndex((one) => one.run_id === run.run_id);
    const found = at < 0
      ? undefined
      : runs.slice(at + 1).find((one) => one.reproduces === null);
    return found === undefined
      ? null
      : { run_id: found.run_id, name: found.name };
  }

  async reproductions(run_id: string): Promise<ReproductionRow[]> {
    return (await this.#runs()).filter((run) => run.reproduces === run_id)
      .map(({ run_id, name, start_time, tags }) => ({
        run_id,
        name,
        start_time,
        verdict: tags[VERDICT_TAG] ?? null,
      }));
  }

  async children(run_id: string): Promise<RunSummary[]> {
    return (await this.#runs()).filter((run) => run.parent === run_id)
      .toReversed();
  }

  async metrics(run_id: string): Promise<MetricRow[]> {
    const { metrics } = await this.record(run_id);
    return Object.entries(metrics).map(([key, last]) => ({
      key,
      count: null,
      last,
      ends: null,
    }));
  }

  async buckets(
    run_id: string,
    keys: readonly string[] | null,
    { x = "step", domain }: BucketsWanted = {},
  ): Promise<Map<string, Buckets>> {
    const run = await this.record(run_id);
    const wanted = keys ?? Object.keys(run.metrics);
    const [from, to] = domain ?? [-Infinity, Infinity];
    const read = await Promise.all(
      wanted.filter((key) => Object.hasOwn(run.metrics, key)).map(
        async (key) => {
          const buckets = new Buckets();
          let n = 0;
          for (
            const { step, timestamp, value } of await this.points(run_id, key)
          ) {
            const at = x === "time"
              ? (timestamp ?? run.start_time) - run.start_time
              : step ?? n;
            n++;
            if (value === null || at < from || at > to) continue;
            buckets.add(at, fromJsonNumber(value));
          }
          return [key, buckets] as const;
        },
      ),
    );
    return new Map(read);
  }

  points(run_id: string, key: string): Promise<PointRow[]> {
    return this.#keep(
      `points ${run_id} ${key}`,
      () => this.#reader.points(run_id, key),
    );
  }

  async artifact(
    run_id: string,
    path: string,
  ): Promise<ReadableStream<Uint8Array>> {
    return await this.#reader.artifact(run_id, path);
  }

  /** A server knows no sessions. */
  sessions(): null {
    return null;
  }

  /** Every run, newest first. */
  #runs(): Promise<RunSummary[]> {
    return this.#keep("runs", async () => {
      const runs = await this.#reader.list();
      return withServersIds(runs, runs);
    });
  }

  async #runsOf(experiment: string): Promise<RunSummary[]> {
    const all = await this.#runs();
    const runs = all.filter((run) => run.experiment === experiment);
    if (runs.length > 0) return runs;
    throw unknownExperiment(experiment, [
      ...new Set(all.map((run) => run.experiment)),
    ]);
  }

  /** Asks once for what several parts of a page need; a failure is asked for again. */
  #keep<T>(name: string, read: () => Promise<T>): Promise<T> {
    const now = Date.now();
    const kept = this.#kept.get(name);
    if (kept !== undefined && kept.until > now) return kept.value as Promise<T>;
    for (const [key, { until }] of this.#kept) {
      if (until <= now || this.#kept.size > MAX_KEPT) this.#kept.delete(key);
    }
    // It is kept from its answer on: what takes long to read is read once for all parts of a page.
    const asked = { until: Infinity, value: read() };
    this.#kept.set(name, asked);
    asked.value.then(
      () => asked.until = Date.now() + this.age_ms,
      () => asked.until = 0,
    );
    return asked.value;
  }
}
