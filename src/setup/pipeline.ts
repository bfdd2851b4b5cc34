/**
 * The jobs of a GitLab pipeline that runs a notebook (run or sweep, compare, note on the merge request), and of one
 * that reproduces a run on a schedule.
 *
 * @module
 */
import { VERSION } from "../base/version.ts";
import {
  given,
  groupLines,
  IF_SIGNED_IN,
  type NotebookCommand,
  runLine,
} from "./pipeline_commands.ts";
import { matrixOf, shellWord } from "./pipeline_matrix.ts";
import { stringify } from "./yaml.ts";

/** What the pipeline runs. */
export interface PipelineOptions extends NotebookCommand {
  /** A run or a model of the server that scheduled pipelines reproduce. */
  watch: string | undefined;
  /** The job that puts a site of the experiments on GitLab Pages, by its name; undefined for none. */
  pages: string | undefined;
  /** What the jobs run as nbtrack: a specifier that Deno takes. */
  cli: string;
  /** What makes a run the best, as `nbtrack runs --sort` takes it. */
  best: string | undefined;
  /** The container image of the jobs. */
  image: string;
  /** A stage that the pipeline has; undefined where GitLab's own will do. */
  stage: string | undefined;
}

/** What the jobs run when nothing else is asked for: just this release. */
export const RELEASED_CLI = `jsr:@nbtrack/nbtrack@${VERSION}/cli`;
/** The lock of the jobs' nbtrack, from the repository's root. */
export const LOCK_FILE = ".gitlab/nbtrack.lock";
/** The jobs, as they are named. */
export const JOBS = {
  prepare: "nbtrack-prepare",
  run: "nbtrack-run",
  compare: "nbtrack-compare",
  note: "nbtrack-note",
  watch: "nbtrack-watch",
} as const;
/** The name of the job that every GitLab takes for that of Pages. */
export const PAGES_JOB = "pages";
/** The folder that GitLab Pages serves. */
const SITE = "public";
/** The runner's folder of everything that is not to be committed. */
const FOLDER = ".nbtrack";
const RUNS = `${FOLDER}/runs`;
const LINKS = `${FOLDER}/links.json`;
const METRICS = `${FOLDER}/metrics.txt`;
const REPORT = `${FOLDER}/report.md`;

const IN_MERGE_REQUEST = '$CI_PIPELINE_SOURCE == "merge_request_event"';
const SCHEDULED = '$CI_PIPELINE_SOURCE == "schedule"';
/** Who sees artifacts, and for how long: they hold what the notebook printed. */
const KEPT = { when: "always", expire_in: "30 days", access: "developer" };

/** The file's text; `command` is how it was made. */
export function pipelineText(
  options: PipelineOptions,
  command: string,
): string {
  const jobs = {
    ".nbtrack": baseJob(options),
    ...(options.notebook === undefined ? {} : notebookJobs(options)),
    ...(options.watch === undefined
      ? {}
      : { [JOBS.watch]: watchJob(options.watch) }),
    ...(options.pages === undefined
      ? {}
      : { [options.pages]: pagesJob(options) }),
  };
  return [
    `# Written by: ${command.replaceAll(/\s+/g, " ")}`,
    "# The same command again replaces this file. Jobs can be changed in .gitlab-ci.yml, by their names.",
    "# GITLAB_TOKEN must be a masked CI variable: a project access token with role Developer and scope api.",
    "# Pipelines without it, as those of a fork, run the notebook and compare its runs with each other.",
    // GitLab reads YAML 1.1, in which more words are no texts.
    stringify(jobs, {
      lineWidth: 0,
      aliasDuplicateObjects: false,
      compat: "yaml-1.1",
    }),
  ].join("\n");
}

/** The names of the jobs that the options make. */
export function jobNames(options: PipelineOptions): string[] {
  const { notebook, watch, pages } = options;
  return [
    ...(notebook === undefined ? [] : Object.keys(notebookJobs(options))),
    ...(watch === undefined ? [] : [JOBS.watch]),
    ...(pages === undefined ? [] : [pages]),
  ];
}

function baseJob({ image, stage, cli }: PipelineOptions) {
  return {
    // The image's own entry point is Deno, not a shell.
    image: { name: image, entrypoint: [""] },
    ...(stage === undefined ? {} : { stage }),
    // Scripts meant for other jobs of the pipeline do not run here; the choice of runners stays.
    inherit: { default: ["tags", "retry", "timeout", "interruptible"] },
    variables: {
      // Without the project's own configuration and lock, which nbtrack must not change.
      NBTRACK:
        `deno run -A --no-config --node-modules-dir=none --lock=$CI_PROJECT_DIR/${FOLDER}/deno.lock ${cli}`,
      DENO_DIR: `$CI_PROJECT_DIR/${FOLDER}/deno`,
    },
    cache: cache("pull"),
    before_script: [
      `mkdir -p ${RUNS}`,
      // So that the run's tree is not called changed because of this folder.
      `echo '*' > ${FOLDER}/.gitignore`,
      `cp ${LOCK_FILE} ${FOLDER}/deno.lock`,
      // A journal of its own: runners reuse their folders.
      `export NBTRACK_HOME="$CI_PROJECT_DIR/${FOLDER}/home-$CI_JOB_ID"`,
      // The authority of a self-managed GitLab, when its runner names one.
      'if [ -n "${CI_SERVER_TLS_CA_FILE:-}" ]; then export DENO_CERT="${DENO_CERT:-$CI_SERVER_TLS_CA_FILE}"; fi',
    ],
  };
}

