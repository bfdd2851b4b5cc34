/**
 * One client for GitLab's MLflow-compatible API and for a plain MLflow server.
 *
 * @module
 */
import * as artifacts from "./artifacts.ts";
import type { ArtifactName } from "./artifact_names.ts";
import type { Batch } from "./batches.ts";
import { Connection, type ConnectionOptions } from "./connection.ts";
import {
  detect,
  type ServerInfo,
  type TokenIdentity,
  whoami,
} from "./detect.ts";
import * as experiments from "./experiments.ts";
import { type DatasetInput, logInputs } from "./inputs.ts";

import { logBatch } from "./log_batch.ts";
import { type ModelFile, uploadModelFile } from "./model_files.ts";
import { MetricReader, type StoredPoints } from "./metrics.ts";
import { type PutIssue, putIssue, type WantedIssue } from "./issues.ts";
import { putNote, type WantedNote } from "./notes.ts";
import * as probes from "./probes.ts";
import * as registry from "./registry.ts";
import * as runs from "./runs.ts";
import type {
  Experiment,
  ModelVersion,
  RegisteredModel,
  RunInfo,
  ServerRun,
  Tag,
} from "./schemas.ts";
import { experimentPage, modelVersionPage, runPage } from "./pages.ts";

/** Options of {@linkcode createClient}. */
export type TrackingClientOptions = ConnectionOptions;

/**
 * A client of one tracking server. Nothing is sent before the first call.
 *
 * @throws {AddressError} when the address or the token cannot be used
 */
export function createClient(options: TrackingClientOptions): TrackingClient {
  return new TrackingClient(options);
}

/** A tracking server. Its methods fail with a `TrackingError`, whose `retry` says what that allows. */
export class TrackingClient {
  readonly #connection: Connection;
  readonly #metrics: MetricReader;
  #info: Promise<ServerInfo> | null = null;

  constructor(options: TrackingClientOptions) {
    this.#connection = new Connection(options);
    this.#metrics = new MetricReader(this.#connection);
  }

  /** The tracking URI as given, without credentials. */
  get tracking_uri(): string {
    return this.#connection.tracking_uri;
  }

  /** The server's clock minus ours at its last answer, milliseconds; null before one. */
  get clock_skew_ms(): number | null {
    return this.#connection.http.clock_skew_ms;
  }

