/**
 * Sweeps: a notebook run once for each trial, some at a time, as the children of one run. Whatever is killed, each
 * trial ends exactly once: what had ended is kept, what was cut off is taken back and run again.
 *
 * @module
 */
import { NbtrackError } from "../base/errors.ts";
import { standardRedaction } from "../redaction/standard_redaction.ts";
import { Journal } from "../journal/journal.ts";
import type { RunRow } from "../journal/run_row.ts";
import type { CellFailure } from "./execute_cells.ts";
import type { RunNotebookOptions, RunNotebookResult } from "./headless.ts";
import { runTrial, type TrialContext, type TrialResult } from "./run_trial.ts";
import {
  bestOf,
  shownBest,
  type SweepBest,
  type SweepGoal,
} from "../record/sweep/best.ts";
import {
  endedTrials,
  keepResult,
  setFailedAside,
  takeBack,
} from "./sweep_children.ts";
import {
  beginSweep,
  endSweep,
  readSweep,
  refuseOtherNotebook,
  resumeSweep,
} from "./sweep_parent.ts";
import { unnamedParams } from "./parameters.ts";
import { readDenoNotebook } from "./read_notebook.ts";
import type { SweepPlan } from "../record/sweep/plan.ts";
import { refuseBoth } from "../record/sweep/grid.ts";
import {
  type SweepSpace,
  type SweepTrial,
  trialsOf,
} from "../record/sweep/space.ts";

/** How to run a sweep. */
export interface SweepOptions extends RunNotebookOptions {
  /** How many kernels run at a time. @default {cores − 1, at least 1} */
  jobs?: number;
  /** What the best combination is. @default {nothing is compared} */
  goal?: SweepGoal;
  /** Stops runs that are worse than the median, not before this step; needs a goal. @default {none is stopped} */
  stopMedian?: number;
  /** Runs what has failed again when a sweep is completed; the failed runs are kept. @default {false} */
  retryFailed?: boolean;
  /** Called once the sweep's run is there. */
  onBegin?: (sweep: { run_id: string; trials: number; left: number }) => void;
  /** Called before each trial, and after it. */
  onTrial?: (trial: SweepTrial, result: TrialResult | null) => void;
}

/** What became of a sweep: of all its runs together, and of each trial. */
export interface SweepResult extends RunNotebookResult {
  output: null;
  /** The sweep's own run. */
  sweep: string;
  best: SweepBest | null;
  /** Those that have ended. */
  children: TrialResult[];
  /** How many there are to be. */
  trials: number;
}

/**
 * Runs a notebook through a space.
 *
 * @throws {NbtrackError} when the space or the notebook cannot be used
 */
export async function runSweep(
  path: string,
  space: SweepSpace,
  options: SweepOptions = {},
): Promise<SweepResult> {
  const { goal = null, stopMedian = null } = options;
  if (stopMedian !== null && goal === null) {
    throw new NbtrackError(
      "--stop-median compares a metric, and none is named.",
      { hint: 'Add --max "metrics.accuracy" or --min "metrics.loss".' },
    );
  }
  refuseBoth(
    [space.grid, space.ranges].flatMap(Object.keys),
    options.params ?? {},
  );
  const trials = trialsOf(space);
  using journal = openJournal(options);
  const plan: SweepPlan = {
    space,
    trials,
    params: options.params ?? {},
    track: options.track ?? null,
    goal,
    stopMedian,
    timeout_ms: options.timeout_ms ?? null,
    allowErrors: options.allowErrors ?? false,
    output: options.output ?? null,
    in_cell: false,
  };
  const { cells } = await readDenoNotebook(path);
  const names = [space.grid, space.ranges, plan.params].flatMap(Object.keys);
  for (const note of unnamedParams(cells, new Set(names))) {
    options.onNote?.(note);
  }
  const sweep = await beginSweep(journal, path, { cells, plan });
  return await go(journal, path, { sweep, plan, options });
}

/**
 * Completes a sweep that was cut off, by its own plan.
 *
 * @throws {NbtrackError} when the run is no sweep, is of another notebook, is run by another process, or what was cut
 * off cannot be taken back
 */
