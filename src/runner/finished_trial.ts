/**
 * Whether a job of a pipeline's sweep has ended before: a job that is started again, in the same pipeline, does not run
 * its combination a second time, and takes back what an attempt that was cut off has left on the server.
 *
 * @module
 */
import { byKeys } from "../base/values.ts";
import type { TrackingClient } from "../gitlab/client.ts";
import { TAG } from "../gitlab/fields.ts";
import type { ServerRun } from "../gitlab/schemas.ts";
import type { RunSummary } from "../record/schema/summary.ts";
import { summaryOfRun } from "../record/server_record.ts";

/** How far the clocks of runners and server may be apart, milliseconds. */
const SKEW_MS = 600_000;
/** The most runs of an experiment that are looked through, the newest first. */
export const MOST_RUNS = 1000;

/** One combination of a pipeline's sweep, as one of its jobs runs it. */
export interface PipelineTrial {
  /** The pipeline's id. */
  pipeline: string;
  /** When the pipeline was made, milliseconds since 1970; no run of it is older. */
  since: number;
  /** The notebook, from the repository's root. */
  notebook: string;
  /** The params that the job gives. */
  params: Readonly<Record<string, string>>;
  /** This job's page: what it has made itself is not of an earlier attempt. */
  job: string | undefined;
}

/** What earlier attempts have left. */
export interface EarlierAttempts {
  /** The runs that ended well. */
  finished: RunSummary[];
  /** How many runs that were cut off were taken back. */
  takenBack: number;
}

/** A pipeline's trial by a job's variables; null outside of a pipeline. */
export function trialOfJob(
  env: Readonly<Record<string, string | undefined>>,
  of: Pick<PipelineTrial, "notebook" | "params">,
): PipelineTrial | null {
  const pipeline = env["CI_PIPELINE_ID"];
  if (!pipeline) return null;
  const made = Date.parse(env["CI_PIPELINE_CREATED_AT"] ?? "");
  return {
    ...of,
    pipeline,
    since: Number.isNaN(made) ? 0 : made - SKEW_MS,
    job: env["CI_JOB_URL"] || undefined,
  };
}

/**
 * Looks for what earlier attempts of a job have left.
 *
 * @throws {TrackingError} when the server cannot be asked
 */
export async function earlierAttempts(
  client: TrackingClient,
  trial: PipelineTrial,
): Promise<EarlierAttempts> {
  const found: EarlierAttempts = { finished: [], takenBack: 0 };
  for (const { experiment_id, name } of await client.listExperiments()) {
    let seen = 0;
    const search = { experiment_id, page_size: 100 };
    for await (const run of client.searchRuns(search)) {
      // They come newest first.
      if ((run.info.start_time ?? 0) < trial.since || ++seen > MOST_RUNS) break;
      if (!isOf(run, trial)) continue;
      if (run.info.status === "FINISHED") {
        found.finished.push(summaryOfRun(run, {
          experiment: name,
          target: client.tracking_uri,
          url: await client.runUrl(run.info),
        }));
      } else if (run.info.status === "RUNNING" && isOfOther(run, trial)) {
        await client.takeBackRun(run.info.run_id, Date.now());
        found.takenBack++;
      }
    }
  }
  return found;
}

function isOf(run: ServerRun, trial: PipelineTrial): boolean {
  const params = byKeys(run.data.params);
  return isOfPipeline(run, trial) &&
    Object.entries(trial.params).every(([key, value]) => params[key] === value);
}

/** Whether a run is one that a pipeline has made of a notebook; the run that they belong to is none. */
export function isOfPipeline(
  { data }: ServerRun,
  of: Pick<PipelineTrial, "pipeline" | "notebook">,
): boolean {
  const tag = byKeys(data.tags);
  const source = tag[TAG.sourceName]?.replaceAll("\\", "/") ?? "";
  return tag[TAG.ciPipeline] === of.pipeline &&
    !Object.hasOwn(tag, TAG.reproduces) && !Object.hasOwn(tag, TAG.sweep) &&
    (source === of.notebook || source.endsWith(`/${of.notebook}`));
}

function isOfOther({ data }: ServerRun, { job }: PipelineTrial): boolean {
  return job === undefined || byKeys(data.tags)[TAG.ciJobUrl] !== job;
}
