/**
 * `nbtrack ci --report` and `nbtrack ci --reproduce`: what the jobs of a pipeline call.
 *
 * @module
 */
import { isAbsolute } from "node:path";
import {
  annotationsJson,
  type JobLink,
  openMetrics,
} from "../record/report_files.ts";
import { earlierAttempts, trialOfJob } from "../runner/finished_trial.ts";
import { groupPipeline } from "../runner/pipeline_sweep.ts";
import {
  connectPipeline,
  findPipelineServer,
  reportPipeline,
} from "../runner/pipeline.ts";
import { watchRun } from "../reproduce/watch.ts";
import { writeWhole } from "../setup/files.ts";
import type { ExitCode } from "./command.ts";
import { resolvePath, userFolder } from "./cwd.ts";
import { openJournal } from "./journal.ts";
import type { CommandOutput } from "./output.ts";

/** What a job writes besides its output. */
export interface JobInput {
  /** The Markdown's file. */
  output?: string | undefined;
  /** The file of the links on the job's page. */
  annotations?: string | undefined;
  /** The file of the metrics. */
  metrics?: string | undefined;
}

/** Compares the runs that jobs left in a folder. */
export async function reportJob(
  folder: string,
  input: JobInput & { best?: string | undefined; note: boolean },
  out: CommandOutput,
): Promise<ExitCode> {
  const result = await reportPipeline(resolvePath(folder), {
    cwd: userFolder(),
    best: input.best,
    note: input.note,
  });
  await write(input.output, result.markdown);
  await write(
    input.annotations,
    annotationsJson([...result.links, ...reportLink(input.output)]),
  );
  const best = result.experiments.flatMap(({ runs }) => runs.slice(0, 1));
  await write(input.metrics, openMetrics(best));
  out.result(result, () => result.markdown.trimEnd());
  if (result.note !== null) out.note(`The note is ${result.note}`);
  return 0;
}

/** Says whether an earlier attempt of this job has run its combination, and writes down the runs if so. */
export async function finishedJob(
  file: string,
  of: { notebook: string; params: Readonly<Record<string, string>> },
  out: CommandOutput,
): Promise<ExitCode> {
  const trial = trialOfJob(Deno.env.toObject(), of);
  const client = trial === null ? null : await findPipelineServer(userFolder());
  const { finished, takenBack } = trial === null || client === null
    ? { finished: [], takenBack: 0 }
    : await earlierAttempts(client, trial);
  if (finished.length > 0) {
    await write(file, `${JSON.stringify({ runs: finished })}\n`);
  }
  out.result({ runs: finished, taken_back: takenBack }, () =>
    [
      ...finished.map(({ name, delivery }) =>
        `An earlier attempt of this job has run it: ${name}, ${delivery.url}`
      ),
      ...(finished.length === 0 ? ["Nothing of this job has ended yet."] : []),
      ...(takenBack === 0
        ? []
        : [`${takenBack} that was cut off was taken back.`]),
    ].join("\n"));
  return finished.length > 0 ? 0 : 1;
}

/** Puts the pipeline's runs of the notebook under one run on the server. */
export async function groupJob(
  of: {
    notebook: string;
    params: Readonly<Record<string, string>>;
    grid: Readonly<Record<string, readonly string[]>>;
    make: boolean;
  },
  out: CommandOutput,
): Promise<ExitCode> {
  const trial = trialOfJob(Deno.env.toObject(), of);
  const client = trial === null ? null : await findPipelineServer(userFolder());
  const grouped = trial === null || client === null
    ? { sweep: null, runs: 0 }
    : await groupPipeline(client, { ...trial, grid: of.grid }, of);
  out.result(
    grouped,
    () =>
      grouped.sweep === null
        ? "There is no run of this pipeline's sweep on a server."
        : `${grouped.runs} runs belong to ${grouped.sweep}.`,
  );
  return 0;
}

/** Reproduces a run of the server, and says what of it is no longer as it was. */
export async function reproduceJob(
  what: string,
  input: JobInput & { issue: boolean },
  out: CommandOutput,
): Promise<ExitCode> {
  using journal = openJournal();
  const job = Deno.env.get("CI_JOB_URL");
  const watched = await watchRun(what, {
    client: await connectPipeline(userFolder()),
    journal,
    cwd: userFolder(),
    resolve: resolvePath,
    issue: input.issue,
    job: job !== undefined && /^https?:\/\/[^\s()<>]+$/.test(job)
      ? job
      : undefined,
    onCell: (index, total) =>
      out.step(`Cell ${index + 1} of ${total}`, { done: index, total }),
    onStep: (step) => out.step(step),
  });
  const { url, issue, markdown, verdict } = watched;
  await write(input.output, markdown);
  await write(
    input.annotations,
    annotationsJson([
      ...(url === null ? [] : [{ label: `Run ${what}`, url }]),
      ...(issue === null ? [] : [{ label: "Issue", url: issue.url }]),
      ...reportLink(input.output),
    ]),
  );
  out.result(watched, () => markdown.trimEnd());
  if (issue !== null) out.note(`The issue is ${issue.url}`);
  return verdict.verdict === "REPRODUCED" ? 0 : 1;
}

/** The report among the job's artifacts. */
function reportLink(output: string | undefined): JobLink[] {
  const job = Deno.env.get("CI_JOB_URL");
  if (!job || output === undefined || isAbsolute(output)) return [];
  return [{ label: "Report", url: `${job}/artifacts/file/${output}` }];
}

async function write(path: string | undefined, text: string): Promise<void> {
  if (path !== undefined) await writeWhole(resolvePath(path), text);
}