export async function continueSweep(
  path: string,
  run_id: string,
  options: SweepOptions = {},
): Promise<SweepResult> {
  using journal = openJournal(options);
  const begun = readSweep(journal, run_id);
  await refuseOtherNotebook(journal, path, { run_id, plan: begun });
  const { goal = begun.goal, stopMedian = begun.stopMedian } = options;
  const plan = { ...begun, goal, stopMedian };
  const results = endedTrials(journal, run_id, path);
  if (isOver(journal.runs.get(run_id), { plan, results, options })) {
    const trials = plan.trials.length;
    options.onBegin?.({ run_id, trials, left: 0 });
    return resultOf(journal, path, { run_id, plan, results });
  }
  const sweep = await resumeSweep(journal, path, run_id);
  await takeBack(journal, run_id, plan.trials);
  if (options.retryFailed === true) setFailedAside(journal, run_id);
  return await go(journal, path, { sweep, plan, options });
}

/** Whether a sweep has ended, and nothing of it is to be run again: then its run stays as it is. */
function isOver(
  run: RunRow | undefined,
  { plan, results, options }: {
    plan: SweepPlan;
    results: ReadonlyMap<number, TrialResult>;
    options: SweepOptions;
  },
): boolean {
  const whole = run !== undefined && run.end_time !== null &&
    run.status !== "KILLED" && plan.trials.every(({ n }) => results.has(n));
  return whole && (options.retryFailed !== true ||
    [...results.values()].every(({ status }) => status === "ok"));
}

interface Going extends TrialContext {
  sweep: { run_id: string; session_id: string };
  options: SweepOptions;
}

async function go(
  journal: Journal,
  path: string,
  { sweep, plan, options }: Going,
): Promise<SweepResult> {
  const began = performance.now();
  const results = endedTrials(journal, sweep.run_id, path);
  const left = plan.trials.filter(({ n }) => !results.has(n));
  options.onBegin?.({
    run_id: sweep.run_id,
    trials: plan.trials.length,
    left: left.length,
  });
  const queue = left.values();
  let interrupted: CellFailure | null = null;
  const lane = async () => {
    for (const trial of queue) {
      if (options.signal?.aborted) return;
      options.onTrial?.(trial, null);
      const result = await runTrial(journal, path, trial, {
        sweep,
        plan,
        options,
      });
      // What was interrupted has not ended: it is run again when the sweep is resumed.
      if (options.signal?.aborted && result.cut_off !== null) {
        interrupted ??= result.cut_off;
        return;
      }
      keepResult(journal, result);
      results.set(trial.n, result);
      options.onTrial?.(trial, result);
    }
  };
  try {
    await Promise.all(
      Array.from({ length: options.jobs ?? defaultJobs() }, lane),
    );
  } catch (error) {
    await endSweep(journal, sweep, "KILLED", "it was cut off");
    throw error;
  }
  const result = resultOf(journal, path, {
    run_id: sweep.run_id,
    plan,
    results,
    interrupted,
  });
  const { children, trials } = result;
  const failed = children.filter((child) => child.status === "error").length;
  const whole = children.length === trials;
  await endSweep(
    journal,
    sweep,
    !whole ? "KILLED" : failed > 0 ? "FAILED" : "FINISHED",
    !whole
      ? `${children.length} of ${trials} runs ended`
      : failed > 0
      ? `${failed} of ${children.length} runs failed`
      : null,
  );
  return { ...result, seconds: (performance.now() - began) / 1000 };
}

/** What became of a sweep, by its trials that have ended. */
function resultOf(
  journal: Journal,
  path: string,
  { run_id, plan, results, interrupted = null }: {
    run_id: string;
    plan: SweepPlan;
    results: ReadonlyMap<number, TrialResult>;
    /** What an interruption cut off of a trial that has not ended. */
    interrupted?: CellFailure | null;
  },
): SweepResult {
  const children = plan.trials.flatMap(({ n }) => results.get(n) ?? []);
  const runs = new Map(
    [...results].map(([n, result]) => [n, result.runs] as const),
  );
  return {
    notebook: path,
    output: null,
    status: children.length === plan.trials.length &&
        children.every((child) => child.status === "ok")
      ? "ok"
      : "error",
    cells: children.reduce((sum, child) => sum + child.cells, 0),
    failed: children.find((child) => child.failed !== null)?.failed ?? null,
    cut_off: children.find((child) => child.cut_off !== null)?.cut_off ??
      interrupted,
    runs: children.flatMap((child) => child.runs),
    children,
    trials: plan.trials.length,
    sweep: run_id,
    best: plan.goal === null
      ? null
      : shownBest(bestOf(journal, plan.trials, runs, plan.goal), journal),
    seconds: 0,
  };
}

function openJournal({ home }: SweepOptions): Journal {
  return Journal.open({
    redactor: standardRedaction,
    ...(home === undefined ? {} : { home }),
  });
}

function defaultJobs(): number {
  return Math.max(1, navigator.hardwareConcurrency - 1);
}
