/**
 * `nbtrack ci`
 *
 * @module
 */
import { z } from "../base/zod.ts";
import { parseOrder } from "../record/sort.ts";
import { parseAssignments, parseGrid } from "../record/sweep/grid.ts";
import { finishedJob, groupJob, reportJob, reproduceJob } from "./ci_job.ts";
import { writePipeline } from "./ci_pipeline.ts";
import { act, type Done, example, type ExitCode } from "./command.ts";
import type { Command } from "./commander.ts";
import { UsageError } from "./errors.ts";
import type { CommandOutput } from "./output.ts";

const texts = z.array(z.string()).default([]);
const text = z.string().min(1, "it is empty").optional();
const schema = z.object({
  args: z.array(z.string().min(1, "it is empty")).max(
    1,
    "one notebook is taken at a time",
  ),
  grid: texts,
  param: texts,
  seed: z.string().regex(/^\d+$/, "it is no whole number").optional(),
  track: text,
  best: text,
  image: text,
  watch: text,
  pages: z.boolean().default(false),
  cli: z.string().regex(
    /^(?:jsr:|npm:|https:|file:)\S+$/,
    "it is no jsr:, npm:, https: or file: specifier",
  ).optional(),
  report: text,
  finished: text,
  group: z.enum(["all", "own"], "it is all or own").optional(),
  reproduce: text,
  output: text,
  annotations: text,
  metrics: text,
  note: z.boolean().default(false),
  issue: z.boolean().default(false),
});

type Input = z.infer<typeof schema>;

/** Defines `nbtrack ci`. */
export function define(command: Command, done: Done): void {
  const collect = (value: string, all: string[] = []) => [...all, value];
  command
    .argument("[notebook]", "the notebook that the pipeline runs")
    .option(
      "--grid <key=a,b,c>",
      "one job for each value, or combination of them",
      collect,
    )
    .option("-p, --param <key=value>", "a param of every run", collect)
    .option("--seed <n>", "makes Math.random repeat")
    .option(
      "--track <experiment>",
      "track a notebook that does not call track()",
    )
    .option(
      "--best <field>",
      'what makes a run the best, such as "metrics.accuracy DESC" (default: the newest)',
    )
    .option("--image <image>", "the container image of the jobs")
    .option(
      "--watch <run>",
      "scheduled pipelines reproduce it: a run, its address, or a model, whose newest version counts",
    )
    .option(
      "--pages",
      "the default branch's pipelines put the server's experiments on GitLab Pages",
    )
    .option(
      "--cli <specifier>",
      "the nbtrack that the jobs run, from a mirror for example (default: this release)",
    )
    .option(
      "--report <folder>",
      "in a job: compare the runs that the jobs before left there with the target branch's",
    )
    .option(
      "--reproduce <run>",
      "in a job: reproduce a run of the server, or of a model's newest version",
    )
    .option(
      "--finished <file>",
      "in a job: whether an earlier attempt of it has run the notebook with these params; its runs go to the file",
    )
    .option(
      "--group <which>",
      "in a job: put the runs of the pipeline's sweep under one run (all), or where that is there already (own)",
    )
    .option("--output <file>", "in a job: the Markdown's file")
    .option("--annotations <file>", "in a job: the file of links to the runs")
    .option("--metrics <file>", "with --report: the file of the best metrics")
    .option("--note", "with --report: put it on the merge request")
    .option(
      "--issue",
      "with --reproduce: open an issue when something drifted",
    );
  example(
    command,
    'nbtrack ci train.ipynb --grid k=1,3,5 --best "metrics.accuracy DESC"',
  );
  act(command, done, { schema, work });
}

async function work(input: Input, out: CommandOutput): Promise<ExitCode> {
  const { report, reproduce, note, issue, metrics, finished } = input;
  if (input.best !== undefined) parseOrder(input.best); // a job must not be the first to refuse it
  if (input.group !== undefined) return await groupIn(input.group, input, out);
  if (finished !== undefined) return await finishedIn(finished, input, out);
  const inJob = report !== undefined || reproduce !== undefined;
  if (report !== undefined && reproduce !== undefined) {
    throw wrong("--report and --reproduce exclude each other.");
  }
  if (
    inJob &&
    (input.args.length > 0 || input.watch !== undefined || input.pages)
  ) throw wrong("A job takes no notebook, nothing to watch and no pages.");
  if (report === undefined && (note || metrics !== undefined)) {
    throw wrong("--note and --metrics belong to --report.");
  }
  if (reproduce === undefined && issue) {
    throw wrong("--issue belongs to --reproduce.");
  }
  if (report !== undefined) return await reportJob(report, input, out);
  if (reproduce !== undefined) return await reproduceJob(reproduce, input, out);
  if (input.output !== undefined || input.annotations !== undefined) {
    throw wrong(
      "--output and --annotations belong to --report or --reproduce.",
    );
  }
  if (input.args.length === 0 && input.watch === undefined && !input.pages) {
    throw wrong(
      "nbtrack ci takes the notebook that the pipeline runs, --watch RUN or --pages.",
    );
  }
  return await writePipeline(input, out);
}

async function finishedIn(
  file: string,
  { args, param, report, reproduce, grid }: Input,
  out: CommandOutput,
): Promise<ExitCode> {
  const [notebook] = args;
  if (
    notebook === undefined || report !== undefined || reproduce !== undefined ||
    grid.length > 0
  ) throw wrong("--finished takes the notebook and its params alone.");
  const params = parseAssignments(param);
  return await finishedJob(file, { notebook, params }, out);
}

async function groupIn(
  which: "all" | "own",
  { args, param, grid, report, reproduce, finished }: Input,
  out: CommandOutput,
): Promise<ExitCode> {
  const [notebook] = args;
  if (
    notebook === undefined || grid.length === 0 ||
    (report ?? reproduce ?? finished) !== undefined
  ) throw wrong("--group takes the notebook, its --grid and its params alone.");
  return await groupJob({
    notebook,
    params: parseAssignments(param),
    grid: parseGrid(grid),
    make: which === "all",
  }, out);
}

function wrong(message: string): UsageError {
  return new UsageError(message, {
    hint: "nbtrack ci --help shows how it is used.",
  });
}
