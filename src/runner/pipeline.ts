/**
 * The report of a CI pipeline's runs, and its note on the merge request.
 *
 * @module
 */
import { ENV, nbtrackHome } from "../base/env.ts";
import { NbtrackError } from "../base/errors.ts";
import { captureGit } from "../git/state.ts";
import { createClient, type TrackingClient } from "../gitlab/client.ts";
import { gitlabUri, parseGitLabUri } from "../gitlab/connection.ts";
import { readCredentials } from "../gitlab/credentials.ts";
import { resolveTarget, type Target } from "../gitlab/target.ts";
import {
  type ExperimentReport,
  pipelineReport,
  readPipelineRuns,
} from "../record/pipeline_report.ts";
import { NOTE_MARKER, reportMarkdown } from "../record/report_markdown.ts";

/** What to do with the report. */
export interface ReportPipelineOptions {
  /** The folder of the checkout. */
  cwd: string;
  /** What makes a run the best. @default {the newest is} */
  best?: string | undefined;
  /** Puts it on the merge request. @default {false} */
  note?: boolean;
}

/** The report. */
export interface PipelineReport {
  /** The report as Markdown. */
  markdown: string;
  /** The branch that was compared with; null for none. */
  branch: string | null;
  /** The runs by experiment. */
  experiments: ExperimentReport[];
  /** The note's page; null when none was asked for. */
  note: string | null;
}

/**
 * Compares the runs that the jobs of a pipeline left in a folder with those of the branch they are meant for.
 *
 * @throws {NbtrackError} when there are no runs, no server, or no merge request for the note
 * @throws {TrackingError} when the note is refused
 */
export async function reportPipeline(
  folder: string,
  options: ReportPipelineOptions,
): Promise<PipelineReport> {
  const { best, note = false } = options;
  const env = Deno.env.toObject();
  const merge_request = Number(env["CI_MERGE_REQUEST_IID"]);
  if (note && !(merge_request > 0)) {
    throw new NbtrackError(
      "There is no merge request to write a note on: CI_MERGE_REQUEST_IID is not set.",
      { hint: "Only pipelines of merge requests have one." },
    );
  }
  const runs = await readPipelineRuns(folder);
  const target = await serverOf(options.cwd);
  const client = clientOf(target, target.tracking_uri);
  const branch = env["CI_MERGE_REQUEST_TARGET_BRANCH_NAME"] ||
    env["CI_DEFAULT_BRANCH"] || null;
  const experiments = await pipelineReport(runs, { client, branch, best });
  const markdown = reportMarkdown(experiments, { branch, best });
  const body = { merge_request, marker: NOTE_MARKER, body: markdown };
  return {
    markdown,
    branch,
    experiments,
    note: note
      ? await clientOf(target, homeOfMergeRequest(target, env)).putNote(body)
      : null,
  };
}

async function serverOf(cwd: string): Promise<Target> {
  const target = resolveTarget({
    env: Deno.env.toObject(),
    credentials: await readCredentials(nbtrackHome()),
    remote: (await captureGit(cwd, { maxDiffBytes: 0 }))?.remote ?? null,
  });
  if (target !== null && target.problem === null) return target;
  throw new NbtrackError(target?.problem ?? "No server is set.", {
    hint:
      `Set ${ENV.gitlabToken} to a project access token (role Developer, scope api) in a masked CI variable.`,
  });
}

function clientOf(target: Target, tracking_uri: string): TrackingClient {
  return createClient({
    tracking_uri,
    ...(target.token === undefined ? {} : { token: target.token }),
    ...(target.basic === undefined ? {} : { basic: target.basic }),
  });
}

/** A merge request from a fork belongs to another project than its pipeline. */
function homeOfMergeRequest(
  target: Target,
  env: Readonly<Record<string, string | undefined>>,
): string {
  const project = env["CI_MERGE_REQUEST_PROJECT_ID"];
  const place = parseGitLabUri(target.tracking_uri);
  return project && place !== null
    ? gitlabUri(place.root, project)
    : target.tracking_uri;
}
