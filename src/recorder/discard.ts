/**
 * Taking back a run that was cut off, as if it had never been.
 *
 * @module
 */
import { NbtrackError } from "../base/errors.ts";
import {
  BEING_DELIVERED,
  deleteDelivered,
} from "../delivery/delete_delivered.ts";
import type { Journal } from "../journal/journal.ts";
import type { RunRow } from "../journal/run_row.ts";
import { sync } from "./sync.ts";
import { deleteJournalRun } from "../journal/deletion.ts";

/** How long the recorder of a kernel that was killed may take to close its session, milliseconds. */
const CLOSE_MS = 60_000;
const POLL_MS = 100;

/**
 * Deletes a run where it was delivered, then here.
 *
 * @returns why it is still on its server; null when it is gone
 */
async function discardRun(
  journal: Journal,
  run_id: string,
): Promise<string | null> {
  const { remote_run_id, creating } = journal.deliveries.get(run_id);
  if (remote_run_id === null && creating === 1) {
    // Whether it is there is found out by delivering it.
    await sync(journal, { run_ids: [run_id] });
  }
  const why = await deleteDelivered(journal, run_id);
  if (why === null) deleteJournalRun(journal, run_id);
  return why;
}

/**
 * Takes back a trial of a sweep that was cut off, so that it can be run again.
 *
 * @param own The session of the process that runs it again, which goes on.
 * @throws {NbtrackError} when it cannot be taken back
 */
export async function takeBackTrial(
  journal: Journal,
  run: RunRow,
  own: string | null = null,
): Promise<void> {
  await closed(journal, run, own);
  const deadline = Date.now() + CLOSE_MS;
  let why = await discardRun(journal, run.run_id);
  // The recorder of a kernel that was killed still sends what it had begun to.
  while (why === BEING_DELIVERED && Date.now() < deadline) {
    await pause();
    why = await discardRun(journal, run.run_id);
  }
  if (why === null) return;
  throw new NbtrackError(
    `Cannot run trial ${(run.trial ?? 0) + 1} again: run ${
      run.run_id.slice(0, 8)
    }, which was cut off, is on its server. ${why}`,
    {
      hint: why === BEING_DELIVERED
        ? "nbtrack doctor names that process; resume the sweep once it is gone."
        : "Resume the sweep once the server can be reached.",
    },
  );
}

/**
 * Waits until a run's record is complete and its session over: its recorder ends a kernel whose runner was killed.
 *
 * @param own A session that need not be over.
 * @throws {NbtrackError} when it stays open
 */
export async function closed(
  journal: Journal,
  { run_id, session_id }: Pick<RunRow, "run_id" | "session_id">,
  own: string | null = null,
): Promise<void> {
  if (session_id === own) {
    journal.runs.end(run_id, "KILLED", { reason: "the sweep was cut off" });
  }
  const deadline = Date.now() + CLOSE_MS;
  while (Date.now() < deadline) {
    const session = journal.sessions.get(session_id);
    if (
      session === undefined || session.end_time !== null || session_id === own
    ) {
      const row = journal.runs.get(run_id);
      if (row === undefined || row.finalised_time !== null) return;
    }
    await pause();
  }
  throw new NbtrackError(
    `Run ${run_id.slice(0, 8)} of the sweep is still open.`,
    { hint: "nbtrack doctor names its processes; resume once they are gone." },
  );
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, POLL_MS));
}
