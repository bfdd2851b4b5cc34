/**
 * Taking back a run that was cut off, as if it had never been.
 *
 * @module
 */
import { deleteDelivered } from "../delivery/delete_delivered.ts";
import type { Journal } from "../journal/journal.ts";
import { sync } from "./sync.ts";

/**
 * Deletes a run where it was delivered, then here.
 *
 * @returns why it is still on its server; null when it is gone
 */
export async function discardRun(
  journal: Journal,
  run_id: string,
): Promise<string | null> {
  const { remote_run_id, creating } = journal.deliveries.get(run_id);
  if (remote_run_id === null && creating === 1) {
    // Whether it is there is found out by delivering it.
    await sync(journal, { run_ids: [run_id] });
  }
  const why = await deleteDelivered(journal, run_id);
  if (why === null) journal.deleteRun(run_id);
  return why;
}
