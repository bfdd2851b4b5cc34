/**
 * Where the artifacts of a run lie, by its `artifact_uri`.
 *
 * @module
 */
import { AddressError } from "./errors.ts";
import type { TrackingServer } from "./connection.ts";
import type { RunInfo } from "./schemas.ts";

/** Where files are put and got. */
export interface ArtifactLocation {
  /** Files are at this address and their path. */
  base: string;
  /** Whether folders can be sent. */
  folders: boolean;
  /** Whether more than GitLab's characters are taken. */
  wide: boolean;
  /** Whether sending a file again replaces it; GitLab keeps each. */
  replaces: boolean;
  /** GitLab's package of these files, for listing them; null on a plain server. */
  package:
    | { type: "ml_model" | "generic"; name: string; version: string }
    | null;
  /** What GitLab's artifact listing calls it, null where it has none. */
  reference: string | null;
}

/**
 * The number GitLab gives a run within its project, which its page and its files need; null when the address
 * does not hold it (a plain server, a model version's run).
 */
export function runIid(artifact_uri: string): number | null {
  const found = /candidate:(\d+)(?:\/|$)/.exec(artifact_uri) ??
    /\/packages\/generic\/ml_experiment_\d+\/(\d+)\/?$/.exec(artifact_uri);
  return found === null ? null : Number(found[1]);
}

/**
 * Where a run's files are. GitLab's addresses are made from its project and the run's number: what
 * `artifact_uri` says changes with the first file, and may name a host that cannot be reached from here.
 *
 * @throws {AddressError} when the server keeps its files where only it can write
 */
export function artifactLocation(
  server: TrackingServer,
  info: Pick<RunInfo, "artifact_uri" | "experiment_id" | "run_id">,
): ArtifactLocation {
  return server.kind === "gitlab"
    ? gitlabLocation(server.project, info)
    : mlflowLocation(server.root, info.artifact_uri, info.run_id);
}

function gitlabLocation(
  project: string,
  info: Pick<RunInfo, "artifact_uri" | "experiment_id" | "run_id">,
): ArtifactLocation {
  const { artifact_uri: uri, experiment_id } = info;
  const name = `ml_experiment_${experiment_id}`;
  const iid = runIid(uri);
  const common = { wide: false, replaces: false };
  if (iid !== null && uri.includes("/packages/generic/")) {
    return {
      ...common,
      base: `${project}/packages/generic/${name}/${iid}/`,
      folders: false,
      package: { type: "generic", name, version: String(iid) },
      reference: null,
    };
  }
  if (iid !== null) {
    return {
      ...common,
      base: `${project}/packages/ml_models/candidate:${iid}/files/`,
      folders: true,
      package: { type: "ml_model", name, version: `candidate_${iid}` },
      reference: `candidate:${iid}`,
    };
  }
  const version = /\/packages\/ml_models\/(\d+)\/files\/?$/.exec(uri)?.[1] ??
    /^mlflow-artifacts:\/+(\d+)\/?$/.exec(uri)?.[1];
  if (version !== undefined) return versionLocation(project, version);
  throw new AddressError(
    `Cannot see where GitLab keeps the artifacts of run ${info.run_id}: its artifact_uri has an unknown form`,
    { hint: "Update nbtrack: GitLab may have changed." },
  );
}

/** Where the files of a model's version are, on GitLab. */
export function versionLocation(
  project: string,
  version: string,
): ArtifactLocation {
  return {
    base: `${project}/packages/ml_models/${version}/files/`,
    folders: true,
    wide: false,
    replaces: false,
    package: null,
    reference: version,
  };
}

/** Where files are on a plain server that passes artifacts on. */
export function mlflowLocation(
  root: string,
  artifact_uri: string,
  whose: string,
): ArtifactLocation {
  const path = /^mlflow-artifacts:(?:\/\/[^/]*)?\/+(.+?)\/*$/.exec(artifact_uri)
    ?.[1];
  if (path !== undefined) {
    return {
      base: `${root}/api/2.0/mlflow-artifacts/artifacts/${path}/`,
      folders: true,
      wide: true,
      replaces: true,
      package: null,
      reference: null,
    };
  }
  const scheme = /^([a-z0-9+.-]+):/i.exec(artifact_uri)?.[1] ?? "file";
  throw new AddressError(
    `Cannot reach the artifacts of ${whose}: the MLflow server keeps them itself (${scheme})`,
    { hint: "Start the server with --serve-artifacts." },
  );
}
