/**
 * A run's summary and record from what a server says.
 *
 * @module
 */
import { byKeys, ownValue } from "../base/values.ts";
import { fromJsonNumber, toJsonNumber } from "../base/numbers.ts";
import { TAG } from "../gitlab/fields.ts";
import {
  fitMetricKey,
  fitParam,
  fitTag,
  GITLAB_LIMITS,
  MLFLOW_LIMITS,
} from "../gitlab/limits.ts";
import type { Metric, ServerRun } from "../gitlab/schemas.ts";
import type { Manifest } from "./bundle/manifest.ts";
import type { LoggedRecord } from "./logged_record.ts";
import { moduleSchema } from "./schema/documents.ts";
import {
  datasetSchema,
  type RecordedArtifact,
  recordOfSummary,
  type RunRecord,
} from "./schema/record.ts";
import type { RunSummary } from "./schema/summary.ts";

/** What a server does not say in the run itself. */
export interface Surroundings {
  /** The experiment's name. */
  experiment: string;
  /** The tracking URI. */
  target: string;
  /** The run's page. */
  url: string | null;
}

/** The summary of a server's run. */
export function summaryOfRun(
  { info, data }: ServerRun,
  { experiment, target, url }: Surroundings,
): RunSummary {
  return {
    run_id: info.run_id,
    name: info.run_name ?? info.run_id,
    experiment,
    status: info.status,
    start_time: info.start_time ?? 0,
    end_time: info.end_time,
    params: byKeys(data.params),
    metrics: lastValues(data.metrics),
    tags: byKeys(data.tags),
    delivery: {
      state: "delivered",
      target,
      url,
      error: null,
      parts: [],
      thinned: data.tags.find(({ key }) => key === TAG.steps)?.value ?? null,
    },
    parent: data.tags.find(({ key }) => key === TAG.parent)?.value ?? null,
    seed: null,
    ...originOf(data.tags),
  };
}

/** The record of a server's run, with what nbtrack logged beside it if it did. */
export function recordOfRun(
  summary: RunSummary,
  { logged, artifacts }: {
    logged: LoggedRecord;
    artifacts: readonly RecordedArtifact[];
  },
): RunRecord {
  const { manifest, cells } = logged;
  const tag = (key: string) => ownValue(summary.tags, key) ?? null;
  if (manifest === null) {
    return {
      ...recordOfSummary(summary),
      notebook: tag(TAG.sourceName),
      description: tag(TAG.note),
      cells,
      artifacts: [...artifacts],
      missing: [
        ...logged.missing,
        ...notKept(cells.length > 0, tag(TAG.runId) !== null),
      ],
    };
  }
  const { run } = manifest;
  const digests = new Map([
    ...Object.entries(manifest.files).map(([path, file]) =>
      [path, file.digest] as const
    ),
    ...manifest.artifacts.map(({ path, digest }) => [path, digest] as const),
  ]);
  return {
    ...summary,
    // A server cuts long texts and does not hold every number: the manifest has them whole.
    params: restored(summary.params, manifest.params, fitParam),
    tags: restored(summary.tags, manifest.tags, fitTag),
    metrics: restoredMetrics(summary.metrics, manifest.metrics),
    notebook: manifest.notebook?.name ?? null,
    // The server's own id of it, where the server knows it.
    parent: summary.parent ?? run.parent,
    seed: manifest.seed,
    description: run.description,
    end_reason: run.end_reason,
    cells,
    datasets: manifest.datasets.map((dataset) =>
      datasetSchema.parse({ ...dataset, message: null })
    ),
    packages: manifest.packages,
    modules: manifest.modules.map((module) => moduleSchema.parse(module)),
    artifacts: artifacts.map((file) => ({
      ...file,
      digest: digests.get(file.path) ?? null,
    })),
    environment: manifest.environment,
    git: manifest.git,
    redactions: manifest.redactions,
    missing: [...manifest.missing, ...logged.missing],
    changed: manifest.changed,
    hosts: manifest.hosts,
    env_names: manifest.env_names,
    hidden_state: manifest.hidden_state ?? null,
    network: manifest.network ?? [],
    written: manifest.written ?? [],
    system: [],
  };
}

