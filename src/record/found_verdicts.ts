/**
 * What reproductions of a run found.
 *
 * @module
 */
import type { Journal } from "../journal/journal.ts";
import { VERDICT_TAG } from "./own_tags.ts";

/** A run that reproduces another one. */
export interface FoundVerdict {
  run_id: string;
  name: string;
  start_time: number;
  /** What it found; null while it says nothing. */
  verdict: string | null;
}

/** The reproductions of a run with what they found, newest first. */
export function foundVerdicts(
  journal: Journal,
  run_id: string,
): FoundVerdict[] {
  return journal.runs.reproductions(run_id).map(
    ({ run_id, name, start_time }) => ({
      run_id,
      name,
      start_time,
      verdict: ownVerdict(journal, run_id),
    }),
  );
}

/** What a reproduction found; null while it says nothing. */
export function ownVerdict(journal: Journal, run_id: string): string | null {
  return journal.entries.tags(run_id).find(({ key }) => key === VERDICT_TAG)
    ?.value ?? null;
}
