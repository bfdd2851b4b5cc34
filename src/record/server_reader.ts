/**
 * Reads runs from GitLab, or from a plain MLflow server, whoever logged them.
 *
 * @module
 */
import { messageOf } from "../base/errors.ts";
import { isRecordFile } from "../base/record_files.ts";
import { toJsonNumber } from "../base/numbers.ts";
import type { TrackingClient } from "../gitlab/client.ts";
import {
  isAddressError,
  isForbiddenError,
  isNotFoundError,
  isUnsupportedError,
} from "../gitlab/errors.ts";
import { TAG } from "../gitlab/fields.ts";
import { METRICS_FILES, readMetricsFile } from "../gitlab/metrics_file.ts";
import type { ServerRun } from "../gitlab/schemas.ts";
import { RunNotFoundError } from "./errors.ts";
import { parseFilter } from "./filter.ts";
import {
  unknownArtifact,
  unknownExperiment,
  unknownMetric,
} from "./journal_reader.ts";
import { type LoggedRecord, readLogged } from "./logged_record.ts";
import type { ListOptions, RunReader } from "./reader.ts";
import {
  type RecordedArtifact,
  type RecordedPoint,
  type RunRecord,
  usersFirst,
} from "./schema/record.ts";
import { recordOfRun, summaryOfRun } from "./server_record.ts";
import { byNewest, parseSort } from "./sort.ts";
import type { RunSummary } from "./schema/summary.ts";

/** Reads a server's runs. */
export class ServerReader implements RunReader {
  readonly #client: TrackingClient;
  readonly #experiments = new Map<string, Promise<string>>();

  constructor(client: TrackingClient) {
    this.#client = client;
  }

  async list(options: ListOptions = {}): Promise<RunSummary[]> {
    const { experiment, filter, sort, limit } = options;
    const passes = filter === undefined ? undefined : parseFilter(filter);
    const order = sort === undefined ? byNewest : parseSort(sort);
    const all = await this.#client.listExperiments();
    const wanted = experiment === undefined
      ? all
      : all.filter((e) => e.name === experiment);
    if (experiment !== undefined && wanted.length === 0) {
      throw unknownExperiment(experiment, all.map((e) => e.name));
    }
    const runs: RunSummary[] = [];
    for (const { experiment_id, name } of wanted) {
      let taken = 0;
      for await (const run of this.#client.searchRuns({ experiment_id })) {
        const summary = await this.#summary(run, name);
        // GitLab ignores filters.
        if (passes !== undefined && !passes(summary)) continue;
        runs.push(summary);
        if (sort === undefined && limit !== undefined && ++taken >= limit) {
          break;
        }
      }
    }
    runs.sort(order);
    return limit === undefined ? runs : runs.slice(0, limit);
  }

  async get(run_id: string): Promise<RunRecord> {
    const run = await this.#run(run_id);
    const files = await this.#files(run);
    const logged = await readLogged(
      files.list,
      (path) => this.#client.downloadArtifact(run.info, path),
    );
    const experiment = await this.#experiment(run.info.experiment_id);
    const record = recordOfRun(await this.#summary(run, experiment), {
      logged,
      artifacts: files.list,
    });
    if (files.why !== null) {
      record.missing.push({ what: "artifacts", why: files.why });
    }
    return record;
  }

  async points(run_id: string, key: string): Promise<RecordedPoint[]> {
    const run = await this.#run(run_id);
    const stored = await this.#client.storedPoints(run_id, key);
    const filed = await this.#filedPoints(run, key);
    if (filed !== null) return filed;
    // Of a run of ours the manifest has NaN and infinities too, which servers do not hold.
    const ours = run.data.tags.some((tag) => tag.key === TAG.runId);
    const logged = stored.complete && stored.points.length > 0 && !ours
      ? null
      : await this.#logged(run);
    const whole = logged?.manifest?.metrics.find((metric) =>
      metric.key === key
    );
    if (whole !== undefined && whole.points.length >= stored.points.length) {
      return whole.points.map(([step, timestamp, value]) => ({
        step,
        timestamp,
        value,
      }));
    }
    if (stored.points.length === 0) {
      const keys = new Set(run.data.metrics.map((metric) => metric.key));
      for (const metric of logged?.manifest?.metrics ?? []) {
        keys.add(metric.key);
      }
      throw unknownMetric(run_id, key, [...keys]);
    }
    return stored.points.map(({ step, timestamp, value }) => ({
      step,
      timestamp,
      value: value === null ? null : toJsonNumber(value),
    }));
  }

  /** The points of a metric of which the server was sent a thinned series; null where there is no file of them. */
  async #filedPoints(
    run: ServerRun,
    key: string,
  ): Promise<RecordedPoint[] | null> {
    if (!run.data.tags.some((tag) => tag.key === TAG.runId)) return null;
    const { list } = await this.#files(run);
    for (const path of METRICS_FILES) {
      if (!list.some((file) => file.path === path)) continue;
      const points = await readMetricsFile(
        await this.#client.downloadArtifact(run.info, path),
        key,
      );
      if (points === null || points.length === 0) continue;
      return points.map(({ value, ...point }) => ({
        ...point,
        value: toJsonNumber(value),
      }));
    }
    return null;
  }

  async artifact(
    run_id: string,
    path: string,
  ): Promise<ReadableStream<Uint8Array>> {
    const run = await this.#run(run_id);
    try {
      return await this.#client.downloadArtifact(run.info, path);
    } catch (error) {
      if (!isNotFoundError(error)) throw error;
      const files = await this.#client.listArtifacts(run.info);
      if (files.some((file) => file.path === path)) throw error;
      throw unknownArtifact(run_id, path, files.map((file) => file.path));
    }
  }

  async #run(run_id: string): Promise<ServerRun> {
    try {
      return await this.#client.getRun(run_id);
    } catch (cause) {
      if (!isNotFoundError(cause) || cause.missing !== "resource") throw cause;
      throw new RunNotFoundError(
        `There is no run ${run_id} on ${this.#client.tracking_uri}.`,
        {
          asked: run_id,
          cause,
          hint: "It may have been deleted, or belong to another project.",
        },
      );
    }
  }

  async #logged(run: ServerRun): Promise<LoggedRecord> {
    const { list } = await this.#files(run);
    return await readLogged(
      list,
      (path) => this.#client.downloadArtifact(run.info, path),
    );
  }

  /** The run's files; a server on which they cannot be listed says why. */
  async #files(
    { info }: ServerRun,
  ): Promise<{ list: RecordedArtifact[]; why: string | null }> {
    try {
      const files = await this.#client.listArtifacts(info);
      return {
        list: usersFirst(files.map(({ path, size }) => ({
          path,
          origin: isRecordFile(path) ? "record" : "user",
          size,
          digest: null,
        }))),
        why: null,
      };
    } catch (error) {
      if (
        isNotFoundError(error) || isForbiddenError(error) ||
        isUnsupportedError(error) || isAddressError(error)
      ) {
        return { list: [], why: messageOf(error) };
      }
      throw error;
    }
  }

  async #summary(run: ServerRun, experiment: string): Promise<RunSummary> {
    return summaryOfRun(run, {
      experiment,
      target: this.#client.tracking_uri,
      url: await this.#client.runUrl(run.info),
    });
  }

  #experiment(experiment_id: string): Promise<string> {
    const known = this.#experiments.get(experiment_id);
    if (known !== undefined) return known;
    const name = this.#client.getExperiment(experiment_id).then((experiment) =>
      experiment.name
    );
    this.#experiments.set(experiment_id, name);
    return name;
  }
}
