/**
 * What the runs of a CI pipeline gave, against the best run of the branch they are meant for.
 *
 * @module
 */
import { isNbtrackError, messageOf, NbtrackError } from "../base/errors.ts";
import { z } from "../base/zod.ts";
import type { TrackingClient } from "../gitlab/client.ts";
import { TAG } from "../gitlab/fields.ts";
import { compareRuns, type Comparison } from "./compare.ts";
import { isUnknownNameError } from "./errors.ts";
import { recordOfSummary } from "./schema/record.ts";
import { ServerReader } from "./server_reader.ts";
import { parseSort } from "./sort.ts";
import { type RunSummary, runSummarySchema } from "./schema/summary.ts";

/** What to report of. */
export interface ReportOptions {
  /** The server that the runs were delivered to; or why there is none to compare them with, one sentence. */
  server: { client: TrackingClient } | { why: string };
  /** The branch that a merge request is for; null for none. */
  branch: string | null;
  /** What makes one run better than another, as `nbtrack runs --sort` takes it. @default {the newest is the best} */
  best?: string | undefined;
}

/** The runs of one experiment. */
export interface ExperimentReport {
  experiment: string;
  /** The pipeline's runs, the best first. */
  runs: RunSummary[];
  /** The best finished run of the branch that is no reproduction; null when there is none. */
  baseline: RunSummary | null;
  /** The baseline, then the pipeline's best run; values that differ. Null without a baseline. */
  comparison: Comparison | null;
  /** What could not be read, one sentence each. */
  remarks: string[];
}

const listSchema = z.object({ runs: z.array(runSummarySchema) });

/**
 * Reads what the jobs of a pipeline left in a folder: the JSON of `nbtrack runs` in each of its files.
 *
 * @throws {NbtrackError} when there is none, or one cannot be read
 */
export async function readPipelineRuns(folder: string): Promise<RunSummary[]> {
  const runs: RunSummary[] = [];
  let files = 0;
  try {
    for await (const { name } of Deno.readDir(folder)) {
      if (!name.endsWith(".json")) continue;
      files++;
      const text = await Deno.readTextFile(`${folder}/${name}`);
      runs.push(...listSchema.parse(JSON.parse(text)).runs);
    }
  } catch (cause) {
    throw new NbtrackError(
      `Cannot read the runs of the pipeline in ${folder}: ${
        cause instanceof z.ZodError
          ? "a file there is not what `nbtrack runs --json` prints"
          : messageOf(cause)
      }`,
      {
        cause,
        hint: "Check that the jobs before this one keep it as artifact.",
      },
    );
  }
  // A job that is run again leaves its runs a second time.
  const once = new Map(runs.map((run) => [run.run_id, run]));
  if (files > 0) return [...once.values()];
  throw new NbtrackError(`There are no runs of a pipeline in ${folder}.`, {
    hint: "Check that the jobs before this one keep it as artifact.",
  });
}

/** Puts the runs of a pipeline beside the best of the branch, experiment by experiment. */
export async function pipelineReport(
  runs: readonly RunSummary[],
  options: ReportOptions,
): Promise<ExperimentReport[]> {
  const order = parseSort(options.best ?? "attributes.start_time DESC");
  const groups = Map.groupBy(runs, (run) => run.experiment);
  const reports: ExperimentReport[] = [];
  for (const [experiment, own] of groups) {
    own.sort(order);
    reports.push(await experimentReport(experiment, own, options));
  }
  return reports;
}

async function experimentReport(
  experiment: string,
  runs: RunSummary[],
  { server, branch, best }: ReportOptions,
): Promise<ExperimentReport> {
  const report: ExperimentReport = {
    experiment,
    runs,
    baseline: null,
    comparison: null,
    remarks: [],
  };
  const [first] = runs;
  if (first === undefined) return report;
  if ("why" in server) {
    report.remarks.push(
      `These runs are compared with each other only. ${server.why}`,
    );
    return report;
  }
  if (branch === null) return report;
  const reader = new ServerReader(server.client);
  try {
    const known = await onServer(reader, experiment, best);
    const ours = new Set(runs.map((run) => run.run_id));
    const isOurs = (run: RunSummary) => ours.has(run.tags[TAG.runId] ?? "");
    report.baseline = known.find((run) =>
      run.status === "FINISHED" && run.tags[TAG.branch] === branch &&
      !isOurs(run) && run.reproduces === null
    ) ?? null;
    if (report.baseline === null) {
      return report;
    }
    const delivered = known.find((run) =>
      run.tags[TAG.runId] === first.run_id
    );
    if (delivered === undefined) {
      report.remarks.push(
        `Run ${first.name} was not delivered: its data and packages are not compared.`,
      );
    }
    const before = await reader.get(report.baseline.run_id);
    const now = delivered === undefined
      ? recordOfSummary(first)
      : await reader.get(delivered.run_id);
    report.comparison = compareRuns([before, now]);
  } catch (error) {
    if (!isNbtrackError(error)) throw error;
    report.remarks.push(
      `The runs of ${branch} were not read. ${error.message}`,
    );
  }
  return report;
}

async function onServer(
  reader: ServerReader,
  experiment: string,
  best: string | undefined,
): Promise<RunSummary[]> {
  try {
    return await reader.list({ experiment, sort: best });
  } catch (error) {
    if (isUnknownNameError(error)) return []; // none of its runs was ever delivered
    throw error;
  }
}
