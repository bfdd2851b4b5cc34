/**
 * `nbtrack ci`
 *
 * @module
 */
import { join, relative, sep } from "node:path";
import { z } from "../base/zod.ts";
import { captureGit } from "../git/state.ts";
import { parseAssignments, parseGrid } from "../runner/grid.ts";
import { readDenoNotebook } from "../runner/read_notebook.ts";
import { reportPipeline } from "../runner/pipeline.ts";
import { act, type Done, example, type ExitCode } from "./command.ts";
import type { Command } from "./commander.ts";
import { resolvePath, userFolder } from "./cwd.ts";
import { UsageError } from "./errors.ts";
import type { CommandOutput } from "./output.ts";
import { includeLocal } from "../setup/ci_include.ts";
import { makeFolder, readIfThere, writeWhole } from "../setup/files.ts";
import { JOBS, pipelineText } from "../setup/pipeline.ts";

/** Where the jobs are, from the repository's root. */
const JOBS_FILE = ".gitlab/nbtrack.yml";
const PIPELINE_FILE = ".gitlab-ci.yml";

const texts = z.array(z.string()).default([]);
const schema = z.object({
  args: z.array(z.string().min(1, "it is empty")).max(
    1,
    "one notebook is taken at a time",
  ),
  grid: texts,
  param: texts,
  seed: z.string().regex(/^\d+$/, "it is no whole number").optional(),
  track: z.string().min(1, "it is empty").optional(),
  best: z.string().min(1, "it is empty").optional(),
  image: z.string().min(1, "it is empty").optional(),
  report: z.string().min(1, "it is empty").optional(),
  output: z.string().min(1, "it is empty").optional(),
  note: z.boolean().default(false),
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
      "--report <folder>",
      "in a job: compare the runs that the jobs before left there with the target branch's",
    )
    .option("--output <file>", "with --report: where the Markdown goes")
    .option("--note", "with --report: put it on the merge request");
  example(
    command,
    'nbtrack ci train.ipynb --grid k=1,3,5 --best "metrics.accuracy DESC"',
  );
  act(command, done, {
    schema,
    work(input, out) {
      return input.report === undefined
        ? writePipeline(input, out)
        : report(input, input.report, out);
    },
  });
}

async function writePipeline(
  input: Input,
  out: CommandOutput,
): Promise<ExitCode> {
  const [path] = input.args;
  if (path === undefined || input.note || input.output !== undefined) {
    throw new UsageError(
      path === undefined
        ? "nbtrack ci takes the notebook that the pipeline runs."
        : "--note and --output belong to --report.",
      { hint: "nbtrack ci --help shows how it is used." },
    );
  }
  const notebook = resolvePath(path);
  await readDenoNotebook(notebook);
  const root = await repository();
  const inside = relative(root, notebook).split(sep).join("/");
  if (inside.startsWith("../") || inside.startsWith("/")) {
    throw new UsageError(`${path} is not in the repository ${root}.`, {
      hint: "A pipeline runs what is committed: move the notebook there.",
    });
  }
  const pipeline = join(root, PIPELINE_FILE);
  const before = await readIfThere(pipeline);
  const included = includeLocal(before ?? "", JOBS_FILE);
  const jobs = join(root, ...JOBS_FILE.split("/"));
  const text = pipelineText({
    notebook: inside,
    grid: parseGrid(input.grid),
    params: parseAssignments(input.param),
    args: [
      ...(input.seed === undefined ? [] : ["--seed", input.seed]),
      ...(input.track === undefined ? [] : ["--track", input.track]),
    ],
    best: input.best,
    image: input.image ?? `denoland/deno:${Deno.version.deno}`,
    stage: included.stage,
  }, commandLine(inside, input));
  const jobsBefore = await readIfThere(jobs);
  const written: { created: string[]; changed: string[] } = {
    created: [],
    changed: [],
  };
  await makeFolder(join(jobs, ".."));
  for (
    const [file, was, now] of [
      [jobs, jobsBefore, text],
      [pipeline, before, included.text],
    ] as const
  ) {
    if (was === now) continue;
    await writeWhole(file, now);
    written[was === null ? "created" : "changed"].push(file);
  }
  out.result({ ...written, jobs: Object.values(JOBS) }, () =>
    [
      ...written.created.map((file) => `created  ${file}`),
      ...written.changed.map((file) => `changed  ${file}`),
      written.created.length + written.changed.length === 0
        ? "The pipeline is as it should be; nothing was changed."
        : "Commit them, and set GITLAB_TOKEN as a masked CI variable: a project access token, role Developer, scope api.",
    ].join("\n"));
  return 0;
}

/** The repository's root, or the user's folder where there is none. */
async function repository(): Promise<string> {
  const folder = userFolder();
  const git = await captureGit(folder, { maxDiffBytes: 0 });
  const depth = git === null || git.path === ""
    ? 0
    : git.path.split("/").length;
  return join(folder, ...Array.from({ length: depth }, () => ".."));
}

/** The command as it can be given again. */
function commandLine(notebook: string, input: Input): string {
  const given = [
    ...input.grid.flatMap((text) => ["--grid", text]),
    ...input.param.flatMap((text) => ["-p", text]),
    ...(["seed", "track", "best", "image"] as const).flatMap((name) =>
      input[name] === undefined ? [] : [`--${name}`, input[name]]
    ),
  ];
  const word = (text: string) => /\s/.test(text) ? JSON.stringify(text) : text;
  return ["nbtrack ci", notebook, ...given].map((text, i) =>
    i === 0 ? text : word(text)
  ).join(" ");
}

async function report(
  input: Input,
  folder: string,
  out: CommandOutput,
): Promise<ExitCode> {
  if (input.args.length > 0) {
    throw new UsageError("--report takes no notebook.", {
      hint: "nbtrack ci --report FOLDER compares what the jobs before left.",
    });
  }
  const result = await reportPipeline(resolvePath(folder), {
    cwd: userFolder(),
    best: input.best,
    note: input.note,
  });
  if (input.output !== undefined) {
    await writeWhole(resolvePath(input.output), result.markdown);
  }
  out.result(result, () => result.markdown.trimEnd());
  if (result.note !== null) out.note(`The note is ${result.note}`);
  return 0;
}
