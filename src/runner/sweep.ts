/**
 * Sweeps: a notebook run once for each trial, some at a time, as the children of one run. Whatever is killed, each
 * trial ends exactly once: what had ended is kept, what was cut off is taken back and run again.
 *
 * @module
 */
import { NbtrackError } from "../base/errors.ts";
import { standardRedaction } from "../redaction/standard_redaction.ts";
import { Journal } from "../journal/journal.ts";
import {
  runNotebook,
  type RunNotebookOptions,
  type RunNotebookResult,
} from "./headless.ts";
import { isBelowMedian } from "./median_rule.ts";
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
import type { SweepPlan } from "../record/sweep/plan.ts";
import {
  type SweepSpace,
  type SweepTrial,
  trialsOf,
} from "../record/sweep/space.ts";

/** How often a running trial is compared with the others, milliseconds. */
const WATCH_MS = 500;

/** What became of a trial. */
export type TrialResult = RunNotebookResult & {
  /** Whether it was stopped by the median rule. */
  stopped?: boolean | undefined;
};

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
  const sweep = await beginSweep(journal, path, plan);
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

interface Going {
  sweep: { run_id: string; session_id: string };
  plan: SweepPlan;
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

async function runTrial(
  journal: Journal,
  path: string,
  trial: SweepTrial,
  { sweep, plan, options }: Going,
): Promise<TrialResult> {
  const stop = new AbortController();
  const signals = [stop.signal, ...(options.signal ? [options.signal] : [])];
  const watch = watchTrial(journal, trial, { sweep, plan, options }, stop);
  try {
    const result = await runNotebook(path, {
      ...options,
      allowErrors: plan.allowErrors,
      ...(plan.timeout_ms === null ? {} : { timeout_ms: plan.timeout_ms }),
      ...(plan.track === null ? {} : { track: plan.track }),
      params: { ...plan.params, ...trial.params },
      ...(trial.seed === null ? {} : { seed: trial.seed }),
      ...(plan.output === null
        ? {}
        : { output: numbered(plan.output, trial.n + 1) }),
      sweep: { parent: sweep.run_id, trial: trial.n },
      signal: AbortSignal.any(signals),
    });
    return stop.signal.aborted
      ? { ...result, status: "ok", failed: null, stopped: true }
      : result;
  } finally {
    clearInterval(watch);
  }
}

/** Stops a trial that is worse than the median, and notes that it was. */
function watchTrial(
  journal: Journal,
  trial: SweepTrial,
  { sweep, plan }: Going,
  stop: AbortController,
): ReturnType<typeof setInterval> | undefined {
  const { goal, stopMedian: after } = plan;
  if (goal === null || after === null) return undefined;
  return setInterval(() => {
    const children = journal.runs.children(sweep.run_id);
    const run = children.findLast((child) => child.trial === trial.n);
    if (run === undefined || run.end_time !== null) return;
    const ended = children.filter((child) => child.status === "FINISHED")
      .map((child) => child.run_id);
    if (!isBelowMedian(journal, run.run_id, ended, { goal, after })) return;
    journal.entries.setTag(
      run.run_id,
      "nbtrack.stopped",
      `${goal.metric} was worse than the median`,
    );
    stop.abort();
  }, WATCH_MS);
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

/** `out.ipynb` as `out-3.ipynb`. */
function numbered(path: string, n: number): string {
  return path.endsWith(".ipynb")
    ? `${path.slice(0, -6)}-${n}.ipynb`
    : `${path}-${n}`;
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
