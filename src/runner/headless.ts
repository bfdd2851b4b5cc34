/**
 * Runs a notebook without a front end, in a kernel of its own, recorded from its first cell.
 *
 * @module
 */
import { ENV } from "../base/env.ts";
import { isNbtrackError } from "../base/errors.ts";
import { ifThere } from "../base/files.ts";
import { parsedJson } from "../base/values.ts";
import type { Redactor } from "../redaction/redaction.ts";
import { standardRedaction } from "../redaction/standard_redaction.ts";
import { Journal } from "../journal/journal.ts";
import type { Kernel } from "../jupyter/kernel.ts";
import {
  type CodeCell,
  formatNotebook,
  type Notebook,
  sourceOf,
} from "../notebook/notebook.ts";
import { refreshedCard } from "../view/refreshed_card.ts";
import { identify } from "../base/process_identity.ts";
import {
  type CellFailure,
  executeCells,
  type ExecuteCellsOptions,
  type ExecutedCells,
  notBegun,
} from "./execute_cells.ts";
import {
  checkParams,
  isInjected,
  textsInstead,
  unnamedParams,
} from "./parameters.ts";
import { checkWritable, readDenoNotebook } from "./read_notebook.ts";
import { type RecordedKernel, startRecorded } from "../recorder/recording.ts";
import { reportAnswers } from "../recorder/report_answers.ts";

/** How long delivery may hold up the result once the record is complete, milliseconds. */
const DELIVERY_WAIT_MS = 20_000;

/** How to run a notebook; its params reach `track()` too. */
export interface RunNotebookOptions extends ExecuteCellsOptions {
  /** Makes `Math.random` repeat, in the kernel from its start and in `track()`. */
  seed?: number;
  /** The file the executed notebook is written to. @default {none} */
  output?: string;
  /** Tracks the notebook under this experiment although it does not call `track()`. */
  track?: string;
  /** nbtrack's folder. @default {nbtrackHome()} */
  home?: string;
  /** The sweep it belongs to, and its number there. */
  sweep?: { parent: string; trial: number };
  /** Called with what the user should know before it begins. */
  onNote?: (text: string) => void;
}

/** What became of it. */
export interface RunNotebookResult extends ExecutedCells {
  notebook: string;
  output: string | null;
  status: "ok" | "error";
  runs: string[];
  seconds: number;
}

/**
 * Runs every code cell of a notebook, in its folder.
 *
 * @throws {NbtrackError} when the notebook cannot be read, is not Deno's, or no kernel can be started
 */
export async function runNotebook(
  path: string,
  options: RunNotebookOptions = {},
): Promise<RunNotebookResult> {
  const notebook = await readDenoNotebook(path);
  const { output } = options;
  const made = output !== undefined && await checkWritable(output);
  try {
    return await runRead(path, notebook, options);
  } finally {
    // Nothing was executed: a file without a notebook in it would be in the way.
    if (made && ifThere(() => Deno.statSync(output))?.size === 0) {
      await Deno.remove(output);
    }
  }
}

