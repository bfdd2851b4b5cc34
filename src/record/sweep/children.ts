/**
 * The runs of a sweep, and the best of them.
 *
 * @module
 */
import type { Journal } from "../../journal/journal.ts";
import { summaryOfRow } from "../journal_record.ts";
import type { RunSummary } from "../schema/summary.ts";
import { bestOf, shownBest, type SweepBest, type SweepGoal } from "./best.ts";
import { isSweep } from "../is_sweep.ts";
import { readPlan } from "./plan.ts";

/** What a sweep has come to so far. */
export interface SweepRuns {
  /** In the order of its trials; the runs that others took the place of come last. */
  children: RunSummary[];
  goal: SweepGoal | null;
  /** Null where nothing says what is best, or no run that finished has that metric. */
  best: SweepBest | null;
}

/** The runs of a sweep; null for a run that is none. */
export function sweepRuns(journal: Journal, run_id: string): SweepRuns | null {
  if (!isSweep(journal, run_id)) return null;
  const { trials, goal } = readPlan(journal, run_id);
  const rows = journal.runs.children(run_id)
    .filter(({ listed }) => listed === 1)
    .toSorted((a, b) => (a.trial ?? Infinity) - (b.trial ?? Infinity) || 0);
  const runs = new Map(
    trials.map(({ n }) => [
      n,
      rows.filter(({ trial }) => trial === n).map((row) => row.run_id),
    ]),
  );
  return {
    children: rows.map((row) => summaryOfRow(journal, row)),
    goal,
    best: goal === null
      ? null
      : shownBest(bestOf(journal, trials, runs, goal), journal),
  };
}
