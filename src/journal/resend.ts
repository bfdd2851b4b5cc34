/**
 * What has to be sent again, of a run or of what was left out of it.
 *
 * @module
 */
import type { JournalDatabase } from "./database.ts";

/** Tables whose rows are sent: 0 not yet, 1 sent, 2 left out, as the server refused them. */
const SENT_TABLES = ["params", "tags", "artifacts", "datasets"] as const;

/** The delivery of a run that nothing was sent of. */
export const NOT_BEGUN = {
  state: "pending" as const,
  kind: null,
  remote_experiment_id: null,
  remote_run_id: null,
  remote_run_iid: null,
  creating: 0,
  url: null,
  error: null,
  delivered_seq: 0,
  unsure_to: null,
  status_sent: null,
  next_try: null,
  tries: 0,
  in_flight_until: null,
  files_unsure: 0,
  parts: "[]",
  points_mode: null,
  points_sent_of: null,
  thinned: null,
  live_steps: null,
  replacing: 0,
};

/** Makes every row of a run one that is not sent; versions of models stay where they are. */
export function unsend(db: JournalDatabase, run_id: string): void {
  for (const table of SENT_TABLES) {
    db.run(`UPDATE ${table} SET sent = 0 WHERE run_id = ?`, run_id);
  }
}

/** Makes the rows that were left out ones that are not sent. @returns whether there were any */
export function unsendLeftOut(db: JournalDatabase, run_id: string): boolean {
  let changed = 0;
  for (const table of [...SENT_TABLES, "models", "model_files"]) {
    changed += db.run(
      `UPDATE ${table} SET sent = 0 WHERE run_id = ? AND sent = 2`,
      run_id,
    );
  }
  return changed > 0;
}
