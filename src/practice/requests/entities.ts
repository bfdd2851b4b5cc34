/**
 * Stored things as GitLab's answers show them.
 *
 * @module
 */
import type { Services } from "./router.ts";
import type { StoredProject } from "../store/accounts.ts";
import { exactJson } from "../store/columns.ts";
import type { StoredExperiment } from "../store/experiments.ts";
import type { PointToStore } from "../store/metrics.ts";
import type { StoredModel, StoredVersion } from "../store/models.ts";
import type { StoredRun } from "../store/runs.ts";

/** The address of a project's page. */
export function webUrl(services: Services, project: StoredProject): string {
  return `${services.externalUrl}/${project.path}`;
}

/** The address of a project in the API; the id is always numeric. */
export function apiUrl(services: Services, project: number): string {
  return `${services.externalUrl}/api/v4/projects/${project}`;
}

/** An experiment of the MLflow API. */
export function experimentEntity(
  { store }: Services,
  experiment: StoredExperiment,
) {
  return {
    experiment_id: String(experiment.iid),
    name: experiment.name,
    lifecycle_stage: "active",
    artifact_location: "not_implemented",
    tags: store.experimentTags.of(experiment.id),
  };
}

/** A run's `info`. */
export function runInfo(services: Services, run: StoredRun) {
  return {
    run_id: run.eid,
    run_uuid: run.eid,
    experiment_id: String(run.experiment_iid),
    start_time: exactJson(run.start_time),
    ...(run.end_time === null ? {} : { end_time: exactJson(run.end_time) }),
    run_name: run.name,
    status: run.status,
    artifact_uri: artifactUri(services, run),
    lifecycle_stage: "active",
    user_id: run.user === null ? "" : String(run.user),
  };
}

/** A run with its metrics: every point in older profiles, the latest of each key in the newest. */
export function runEntity(services: Services, run: StoredRun) {
  const { store, profile } = services;
  const points = profile === "newest"
    ? store.metrics.latest(run.id)
    : store.metrics.all(run.id);
  return {
    info: runInfo(services, run),
    data: {
      metrics: points.map(metricEntity),
      params: store.params.of(run.id),
      tags: store.runTags.of(run.id),
    },
  };
}

/** A metric point; `step` is absent when it is null. */
export function metricEntity(point: PointToStore) {
  return {
    key: point.key,
    value: point.value,
    timestamp: point.timestamp === null ? null : exactJson(point.timestamp),
    ...(point.step === null ? {} : { step: point.step }),
  };
}

function artifactUri(services: Services, run: StoredRun): string {
  const packages = `${apiUrl(services, run.project)}/packages`;
  if (services.profile === "16.4" || run.package_type === "generic") {
    return `${packages}/generic/ml_experiment_${run.experiment_iid}/${run.iid}/`;
  }
  if (run.model_version !== null) {
    return `${packages}/ml_models/${run.model_version}/files/`;
  }
  return run.package_version?.startsWith("candidate_")
    ? `mlflow-artifacts:/candidate:${run.iid}`
    : `${packages}/ml_models/candidate:${run.iid}/files/`;
}

/** A registered model; times in seconds. */
export function modelEntity(
  services: Services,
  project: StoredProject,
  model: StoredModel,
) {
  const latest = services.store.models.highest(model);
  return {
    name: model.name,
    creation_timestamp: seconds(model.created_at),
    last_updated_timestamp: seconds(model.updated_at),
    description: model.description ?? "",
    user_id: model.user === null ? "" : String(model.user),
    tags: services.store.modelTags.of(model.id),
    latest_versions: latest === undefined
      ? []
      : [versionEntity(services, project, latest)],
  };
}

/** A model version; the semantic version is also its only alias. */
export function versionEntity(
  services: Services,
  project: StoredProject,
  version: StoredVersion,
) {
  return {
    name: version.model_name,
    version: version.version,
    creation_timestamp: seconds(version.created_at),
    last_updated_timestamp: seconds(version.updated_at),
    user_id: null,
    current_stage: "development",
    description: version.description ?? "",
    source: `${
      webUrl(services, project)
    }/-/ml/models/${version.model}/versions/${version.id}`,
    run_id: version.eid,
    status: "READY",
    status_message: "",
    tags: services.store.versionTags.of(version.id),
    run_link: "",
    aliases: [version.version],
  };
}

function seconds(microseconds: number): number {
  return Math.floor(microseconds / 1_000_000);
}
