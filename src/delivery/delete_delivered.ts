/**
 * Deleting a run where it was delivered.
 *
 * @module
 */
import { isNbtrackError, messageOf } from "../base/errors.ts";
import { createClient } from "../gitlab/client.ts";
import { isNotFoundError } from "../gitlab/errors.ts";
import type { Journal } from "../journal/journal.ts";
import { Lease, newHolder } from "./lease.ts";
import { decideTarget, isOffline, storedDestination } from "./target.ts";

/** Why a run is still on its server while somebody else sends it: in a moment it can be deleted. */
export const BEING_DELIVERED = "another process is delivering it";

/**
 * Deletes a run on its server; one that never reached a server, or is not there any more, needs nothing.
 *
 * @returns why it is still there; null when it is not
 */
export async function deleteDelivered(
  journal: Journal,
  run_id: string,
): Promise<string | null> {
  const { remote_run_id, creating } = journal.deliveries.get(run_id);
  if (remote_run_id === null && creating === 0) return null;
  if (isOffline()) return "NBTRACK_OFFLINE is set: no server is called";
  const lease = Lease.take(journal, run_id, newHolder("sync"));
  if (lease === null) return BEING_DELIVERED;
  try {
    if (remote_run_id === null) {
      return "it may be on its way to the server: run nbtrack sync first";
    }
    const run = journal.runs.get(run_id);
    const session = journal.sessions.get(run?.session_id ?? "");
    const target = await decideTarget(journal, run_id, {
      destination: storedDestination(journal, run_id),
      cwd: session?.cwd ?? journal.home,
    });
    if (target === null) {
      return journal.deliveries.get(run_id).error ??
        "its server is not known here";
    }
    const { tracking_uri, token, basic } = target;
    await createClient({ tracking_uri, token, basic }).deleteRun(remote_run_id);
    return null;
  } catch (error) {
    if (isNotFoundError(error) && error.missing === "resource") return null;
    if (!isNbtrackError(error)) throw error;
    return messageOf(error);
  } finally {
    lease.release();
  }
}