/** Where a server's run was recorded, as its tags say: not here, unless the journal says so. */
function originOf(
  tags: ServerRun["data"]["tags"],
): Pick<RunSummary, "provenance" | "reproduces"> {
  const value = (key: string) => tags.find((t) => t.key === key)?.value ?? null;
  return {
    provenance: value(TAG.provenance) === "sandbox" ? "sandbox" : "elsewhere",
    reproduces: value(TAG.reproduces),
  };
}

const LIMITS = [GITLAB_LIMITS, MLFLOW_LIMITS];

/** What a server shows, with whole keys and texts where it shows what was made to fit. */
function restored(
  shown: Record<string, string>,
  logged: Record<string, string>,
  fit: typeof fitParam,
): Record<string, string> {
  const whole = { ...logged, ...shown };
  for (const [key, value] of Object.entries(logged)) {
    for (const limits of LIMITS) {
      const sent = fit(key, value, limits);
      if (!sent.shortened || shown[sent.key] !== sent.value) continue;
      delete whole[sent.key];
      whole[key] = value;
    }
  }
  return whole;
}

/**
 * The last values a server shows, with whole keys, and with NaN and infinities, which it does not hold. GitLab takes the
 * point that came last for the last one: where what it shows is one of the logged points, the one of the highest step is.
 */
function restoredMetrics(
  shown: RunSummary["metrics"],
  logged: Manifest["metrics"],
): RunSummary["metrics"] {
  const last = lastLogged(logged);
  const whole = { ...last, ...shown };
  for (const { key, points } of logged) {
    for (const limits of LIMITS) {
      const sent = fitMetricKey(key, limits);
      if (sent !== key) delete whole[sent];
    }
    const value = last[key];
    if (value === undefined) continue;
    const isLogged = points.some((point) => point[2] === shown[key]);
    if (typeof value === "string" || isLogged) whole[key] = value;
  }
  return whole;
}

/** What a run has not when no manifest lies beside it. */
function notKept(cells: boolean, ours: boolean): RunRecord["missing"] {
  const why = ours
    ? "its manifest is not on the server: it is delivered when the run has ended"
    : "whoever logged it kept only params, metrics, tags and artifacts";
  return ["cells", "datasets", "packages", "seed", "environment", "git"]
    .filter((what) => what !== "cells" || !cells)
    .map((what) => ({ what, why }));
}

/** The last value of each metric: the highest step, then the latest time. Null, which GitLab keeps for NaN, is none. */
function lastValues(metrics: readonly Metric[]): RunSummary["metrics"] {
  const last = new Map<string, Metric>();
  for (const metric of metrics) {
    const before = last.get(metric.key);
    if (before === undefined || !isBefore(metric, before)) {
      last.set(metric.key, metric);
    }
  }
  return Object.fromEntries(
    [...last].flatMap(([key, { value }]) =>
      value === null ? [] : [[key, toJsonNumber(value)]]
    ),
  );
}

function isBefore(a: Metric, b: Metric): boolean {
  const [stepA, stepB] = [a.step ?? 0, b.step ?? 0];
  return stepA < stepB ||
    (stepA === stepB && (a.timestamp ?? 0) < (b.timestamp ?? 0));
}

/** The last value of each metric in a manifest. */
function lastLogged(metrics: Manifest["metrics"]): RunSummary["metrics"] {
  return Object.fromEntries(metrics.flatMap(({ key, points }) => {
    let last = points[0];
    for (const point of points) {
      if (last !== undefined && point[0] >= last[0]) last = point;
    }
    if (last === undefined) return [];
    return [[key, toJsonNumber(fromJsonNumber(last[2]))]];
  }));
}
