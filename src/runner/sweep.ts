/**
 * Sweeps: a notebook run once for each trial, some at a time, as the children of one run. Whatever is killed, each
 * trial ends exactly once: what had ended is kept, what was cut off is taken back and run again.
 *
 * @module
 */
import { NbtrackError } from "../base/errors.ts";
import { standardRedaction } from "../redaction/standard_redaction.ts";
import { Journal } from "../journal/journal.ts";
import type { RunNotebookOptions, RunNotebookResult } from "./headless.ts";
import { runTrial, type TrialContext, type TrialResult } from "./run_trial.ts";
import {
  bestOf,
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
  resumeSweep,
} from "./sweep_parent.ts";
import { unnamedParams } from "./parameters.ts";
import { readDenoNotebook } from "./read_notebook.ts";
import type { SweepPlan } from "../record/sweep/plan.ts";
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
  children: TrialResult[];
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
 * @throws {NbtrackError} when the run is no sweep, is run by another process, or what was cut off cannot be taken back
 */
export async function continueSweep(
  path: string,
  run_id: string,
  options: SweepOptions = {},
): Promise<SweepResult> {
  using journal = openJournal(options);
  const plan = readSweep(journal, run_id);
  const sweep = await resumeSweep(journal, path, run_id);
  await takeBack(journal, run_id, plan.trials);
  if (options.retryFailed === true) setFailedAside(journal, run_id);
  const { goal = plan.goal, stopMedian = plan.stopMedian } = options;
  return await go(journal, path, {
    sweep,
    plan: { ...plan, goal, stopMedian },
    options,
  });
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
      if (options.signal?.aborted) return;
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
  const children = plan.trials.flatMap(({ n }) => results.get(n) ?? []);
  const runs = new Map(
    [...results].map(([n, result]) => [n, result.runs] as const),
  );
  const failed = children.filter((child) => child.status === "error");
  const whole = children.length === plan.trials.length;
  await endSweep(
    journal,
    sweep,
    !whole ? "KILLED" : failed.length > 0 ? "FAILED" : "FINISHED",
    !whole
      ? `${children.length} of ${plan.trials.length} runs ended`
      : failed.length > 0
      ? `${failed.length} of ${children.length} runs failed`
      : null,
  );
  return {
    notebook: path,
    output: null,
    status: whole && failed.length === 0 ? "ok" : "error",
    cells: children.reduce((sum, child) => sum + child.cells, 0),
    failed: children.find((child) => child.failed !== null)?.failed ?? null,
    runs: children.flatMap((child) => child.runs),
    children,
    sweep: sweep.run_id,
    best: plan.goal === null
      ? null
      : shown(bestOf(journal, plan.trials, runs, plan.goal), journal),
    seconds: (performance.now() - began) / 1000,
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

/** The best combination as it may be printed. */
function shown(best: SweepBest | null, journal: Journal): SweepBest | null {
  return best && {
    ...best,
    params: Object.fromEntries(
      Object.entries(best.params).map(([key, value]) => [
        key,
        journal.redactor.named(key, value).text,
      ]),
    ),
  };
}
