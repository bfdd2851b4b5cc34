/**
 * The jobs of a GitLab pipeline that runs a notebook: run or sweep, compare, note on the merge request.
 *
 * @module
 */
import { NbtrackError } from "../base/errors.ts";
import { VERSION } from "../base/version.ts";
import { stringify } from "./yaml.ts";

/** What the pipeline runs. */
export interface PipelineOptions {
  /** The notebook, from the repository's root, with `/`. */
  notebook: string;
  /** The values of each key of the sweep; empty for a single run. */
  grid: Readonly<Record<string, readonly string[]>>;
  /** Params that are the same in every run. */
  params: Readonly<Record<string, string>>;
  /** More arguments of `nbtrack run`. */
  args: readonly string[];
  /** What makes a run the best, as `nbtrack runs --sort` takes it. */
  best: string | undefined;
  /** The container image of the jobs. */
  image: string;
  /** A stage that the pipeline has; undefined where GitLab's own will do. */
  stage: string | undefined;
}

/** GitLab makes at most so many jobs of one. */
const MAX_JOBS = 200;
/** The jobs, as they are named. */
export const JOBS = {
  run: "nbtrack-run",
  compare: "nbtrack-compare",
  note: "nbtrack-note",
} as const;
/** The runner's folder of everything that is not to be committed. */
const FOLDER = ".nbtrack";
const RUNS = `${FOLDER}/runs`;

const IN_MERGE_REQUEST = '$CI_PIPELINE_SOURCE == "merge_request_event"';

/** The file's text; `command` is how it was made. */
export function pipelineText(
  options: PipelineOptions,
  command: string,
): string {
  const { stage, best } = options;
  const base = {
    // The image's own entry point is Deno, not a shell.
    image: { name: options.image, entrypoint: [""] },
    ...(stage === undefined ? {} : { stage }),
    // Scripts meant for other jobs of the pipeline do not run here; the choice of runners stays.
    inherit: { default: ["tags", "retry", "timeout", "interruptible"] },
    variables: {
      NBTRACK: `deno run -A jsr:@nbtrack/nbtrack@^${VERSION}/cli`,
      DENO_DIR: `$CI_PROJECT_DIR/${FOLDER}/deno`,
    },
    cache: { key: "nbtrack", paths: [`${FOLDER}/deno`] },
    before_script: [
      `mkdir -p ${RUNS}`,
      // A journal of its own: runners reuse their folders.
      `export NBTRACK_HOME="$CI_PROJECT_DIR/${FOLDER}/home-$CI_JOB_ID"`,
      // So that the run's tree is not called changed because of this folder.
      `echo '*' > ${FOLDER}/.gitignore`,
    ],
  };
  const needs = [{ job: JOBS.run, artifacts: true }];
  const report = `$NBTRACK ci --report ${RUNS}${
    best === undefined ? "" : ` --best ${quote(best)}`
  }`;
  const jobs = {
    ".nbtrack": base,
    [JOBS.run]: {
      extends: ".nbtrack",
      rules: [
        { if: IN_MERGE_REQUEST },
        { if: "$CI_COMMIT_BRANCH && $CI_OPEN_MERGE_REQUESTS", when: "never" },
        { if: "$CI_COMMIT_BRANCH" },
      ],
      ...matrixOf(options.grid),
      script: [
        `rm -f ${RUNS}/*`,
        `${runCommand(options)} || failed=1`,
        "$NBTRACK sync || failed=1",
        `$NBTRACK runs --json > ${RUNS}/$CI_JOB_ID.json`,
        "exit ${failed:-0}",
      ],
      artifacts: { when: "always", paths: [`${RUNS}/`] },
    },
    [JOBS.compare]: {
      extends: ".nbtrack",
      needs,
      rules: [
        { if: IN_MERGE_REQUEST, when: "always" },
        { if: "$CI_COMMIT_BRANCH && $CI_OPEN_MERGE_REQUESTS", when: "never" },
        { if: "$CI_COMMIT_BRANCH", when: "always" },
      ],
      script: [`${report} --output ${FOLDER}/report.md`],
      artifacts: {
        when: "always",
        expose_as: "nbtrack report",
        paths: [`${FOLDER}/report.md`],
      },
    },
    [JOBS.note]: {
      extends: ".nbtrack",
      needs,
      rules: [{ if: IN_MERGE_REQUEST, when: "always" }],
      script: [`${report} --note`],
    },
  };
  return [
    `# Written by: ${command.replaceAll(/\s+/g, " ")}`,
    "# The same command again replaces this file. Jobs can be changed in .gitlab-ci.yml, by their names.",
    "# GITLAB_TOKEN must be a masked CI variable: a project access token with role Developer and scope api.",
    stringify(jobs, { lineWidth: 0, aliasDuplicateObjects: false }),
  ].join("\n");
}

function runCommand({ notebook, params, grid, args }: PipelineOptions): string {
  const given = Object.entries(params).map(([key, value]) =>
    `-p ${quote(`${key}=${value}`)}`
  );
  const varied = Object.entries(variablesOf(grid)).map(([name, key]) =>
    `-p ${quote(`${key}=`)}"$${name}"`
  );
  return [
    "$NBTRACK run",
    quote(notebook),
    ...given,
    ...varied,
    ...args.map(quote),
    `--output ${RUNS}/$CI_JOB_ID.ipynb`,
  ].join(" ");
}

/** GitLab makes one job for each combination. */
function matrixOf(
  grid: PipelineOptions["grid"],
): { parallel?: { matrix: Record<string, string[]>[] } } {
  const keys = Object.entries(variablesOf(grid));
  if (keys.length === 0) return {};
  const jobs = keys.reduce((n, [, key]) => n * (grid[key]?.length ?? 1), 1);
  if (jobs > MAX_JOBS) {
    throw new NbtrackError(
      `The grid makes ${jobs} jobs; GitLab takes ${MAX_JOBS} at most.`,
      {
        hint:
          "Take fewer values; nbtrack run --grid runs more of them in one job.",
      },
    );
  }
  const row = Object.fromEntries(
    keys.map(([name, key]) => [
      name,
      // A dollar sign would be taken for a variable.
      (grid[key] ?? []).map((value) => value.replaceAll("$", "$$$$")),
    ]),
  );
  return { parallel: { matrix: [row] } };
}

/** The names of the matrix' variables, each with the key it stands for. */
function variablesOf(grid: PipelineOptions["grid"]): Record<string, string> {
  const names: Record<string, string> = {};
  for (const key of Object.keys(grid)) {
    const name = `PARAM_${key.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_")}`;
    let free = name;
    for (let n = 2; Object.hasOwn(names, free); n++) free = `${name}_${n}`;
    names[free] = key;
  }
  return names;
}

/** A text as one word of a shell; plain ones stay as they are. */
function quote(text: string): string {
  return /^[\w./:=@%+,-]+$/.test(text)
    ? text
    : `'${text.replaceAll("'", "'\\''")}'`;
}
