/**
 * The tags nbtrack puts on a run, in MLflow's and GitLab's names.
 *
 * @module
 */
import { ENV } from "../base/env.ts";
import { VERSION } from "../base/version.ts";
import type { Tag } from "./schemas.ts";

/** Tag keys. */
export const TAG = {
  /** Our run id: finds a run whose creation was not answered. */
  runId: "nbtrack.run_id",
  /** nbtrack's version. */
  version: "nbtrack.version",
  /** The id, at its recorder, of the run that it reproduces. */
  reproduces: "nbtrack.reproduces",
  /** Where it was recorded, unless by its owner's own kernel. */
  provenance: "nbtrack.provenance",
  /** What was recorded of the run, in a line; on GitLab's page, where each tag is a heading. */
  summary: "nbtrack",
  /** The digests of the run's datasets, on GitLab. */
  datasets: "nbtrack.datasets",
  /** What renumbered steps mean. */
  steps: "nbtrack.steps",
  /** How many runs a sweep is made of. */
  sweep: "nbtrack.sweep",
  runName: "mlflow.runName",
  user: "mlflow.user",
  parent: "mlflow.parentRunId",
  note: "mlflow.note.content",
  sourceName: "mlflow.source.name",
  sourceType: "mlflow.source.type",
  commit: "mlflow.source.git.commit",
  branch: "mlflow.source.git.branch",
  repository: "mlflow.source.git.repoURL",
  ciJob: "gitlab.CI_JOB_ID",
  ciJobUrl: "nbtrack.ci.job_url",
  ciPipeline: "nbtrack.ci.pipeline",
  ciMergeRequest: "nbtrack.ci.merge_request",
} as const;

/** What a run's tags are made from. */
export interface RunFields {
  /** Our run id. */
  run_id: string;
  /** The run's name. */
  run_name: string;
  /** The notebook or script. */
  source?: string | undefined;
  /** @default {"NOTEBOOK"} */
  source_type?: "NOTEBOOK" | "LOCAL" | "JOB";
  /** Commit, branch, and remote without credentials. */
  git?:
    | { commit?: string | null; branch?: string | null; remote?: string | null }
    | null
    | undefined;
  /** Our id of the run it reproduces. */
  reproduces?: string | null | undefined;
  /** Where it was recorded; `here` needs no tag. */
  provenance?: string | undefined;
  /** The run it goes on from, by its id on the server. */
  parent?: string | null | undefined;
  /** The user's name. */
  user?: string | undefined;
  /** MLflow's note. */
  description?: string | undefined;
}

/**
 * Tags of the call that creates a run: only what finds it again and names it. Bad tags there would leave a run
 * without any.
 */
export function createTags(
  fields: Pick<RunFields, "run_id" | "run_name">,
): Tag[] {
  return [
    { key: TAG.runId, value: fields.run_id },
    { key: TAG.runName, value: fields.run_name },
  ];
}

/** Tags that are sent once the run is there. Those of CI are not among them: see {@linkcode ciJobTag}. */
export function runTags(fields: RunFields): Tag[] {
  const { source_type = "NOTEBOOK", git, parent, user, source, description } =
    fields;
  const { reproduces, provenance } = fields;
  const wanted: [string, string | null | undefined][] = [
    [TAG.version, VERSION],
    [TAG.sourceType, source_type],
    [TAG.sourceName, source],
    [TAG.commit, git?.commit],
    [TAG.branch, git?.branch],
    [TAG.repository, git?.remote],
    [TAG.parent, parent],
    [TAG.reproduces, reproduces],
    [TAG.provenance, provenance === "here" ? null : provenance],
    [TAG.user, user],
    [TAG.note, description],
  ];
  return wanted.flatMap(([key, value]) =>
    value === undefined || value === null || value === ""
      ? []
      : [{ key, value }]
  );
}

/**
 * The tag that ties a run to its CI job, or null outside of one. GitLab fails on a job it does not know, so it
 * goes alone, and its failure is no failure of the run.
 */
export function ciJobTag(
  env: Readonly<Record<string, string | undefined>>,
): Tag | null {
  const job = env[ENV.ciJobId];
  return job !== undefined && /^\d+$/.test(job)
    ? { key: TAG.ciJob, value: job }
    : null;
}

/** Everything that a CI job says of itself, the tag that ties the run to it included; none outside of a job. */
export function ciTags(
  env: Readonly<Record<string, string | undefined>>,
): Tag[] {
  const job = ciJobTag(env);
  if (job === null) return [];
  const wanted: [string, string | undefined][] = [
    [TAG.ciJobUrl, env["CI_JOB_URL"]],
    [TAG.ciPipeline, env["CI_PIPELINE_ID"]],
    [TAG.ciMergeRequest, env["CI_MERGE_REQUEST_IID"]],
  ];
  return [
    job,
    ...wanted.flatMap(([key, value]) => value ? [{ key, value }] : []),
  ];
}

/**
 * What a CI job says of its checkout, which is of a commit and not of a branch; nothing outside of one. An image
 * without git has it nowhere else.
 */
export function ciCheckout(
  env: Readonly<Record<string, string | undefined>>,
): { commit: string | null; branch: string | null; remote: string | null } {
  const job = ciJobTag(env) === null ? {} : env;
  return {
    commit: job["CI_COMMIT_SHA"] || null,
    branch: job["CI_MERGE_REQUEST_SOURCE_BRANCH_NAME"] ||
      job["CI_COMMIT_REF_NAME"] || null,
    remote: job["CI_PROJECT_URL"] || null,
  };
}
