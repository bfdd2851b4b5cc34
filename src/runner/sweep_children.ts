/**
 * The runs of a sweep in the journal: which trials have ended, and taking back what was cut off.
 *
 * @module
 */
import { z } from "../base/zod.ts";
import type { Execution } from "../journal/execution_row.ts";
import type { Journal } from "../journal/journal.ts";
import type { RunRow } from "../journal/run_row.ts";
import { readPlan } from "../record/sweep/plan.ts";
import { takeBackTrial } from "../recorder/discard.ts";
import { injectedSource } from "./parameters.ts";
import type { RunNotebookResult } from "./headless.ts";
import type { SweepTrial } from "../record/sweep/space.ts";

/** The document of a trial's first run that says how the notebook ended. */
const DOCUMENT = "trial_result";

const failureSchema = z.object({
  cell: z.number(),
  ename: z.string(),
  evalue: z.string(),
}).nullable();

const resultSchema = z.object({
  notebook: z.string(),
  output: z.string().nullable(),
  status: z.enum(["ok", "error"]),
  cells: z.number(),
  failed: failureSchema,
  failed_cell: z.string().optional(),
  cut_off: failureSchema.default(null), // earlier versions did not say
  cut_off_cell: z.string().optional(),
  runs: z.array(z.string()),
  seconds: z.number(),
  stopped: z.boolean().optional(),
});

type TrialResult = z.infer<typeof resultSchema>;

/** Keeps how a trial's notebook ended: it is not run again. */
export function keepResult(journal: Journal, result: RunNotebookResult): void {
  const [run_id] = result.runs;
  if (run_id === undefined) return; // a notebook without a run leaves nothing to be found again
  journal.entries.setDocument(run_id, DOCUMENT, JSON.stringify(result));
}

/** The trials of a sweep that have ended, each by its number. */
export function endedTrials(
  journal: Journal,
  sweep: string,
  notebook: string,
): Map<number, TrialResult> {
  const ended = new Map<number, TrialResult>();
  const { trials, params } = readPlan(journal, sweep);
  for (const [n, runs] of runsByTrial(journal, sweep)) {
    const result = trialResult(journal, runs, {
      notebook,
      params: { ...params, ...trials.find((trial) => trial.n === n)?.params },
    });
    if (result !== null) ended.set(n, result);
  }
  return ended;
}

/** The tag of a failed run whose trial was run again. */
const RETRIED = "nbtrack.retried";

/** Sets the failed runs of a sweep aside, which stay its children: their trials have not ended and are run again. */
export function setFailedAside(journal: Journal, sweep: string): void {
  const ended = endedTrials(journal, sweep, "");
  for (const [n, runs] of runsByTrial(journal, sweep)) {
    if (ended.get(n)?.status !== "error") continue;
    journal.transaction(() => {
      for (const { run_id } of runs) {
        journal.runs.setTrialAside(run_id);
        journal.entries.setTag(
          run_id,
          RETRIED,
          `Trial ${n + 1} failed here, and was run again.`,
        );
      }
    });
  }
}

/**
 * Removes the runs of trials that have not ended, here and where they were delivered, so that they can be run again.
 *
 * @throws {NbtrackError} when one cannot be removed
 */
export async function takeBack(
  journal: Journal,
  sweep: string,
  trials: readonly SweepTrial[],
): Promise<void> {
  const ended = endedTrials(journal, sweep, "");
  for (const { n } of trials) {
    if (ended.has(n)) continue;
    for (const run of runsByTrial(journal, sweep).get(n) ?? []) {
      await takeBackTrial(journal, run);
    }
  }
}

function runsByTrial(journal: Journal, sweep: string): Map<number, RunRow[]> {
  const runs = journal.runs.children(sweep).filter((run) => run.trial !== null);
  return Map.groupBy(runs, (run) => run.trial ?? -1);
}

/** How a trial ended; null while it has not, or was cut off. */
function trialResult(
  journal: Journal,
  runs: readonly RunRow[],
  { notebook, params }: { notebook: string; params: Record<string, string> },
): TrialResult | null {
  for (const { run_id } of runs) {
    const json = journal.entries.document(run_id, DOCUMENT);
    if (json !== undefined) return resultSchema.parse(JSON.parse(json));
  }
  // Killed between the end of the notebook and the note of it: what was run to its end is not run again.
  const [first] = runs;
  const session = journal.sessions.get(first?.session_id ?? "");
  const whole = first !== undefined && session !== undefined &&
    session.end_time !== null && session.cells_to_run === null &&
    runs.every((run) => run.status === "FINISHED");
  if (!whole) return null;
  return {
    notebook,
    output: null,
    status: "ok",
    cells: ownCells(journal.executions.list(session.session_id), params),
    failed: null,
    cut_off: null,
    runs: runs.map((run) => run.run_id),
    seconds: ((session.end_time ?? 0) - session.start_time) / 1000,
  };
}

/** How many cells of the notebook itself were executed: those that were put into it for params do not count. */
function ownCells(
  executions: readonly Execution[],
  params: Record<string, string>,
): number {
  return executions.filter(({ source }, i) => {
    const before = executions[i - 1]?.source ?? "";
    return source === null || source === "" ||
      source !== injectedSource(before, params);
  }).length;
}
