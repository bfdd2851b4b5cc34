/**
 * One trial of a sweep: a run of the notebook with the trial's params, stopped early where it is worse than the others.
 *
 * @module
 */
import { isNbtrackError } from "../base/errors.ts";
import type { Journal } from "../journal/journal.ts";
import type { SweepPlan } from "../record/sweep/plan.ts";
import type { SweepTrial } from "../record/sweep/space.ts";
import {
  runNotebook,
  type RunNotebookOptions,
  type RunNotebookResult,
} from "./headless.ts";
import { isBelowMedian } from "./median_rule.ts";

/** How often a running trial is compared with the others, milliseconds. */
const WATCH_MS = 500;

/** What became of a trial. */
export type TrialResult = RunNotebookResult & {
  /** Whether it was stopped by the median rule. */
  stopped?: boolean | undefined;
};

/** The sweep that a trial belongs to. */
export interface TrialContext {
  sweep: { run_id: string };
  plan: SweepPlan;
  options: RunNotebookOptions;
}

/** Runs a trial to its end, or until it is stopped. */
export async function runTrial(
  journal: Journal,
  path: string,
  trial: SweepTrial,
  { sweep, plan, options }: TrialContext,
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
      ? { ...result, status: "ok", failed: null, cut_off: null, stopped: true }
      : result;
  } finally {
    clearInterval(watch);
  }
}

/** Stops a trial that is worse than the median, and notes that it was. */
function watchTrial(
  journal: Journal,
  trial: SweepTrial,
  { sweep, plan }: TrialContext,
  stop: AbortController,
): ReturnType<typeof setInterval> | undefined {
  const { goal, stopMedian: after } = plan;
  if (goal === null || after === null) return undefined;
  const compare = () => {
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
  };
  return setInterval(() => {
    try {
      compare();
    } catch (error) {
      // The journal is locked: it is compared again soon.
      if (!isNbtrackError(error)) throw error;
    }
  }, WATCH_MS);
}

/** `out.ipynb` as `out-3.ipynb`. */
function numbered(path: string, n: number): string {
  return path.endsWith(".ipynb")
    ? `${path.slice(0, -6)}-${n}.ipynb`
    : `${path}-${n}`;
}
