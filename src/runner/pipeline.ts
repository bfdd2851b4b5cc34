/**
 * The report of a CI pipeline's runs, and its note on the merge request.
 *
 * @module
 */
import { ENV, nbtrackHome } from "../base/env.ts";
import { NbtrackError } from "../base/errors.ts";
import { captureGit } from "../git/state.ts";
import { createClient, type TrackingClient } from "../gitlab/client.ts";
import { gitlabUri, parseGitLabUri } from "../gitlab/tracking_uri.ts";
import { isTrackingError } from "../gitlab/errors.ts";
import { readCredentials } from "../gitlab/credentials.ts";
import { resolveTarget, type Target } from "../gitlab/target.ts";
import {
  type ExperimentReport,
  pipelineReport,
  readPipelineRuns,
} from "../record/pipeline_report.ts";
import type { JobLink } from "../record/report_files.ts";
import type { Comparison } from "../record/compare.ts";
import {
  comparisonMarkdown,
  comparisonMarker,
  NOTE_MARKER,
  reportMarkdown,
} from "../record/report_markdown.ts";
import { standardRedaction } from "../redaction/standard_redaction.ts";

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
  /** The pages of the runs, and of their experiments. */
  links: JobLink[];
  /** The note's page; null when none was asked for. */
  note: string | null;
}

/**
 * Compares the runs that the jobs of a pipeline left in a folder with those of the branch they are meant for.
 * Without a server, as in a fork whose jobs have no token, with each other only.
 *
 * @throws {NbtrackError} when there are no runs, or a note was asked for and there is no server or merge request
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
  const target = note
    ? await serverOf(options.cwd)
    : await findServer(options.cwd);
  const server = serverFor(target);
  const branch = env["CI_MERGE_REQUEST_TARGET_BRANCH_NAME"] ||
    env["CI_DEFAULT_BRANCH"] || null;
  const experiments = await pipelineReport(runs, { server, branch, best });
  const markdown = withoutSecrets(
    reportMarkdown(experiments, { branch, best }),
  );
  const body = { merge_request, marker: NOTE_MARKER, body: markdown };
  return {
    markdown,
    branch,
    experiments,
    links: await linksOf(
      experiments,
      "client" in server ? server.client : null,
    ),
    note: note && target !== null
      ? await clientOf(target, homeOfMergeRequest(target, env)).putNote(body)
      : null,
  };
}

/**
 * Puts two runs beside each other on a merge request of the server's project; done again, the note is brought up to
 * date.
 *
 * @returns the note's page; null where the token may not ask for the project's
 * @throws {NbtrackError} when there is no server
 * @throws {TrackingError} when the note is refused
 */
export async function noteComparison(
  comparison: Comparison,
  options: { cwd: string; merge_request: number },
): Promise<string | null> {
  const { cwd, merge_request } = options;
  const experiment = comparison.runs.at(-1)?.experiment ?? "";
  return await (await connectPipeline(cwd)).putNote({
    merge_request,
    marker: comparisonMarker(experiment),
    body: withoutSecrets(comparisonMarkdown(comparison)),
  });
}

/** A text for others: what became known as a secret since a run was recorded, and what a server's runs hold, is taken out. */
function withoutSecrets(markdown: string): string {
  return standardRedaction().text(markdown).text;
}

/** Each experiment's page, then those of its runs. An experiment that cannot be read has none. */
async function linksOf(
  experiments: readonly ExperimentReport[],
  client: TrackingClient | null,
): Promise<JobLink[]> {
  const links: JobLink[] = [];
  for (const { experiment, runs } of experiments) {
    const pages = runs.flatMap(({ name, delivery }) =>
      delivery.url === null
        ? []
        : [{ label: `Run ${name} of ${experiment}`, url: delivery.url }]
    );
    if (pages.length > 0 && client !== null) {
      try {
        const found = await client.getExperimentByName(experiment);
        if (found !== null) {
          const url = await client.experimentUrl(found.experiment_id);
          if (url !== null) {
            links.push({ label: `Experiment ${experiment}`, url });
          }
        }
      } catch (error) {
        // The report says already that the server could not be read.
        if (!isTrackingError(error)) throw error;
      }
    }
    links.push(...pages);
  }
  return links;
}

/** The server that is set, with a client of it. */
export async function connectPipeline(cwd: string): Promise<TrackingClient> {
  const target = await serverOf(cwd);
  return clientOf(target, target.tracking_uri);
}

/** A client of the server that is set, where one is and somebody is signed in there. */
export async function findPipelineServer(
  cwd: string,
): Promise<TrackingClient | null> {
  const server = serverFor(await findServer(cwd));
  return "client" in server ? server.client : null;
}

/** The server that runs are compared on, or why there is none. */
function serverFor(
  target: Target | null,
): { client: TrackingClient } | { why: string } {
  if (target === null) return { why: "No server is set." };
  if (target.problem !== null) return { why: target.problem };
  const signedIn = target.token !== undefined || target.basic !== undefined ||
    parseGitLabUri(target.tracking_uri) === null;
  return signedIn
    ? { client: clientOf(target, target.tracking_uri) }
    : { why: `There is no token for ${target.tracking_uri}.` };
}

async function findServer(cwd: string): Promise<Target | null> {
  return resolveTarget({
    env: Deno.env.toObject(),
    credentials: await readCredentials(nbtrackHome()),
    remote: (await captureGit(cwd, { maxDiffBytes: 0 }))?.remote ?? null,
  });
}

async function serverOf(cwd: string): Promise<Target> {
  const target = await findServer(cwd);
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
  const own = parseGitLabUri(target.tracking_uri);
  return project && own !== null
    ? gitlabUri(own.root, project)
    : target.tracking_uri;
}
