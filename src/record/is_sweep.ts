/**
 * Which runs are sweeps.
 *
 * @module
 */
import type { Journal } from "../journal/journal.ts";

/** The document of a run that makes it a sweep. */
export const SWEEP_DOCUMENT = "sweep";

/** Whether a run is a sweep, whose cells are those of its runs. */
export function isSweep(journal: Journal, run_id: string): boolean {
  return journal.entries.document(run_id, SWEEP_DOCUMENT) !== undefined;
}