  /** What the server is and can do; asked once. */
  detect(): Promise<ServerInfo> {
    this.#info ??= detect(this.#connection).catch((error) => {
      this.#info = null;
      throw error;
    });
    return this.#info;
  }

  /** GitLab or a plain server; GitLab's is known by the address, without asking. */
  async kind(): Promise<"gitlab" | "mlflow"> {
    return (await this.#connection.server()).kind;
  }

  /** Who the token is, its scopes, and its user's role. */
  whoami(): Promise<TokenIdentity> {
    return whoami(this.#connection);
  }

  /** Asks, without changing anything, whether runs can be logged; throws what speaks against it. */
  probeLogging(): Promise<void> {
    return probes.probeLogging(this.#connection);
  }

  /** Asks, without changing anything, whether files can be stored; why not, or null. */
  probeFiles(): Promise<Error | null> {
    return probes.probeFiles(this.#connection);
  }

  /** The experiment of a name, or null. */
  getExperimentByName(name: string): Promise<Experiment | null> {
    return experiments.getExperimentByName(this.#connection, name);
  }

  /** The experiment of an id. */
  getExperiment(experiment_id: string): Promise<Experiment> {
    return experiments.getExperiment(this.#connection, experiment_id);
  }

  /** Makes an experiment; its id. */
  createExperiment(name: string): Promise<string> {
    return experiments.createExperiment(this.#connection, name);
  }

  /** The id of the experiment of a name, made if there is none. */
  findOrCreateExperiment(name: string): Promise<string> {
    return experiments.findOrCreateExperiment(this.#connection, name);
  }

  /** All experiments, without those of models. */
  listExperiments(): Promise<Experiment[]> {
    return experiments.listExperiments(this.#connection);
  }

  /** Deletes an experiment; on GitLab for good. */
  deleteExperiment(experiment_id: string): Promise<void> {
    return experiments.deleteExperiment(this.#connection, experiment_id);
  }

  /** Makes a run; sent once only. */
  createRun(run: runs.NewRun): Promise<ServerRun> {
    return runs.createServerRun(this.#connection, run);
  }

  /** A run with what was logged to it. */
  getRun(run_id: string): Promise<ServerRun> {
    return runs.getRun(this.#connection, run_id);
  }

  /** The runs of an experiment. */
  searchRuns(
    search: runs.RunSearch,
  ): AsyncGenerator<ServerRun, void, undefined> {
    return runs.searchRuns(this.#connection, search);
  }

  /** The run that has a tag, or null. */
  findRunByTag(wanted: runs.RunKey): Promise<ServerRun | null> {
    return runs.findRunByTag(this.#connection, wanted);
  }

  /** Changes a run's state, end or name. */
  updateRun(change: runs.RunChange): Promise<RunInfo> {
    return runs.updateRun(this.#connection, change);
  }

  /** Deletes a run; on GitLab for good. */
  deleteRun(run_id: string): Promise<void> {
    return runs.deleteRun(this.#connection, run_id);
  }

  /** Deletes a run, if it is there; where runs cannot be deleted it is KILLED. */
  takeBackRun(run_id: string, end_time: number): Promise<void> {
    return runs.takeBackRun(this.#connection, run_id, end_time);
  }

  /** Logs one batch of `splitBatches`. */
  logBatch(batch: Batch & { run_id: string }): Promise<void> {
    return logBatch(this.#connection, batch);
  }

  /** Sets a tag; on GitLab a second value is ignored. */
  setTag(run_id: string, tag: Tag): Promise<void> {
    return this.logBatch({ run_id, tags: [tag] });
  }

  /** Logs datasets as MLflow's inputs; GitLab has none. */
  logInputs(
    run: { run_id: string; datasets: readonly DatasetInput[] },
  ): Promise<void> {
    return logInputs(this.#connection, run);
  }

  /** The points of a metric that the server has, and whether these are all. */
  storedPoints(run_id: string, key: string): Promise<StoredPoints> {
    return this.#metrics.points(run_id, key);
  }

  /** Sends a file. */
  uploadArtifact(upload: artifacts.Upload): Promise<ArtifactName> {
    return artifacts.uploadArtifact(this.#connection, upload);
  }

  /** The files of a run. */
  listArtifacts(run: artifacts.RunLocation): Promise<artifacts.Artifact[]> {
    return artifacts.listArtifacts(this.#connection, run);
  }

  /** A file of a run, by its path as logged or as stored. */
  downloadArtifact(
    run: artifacts.RunLocation,
    path: string,
  ): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
    return artifacts.downloadArtifact(this.#connection, run, { path });
  }

  /** The page of a run, or null where it has none. */
  runUrl(run: artifacts.RunLocation): Promise<string | null> {
    return runPage(this.#connection, run);
  }

  /** The page of an experiment, or null where it cannot be found out. */
  experimentUrl(experiment_id: string): Promise<string | null> {
    return experimentPage(this.#connection, experiment_id);
  }

  /** The model of a name, or null. */
  getRegisteredModel(name: string): Promise<RegisteredModel | null> {
    return registry.getRegisteredModel(this.#connection, name);
  }

  /** The model of a name, registered if there is none. */
  findOrCreateModel(model: registry.NewModel): Promise<RegisteredModel> {
    return registry.findOrCreateModel(this.#connection, model);
  }

  /** Makes a version of a model. */
  createModelVersion(version: registry.NewModelVersion): Promise<ModelVersion> {
    return registry.createModelVersion(this.#connection, version);
  }

  /** A version of a model. */
  getModelVersion(name: string, version: string): Promise<ModelVersion> {
    return registry.getModelVersion(this.#connection, { name, version });
  }

  /** Writes the description of a version, in Markdown. */
  describeModelVersion(
    version: ModelVersion,
    description: string,
  ): Promise<void> {
    return registry.describeModelVersion(
      this.#connection,
      version,
      description,
    );
  }

  /** The version of a model that has an alias, on GitLab its semantic version; null when none has. */
  findModelVersion(name: string, alias: string): Promise<ModelVersion | null> {
    return registry.findModelVersion(this.#connection, { name, alias });
  }

  /** The versions of a model that the server lists, and whether these are all. */
  listModelVersions(
    name: string,
  ): Promise<{ versions: ModelVersion[]; complete: boolean }> {
    return registry.listModelVersions(this.#connection, name);
  }

  /** The page of a model's version. */
  modelVersionUrl(version: ModelVersion): Promise<string | null> {
    return modelVersionPage(this.#connection, version);
  }

  /** Puts a note on a merge request, instead of an earlier one of ours; its page. */
  putNote(note: WantedNote): Promise<string | null> {
    return putNote(this.#connection, note);
  }

  /** Opens an issue with a finding, or adds the finding to the open one of ours. */
  putIssue(issue: WantedIssue): Promise<PutIssue> {
    return putIssue(this.#connection, issue);
  }

  /** Sends a file to a model's version. */
  uploadModelFile(file: ModelFile): Promise<ArtifactName> {
    return uploadModelFile(this.#connection, file);
  }
}
