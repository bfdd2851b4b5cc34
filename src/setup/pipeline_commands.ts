/**
 * What the jobs of a pipeline call, as lines of the shell.
 *
 * @module
 */
import { type Grid, shellWord, variablesOf } from "./pipeline_matrix.ts";

/** A notebook as the jobs run it. */
export interface NotebookCommand {
  /** The notebook, from the repository's root, with `/`; undefined when only a run is watched. */
  notebook: string | undefined;
  /** The values of each key of the sweep; empty for a single run. */
  grid: Grid;
  /** Params that are the same in every run. */
  params: Readonly<Record<string, string>>;
  /** More arguments of `nbtrack run`. */
  args: readonly string[];
}

/** The beginning of what is done only where a job may call the server. */
export const IF_SIGNED_IN =
  'if [ -n "${GITLAB_TOKEN:-}${MLFLOW_TRACKING_TOKEN:-}" ]; then';

/** Runs the notebook; the executed one goes to a folder. */
export function runLine(options: NotebookCommand, folder: string): string {
  return [
    "$NBTRACK run",
    given(options),
    ...options.args.map(shellWord),
    `--output ${folder}/$CI_JOB_ID.ipynb`,
  ].join(" ");
}

/** Puts the runs of a sweep under one run: one job makes it (`all`), the others find it (`own`). */
export function groupLines(
  { notebook, params, grid }: NotebookCommand,
  which: "all" | "own",
): string[] {
  if (Object.keys(grid).length === 0) return [];
  const words = [
    ...Object.entries(grid).flatMap(([key, values]) => [
      "--grid",
      `${key}=${values.join(",")}`,
    ]),
    ...Object.entries(params).flatMap(([key, value]) => [
      "-p",
      `${key}=${value}`,
    ]),
  ];
  const line = `$NBTRACK ci --group ${which} ${
    [notebookWord(notebook), ...words.map(shellWord)].join(" ")
  }`;
  return [
    `${IF_SIGNED_IN} ${line}${which === "own" ? " || failed=1" : ""}; fi`,
  ];
}

/** The notebook and its params, as words of the shell. */
export function given({ notebook, params, grid }: NotebookCommand): string {
  return [
    notebookWord(notebook),
    ...Object.entries(params).map(([key, value]) =>
      `-p ${shellWord(`${key}=${value}`)}`
    ),
    ...Object.entries(variablesOf(grid)).map(([name, key]) =>
      `-p ${shellWord(`${key}=`)}"$${name}"`
    ),
  ].join(" ");
}

/** A notebook's path as one word, and no option of a command. */
function notebookWord(notebook = ""): string {
  return shellWord(notebook.startsWith("-") ? `./${notebook}` : notebook);
}
