/**
 * `nbtrack ci NOTEBOOK`, `nbtrack ci --watch RUN`: writes the pipeline's files.
 *
 * @module
 */
import { join, relative, sep } from "node:path";
import { captureGit } from "../git/state.ts";
import { quote } from "../base/quote.ts";
import { findLocal } from "../record/find.ts";
import { isRunNotFoundError } from "../record/errors.ts";
import { standardRedaction } from "../redaction/standard_redaction.ts";
import {
  parseAssignments,
  parseGrid,
  refuseBoth,
} from "../record/sweep/grid.ts";
import { readDenoNotebook } from "../runner/read_notebook.ts";
import { includeLocal } from "../setup/ci_include.ts";
import { cliLock } from "../setup/cli_lock.ts";
import { makeFolder, readIfThere, writeWhole } from "../setup/files.ts";
import {
  jobNames,
  LOCK_FILE,
  PAGES_JOB,
  type PipelineOptions,
  pipelineText,
  RELEASED_CLI,
} from "../setup/pipeline.ts";
import type { ExitCode } from "./command.ts";
import { resolvePath, userFolder } from "./cwd.ts";
import { UsageError } from "./errors.ts";
import { openJournal } from "./journal.ts";
import type { CommandOutput } from "./output.ts";

/** The jobs' file, from the repository's root. */
const JOBS_FILE = ".gitlab/nbtrack.yml";
const PIPELINE_FILE = ".gitlab-ci.yml";

/** Ends of lines to one reader of YAML or another, and what none takes. */
const BREAKS = /[^\P{Cc}\n\t]|[\u2028\u2029\ufeff\ufffe\uffff]/u;

/** What the command line says of a pipeline. */
export interface PipelineInput {
  args: string[];
  grid: string[];
  param: string[];
  seed?: string | undefined;
  track?: string | undefined;
  best?: string | undefined;
  image?: string | undefined;
  watch?: string | undefined;
  pages: boolean;
  cli?: string | undefined;
}

/** Writes the jobs, their lock, and the include. */
export async function writePipeline(
  input: PipelineInput,
  out: CommandOutput,
): Promise<ExitCode> {
  const root = await repository();
  const notebook = await notebookIn(root, input.args[0]);
  const pipeline = join(root, PIPELINE_FILE);
  const before = await readIfThere(pipeline);
  const included = includeLocal(before ?? "", JOBS_FILE);
  const options: PipelineOptions = {
    notebook,
    watch: input.watch === undefined ? undefined : watched(input.watch),
    pages: !input.pages
      ? undefined
      // A project's own job of that name stays what it is.
      : included.jobs.includes(PAGES_JOB)
      ? `nbtrack-${PAGES_JOB}`
      : PAGES_JOB,
    cli: input.cli ?? RELEASED_CLI,
    grid: parseGrid(input.grid),
    params: parseAssignments(input.param),
    args: [
      ...(input.seed === undefined ? [] : ["--seed", input.seed]),
      ...(input.track === undefined ? [] : ["--track", input.track]),
    ],
    best: input.best,
    image: input.image ?? `denoland/deno:${Deno.version.deno}`,
    stage: included.stage,
  };
  refuseBoth(Object.keys(options.grid), options.params);
  refuseSecrets(options);
  refuseBreaks(options);
  const files: [file: string, text: string][] = [
    [JOBS_FILE, pipelineText(options, commandLine(notebook, input))],
    [LOCK_FILE, await cliLock()],
    [PIPELINE_FILE, included.text],
  ];
  const written: { created: string[]; changed: string[] } = {
    created: [],
    changed: [],
  };
  await makeFolder(join(root, ".gitlab"));
  for (const [name, text] of files) {
    const file = join(root, ...name.split("/"));
    const was = await readIfThere(file);
    if (was === text) continue;
    await writeWhole(file, text);
    written[was === null ? "created" : "changed"].push(file);
  }
  out.result({ ...written, jobs: jobNames(options) }, () =>
    [
      ...written.created.map((file) => `created  ${file}`),
      ...written.changed.map((file) => `changed  ${file}`),
      written.created.length + written.changed.length === 0
        ? "The pipeline is as it should be; nothing was changed."
        : "Commit them, and set GITLAB_TOKEN as a masked CI variable: a project access token, role Developer, scope api.",
      ...(options.watch === undefined ? [] : [
        "Add a schedule under Build > Pipeline schedules: its pipelines reproduce the run.",
      ]),
      ...(options.pages === undefined ? [] : [
        "The site is under Deploy > Pages: whoever may see the project's Pages sees every run there.",
      ]),
    ].join("\n"));
  return 0;
}