async function runRead(
  path: string,
  notebook: Notebook,
  options: RunNotebookOptions,
): Promise<RunNotebookResult> {
  const began = performance.now();
  const file = await Deno.realPath(path);
  const params = options.params ?? {};
  const notes = checkParams(notebook.cells, params);
  if (options.sweep === undefined) { // a sweep says it once
    const unsaid = Object.keys(params)
      .filter((name) => !notes.some((note) => note.includes(`"${name}"`)));
    notes.push(
      ...unnamedParams(notebook.cells, unsaid),
      ...textsInstead(notebook.cells, params),
    );
  }
  for (const note of notes) options.onNote?.(note);
  using journal = Journal.open({
    redactor: standardRedaction,
    ...(options.home === undefined ? {} : { home: options.home }),
  });
  const env: Record<string, string> = {
    [ENV.home]: journal.home,
    [ENV.notebook]: file,
  };
  if (Object.keys(params).length > 0) env[ENV.params] = JSON.stringify(params);
  if (options.sweep !== undefined) {
    const { parent, trial } = options.sweep;
    env[ENV.sweep] = `${parent}#${trial}`;
  }
  if (options.seed !== undefined) {
    env[ENV.seed] = String(options.seed);
    env["DENO_V8_FLAGS"] = `--random-seed=${options.seed}`;
  }
  const started = await startUnlessStopped(journal, {
    cwd: folderOf(file),
    notebook: file,
    env,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  if (started === null) {
    return {
      notebook: path,
      output: null,
      status: "error",
      ...notBegun(notebook),
      runs: [],
      seconds: (performance.now() - began) / 1000,
    };
  }
  const { kernel, recording } = started;
  const write = async () => {
    if (options.output === undefined) return;
    // The recorder may have been told of a secret since.
    redactExecuted(notebook, journal.redactor);
    await Deno.writeTextFile(options.output, formatNotebook(notebook));
  };
  let result: ExecutedCells;
  try {
    if (options.track !== undefined) {
      await recording.track(options.track, options);
    }
    result = await executeCells(notebook, { kernel, recording }, options);
    if (isRunning(kernel)) {
      if (result.failed === null) await reportAnswers(kernel);
      await recording.finish({ cut_off: result.cut_off !== null });
    }
  } catch (error) {
    // What cannot be recorded was executed all the same; that the notebook cannot be written, too, is said less.
    await write().catch(() => {});
    throw error;
  } finally {
    await kernel.shutdown({ prompt: true });
  }
  await write();
  await recording.complete(DELIVERY_WAIT_MS);
  if (options.output !== undefined) {
    refreshCards(notebook, journal);
    await write();
  }
  const { session_id } = recording.session;
  return {
    notebook: path,
    output: options.output ?? null,
    status: result.failed === null ? "ok" : "error",
    ...result,
    // It stands in the logs of jobs too.
    failed: shown(result.failed, journal.redactor),
    cut_off: shown(result.cut_off, journal.redactor),
    runs: journal.runs.list({ session_id }).map((r) => r.run_id).reverse(),
    seconds: (performance.now() - began) / 1000,
  };
}

/** Starts a kernel and its recorder; null when the run is interrupted before they are there. */
async function startUnlessStopped(
  journal: Journal,
  options: Parameters<typeof startRecorded>[1],
): Promise<RecordedKernel | null> {
  if (options.signal?.aborted) return null;
  try {
    return await startRecorded(journal, options);
  } catch (error) {
    // The signal ended the start: that is what it was given for.
    if (isNbtrackError(error) && options.signal?.aborted) return null;
    throw error;
  }
}

/** A failure as it may be printed. */
function shown(
  failure: CellFailure | null,
  redactor: Redactor,
): CellFailure | null {
  return failure && {
    ...failure,
    ename: redactor.text(failure.ename).text,
    evalue: redactor.text(failure.evalue).text,
  };
}

/** Takes secrets out of what was executed: jobs keep it for others. Cells are as the user's own file has them. */
function redactExecuted(notebook: Notebook, redactor: Redactor): void {
  for (const cell of notebook.cells) {
    if (cell.cell_type !== "code") continue;
    const code = cell as CodeCell;
    if (isInjected(code)) code.source = redactor.text(sourceOf(code)).text;
    const outputs = JSON.stringify(code.outputs);
    const { text, taken } = redactor.json(outputs);
    if (taken.length > 0) code.outputs = outputsOf(text);
  }
}

/** Outputs as they were redacted; what could not be examined is a sentence that says so. */
function outputsOf(redacted: string): CodeCell["outputs"] {
  const outputs = parsedJson(redacted);
  return Array.isArray(outputs)
    ? outputs
    : [{ output_type: "stream", name: "stderr", text: `${redacted}\n` }];
}

/** Lets the displays of runs say how the runs have ended. */
function refreshCards(notebook: Notebook, journal: Journal): void {
  for (const cell of notebook.cells) {
    if (cell.cell_type !== "code") continue;
    const code = cell as CodeCell;
    code.outputs = code.outputs.map((output) =>
      refreshedCard(journal, output) ?? output
    );
  }
}

function isRunning(kernel: Kernel): boolean {
  return identify(kernel.pid) !== null;
}

function folderOf(file: string): string {
  return file.slice(
    0,
    Math.max(1, file.replaceAll("\\", "/").lastIndexOf("/")),
  );
}
