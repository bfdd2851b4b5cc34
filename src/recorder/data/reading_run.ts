/**
 * A run whose data is looked for in what its cells read.
 *
 * @module
 */
import type { Journal } from "../../journal/journal.ts";
import type { Session } from "../../journal/sessions.ts";

/** A run, and the session that it belongs to. */
export interface ReadingRun {
  journal: Journal;
  session: Session;
  run_id: string;
}