/** Packages by what locks them; only one job of a pipeline writes them. */
function cache(policy: "pull" | "pull-push") {
  return {
    key: { files: [LOCK_FILE, "deno.lock"], prefix: "nbtrack" },
    paths: [`${FOLDER}/deno`],
    policy,
  };
}

function notebookJobs(options: PipelineOptions) {
  const { best } = options;
  const matrix = matrixOf(options.grid);
  const swept = matrix.parallel !== undefined;
  const once = swept ? '[ -n "$ended" ] || ' : "";
  const never = [
    ...(options.watch === undefined ? [] : [{ if: SCHEDULED, when: "never" }]),
  ];
  const onBranch = [
    { if: "$CI_COMMIT_BRANCH && $CI_OPEN_MERGE_REQUESTS", when: "never" },
  ];
  const rules = [
    ...never,
    { if: IN_MERGE_REQUEST },
    ...onBranch,
    { if: "$CI_COMMIT_BRANCH" },
  ];
  const needs = [{ job: JOBS.run, artifacts: true }];
  const report = `$NBTRACK ci --report ${RUNS}${
    best === undefined ? "" : ` --best ${shellWord(best)}`
  }`;
  return {
    ...(swept
      ? {
        [JOBS.prepare]: {
          extends: ".nbtrack",
          rules,
          cache: cache("pull-push"),
          script: [
            "$NBTRACK --version",
            "if [ -f deno.lock ]; then deno install --frozen --node-modules-dir=none; fi",
          ],
        },
      }
      : {}),
    [JOBS.run]: {
      extends: ".nbtrack",
      rules,
      ...(swept ? { needs: [JOBS.prepare] } : { cache: cache("pull-push") }),
      ...matrix,
      script: [
        `rm -f ${RUNS}/*`,
        // A job that is started again does not run what has ended before.
        ...(swept
          ? [
            `ended=; if $NBTRACK ci --finished ${RUNS}/$CI_JOB_ID.json ${
              given(options)
            }; then ended=1; fi`,
          ]
          : []),
        `${once}${runLine(options, RUNS)} || failed=1`,
        `${IF_SIGNED_IN} $NBTRACK sync || failed=1; fi`,
        `${once}$NBTRACK runs --json > ${RUNS}/$CI_JOB_ID.json`,
        // The compare job has made the sweep's run when a job is started again after it.
        ...groupLines(options, "own"),
        `${report} --annotations ${LINKS} > ${FOLDER}/job.md`,
        "exit ${failed:-0}",
      ],
      artifacts: {
        ...KEPT,
        paths: [`${RUNS}/`],
        reports: { annotations: LINKS },
      },
    },
    [JOBS.compare]: {
      extends: ".nbtrack",
      needs,
      rules: [
        ...never,
        { if: IN_MERGE_REQUEST, when: "always" },
        ...onBranch,
        { if: "$CI_COMMIT_BRANCH", when: "always" },
      ],
      script: [
        `${report} --output ${REPORT} --annotations ${LINKS} --metrics ${METRICS}`,
        ...groupLines(options, "all"),
      ],
      artifacts: {
        ...KEPT,
        expose_as: "nbtrack report",
        paths: [REPORT, LINKS, METRICS],
        reports: { annotations: LINKS, metrics: METRICS },
      },
    },
    [JOBS.note]: {
      extends: ".nbtrack",
      needs,
      rules: [{
        if: `${IN_MERGE_REQUEST} && ($GITLAB_TOKEN || $MLFLOW_TRACKING_TOKEN)`,
        when: "always",
      }],
      script: [`${report} --note`],
    },
  };
}

/**
 * The job that puts the server's experiments on GitLab Pages: after the runs of the default branch, and on a schedule
 * after what is reproduced there.
 */
function pagesJob({ notebook, watch, pages }: PipelineOptions) {
  const job = (name: string) => ({
    job: name,
    artifacts: false,
    // A schedule runs other jobs than a push.
    optional: true,
  });
  return {
    extends: ".nbtrack",
    // Before 17.9 GitLab knows the job by its name alone.
    ...(pages === PAGES_JOB ? {} : { pages: true }),
    needs: [
      ...(notebook === undefined ? [] : [job(JOBS.run)]),
      ...(watch === undefined ? [] : [job(JOBS.watch)]),
    ],
    rules: [{
      if:
        "$CI_COMMIT_BRANCH && $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH && ($GITLAB_TOKEN || $MLFLOW_TRACKING_TOKEN)",
      when: "always",
    }],
    script: [`rm -rf ${SITE}`, `$NBTRACK site ${SITE} --server`],
    artifacts: { paths: [SITE], expire_in: "30 days", access: "developer" },
  };
}

/** The job that fails on the day the run is no longer as it was. */
function watchJob(watch: string) {
  return {
    extends: ".nbtrack",
    rules: [{ if: SCHEDULED }],
    script: [
      `$NBTRACK ci --reproduce ${
        shellWord(watch)
      } --issue --output ${REPORT} --annotations ${LINKS}`,
    ],
    artifacts: {
      ...KEPT,
      expose_as: "nbtrack reproduction",
      paths: [REPORT, LINKS],
      reports: { annotations: LINKS },
    },
  };
}