/** What is given is committed with the pipeline: a secret would be read by everybody. */
function refuseSecrets(
  { params, grid, args, best, cli, watch, image }: PipelineOptions,
): void {
  const redactor = standardRedaction();
  const named = [
    ...Object.entries(params),
    ...Object.entries(grid).flatMap(([key, values]) =>
      values.map((value) => [key, value] as const)
    ),
  ];
  const secret = named.find(([key, value]) =>
    redactor.named(key, value).taken.length > 0
  )?.[0];
  const others = [...args, best, cli, watch, image].some((text) =>
    text !== undefined && redactor.text(text).taken.length > 0
  );
  if (secret === undefined && !others) return;
  throw new UsageError(
    secret === undefined
      ? "An option holds a secret, and the pipeline's files are committed."
      : `The param ${
        quote(secret)
      } is a secret, and the pipeline's files are committed.`,
    {
      hint:
        "Set it as a masked CI variable, and read it in a cell with Deno.env.get().",
    },
  );
}

/** GitLab and the shell end a line where others do not: what holds such a character could add to the pipeline. */
function refuseBreaks(
  { notebook, params, grid, args, best, cli, watch, image, stage }:
    PipelineOptions,
): void {
  const given = [
    notebook,
    ...Object.entries(params).flat(),
    ...Object.entries(grid).flat(2),
    ...args,
    best,
    cli,
    watch,
    image,
    stage,
  ];
  const breaking = given.find((text) =>
    text !== undefined && BREAKS.test(text)
  );
  if (breaking === undefined) return;
  throw new UsageError(
    `${
      quote(breaking)
    } holds a control character or an odd end of a line, which cannot stand in a pipeline.`,
    { hint: "Take another name or value." },
  );
}

/** The notebook's path from the repository's root, with `/`. */
async function notebookIn(
  root: string,
  path: string | undefined,
): Promise<string | undefined> {
  if (path === undefined) return undefined;
  const notebook = resolvePath(path);
  await readDenoNotebook(notebook);
  const inside = relative(root, notebook).split(sep).join("/");
  if (inside.startsWith("../") || inside.startsWith("/")) {
    throw new UsageError(`${path} is not in the repository ${root}.`, {
      hint: "A pipeline runs what is committed: move the notebook there.",
    });
  }
  return inside;
}

/** What the server knows a run by: jobs have another journal. What is no run of this one may be a model. */
function watched(text: string): string {
  if (/^https?:/i.test(text)) return text;
  using journal = openJournal();
  let run_id: string;
  try {
    run_id = findLocal(text, journal);
  } catch (error) {
    if (isRunNotFoundError(error) && text !== "last") return text;
    throw error;
  }
  const url = journal.deliveries.get(run_id)?.url ?? null;
  if (url !== null) return url;
  throw new UsageError(
    `Run ${run_id.slice(0, 8)} was not delivered: a job cannot find it.`,
    { hint: `nbtrack sync ${run_id.slice(0, 8)} delivers it.` },
  );
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
function commandLine(
  notebook: string | undefined,
  input: PipelineInput,
): string {
  const given = [
    ...(notebook === undefined ? [] : [notebook]),
    ...input.grid.flatMap((text) => ["--grid", text]),
    ...input.param.flatMap((text) => ["-p", text]),
    ...(["seed", "track", "best", "image", "watch", "cli"] as const).flatMap(
      (name) => input[name] === undefined ? [] : [`--${name}`, input[name]],
    ),
    ...(input.pages ? ["--pages"] : []),
  ];
  const word = (text: string) => /\s/.test(text) ? JSON.stringify(text) : text;
  return ["nbtrack ci", ...given.map(word)].join(" ");
}
