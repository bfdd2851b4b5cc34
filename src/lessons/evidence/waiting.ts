/**
 * Waiting for what the recorder has not written down yet.
 *
 * @module
 */
import type { Journal } from "../../journal/journal.ts";

/** How long a fingerprint that is being made is waited for, milliseconds. */
const FINGERPRINT_MS = 30_000;
/** How long the delivery of runs that have ended is waited for, milliseconds. */
const ARRIVAL_MS = 30_000;
/** How long the recorder may take to see what is executed, milliseconds. */
export const RECORDED_MS = 20_000;
/** What is said where it took longer. */
export const BEHIND =
  "The recorder has not written down yet what ran last: execute this cell again in a moment.";
/** How long the record of runs that have ended is waited for, milliseconds. */
const COMPLETE_MS = 10_000;
const POLL_MS = 25;

/** Waits until the datasets that a session's runs name have their fingerprints. */
export async function fingerprinted(
  journal: Journal,
  session_id: string,
): Promise<void> {
  const deadline = Date.now() + FINGERPRINT_MS;
  while (
    journal.datasets.waiting(session_id).length > 0 && Date.now() < deadline
  ) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
}

/** Waits for what has ended and is on its way to a server that answers. */
export async function arrived(
  journal: Journal,
  session_id: string,
): Promise<void> {
  const onItsWay = () =>
    journal.runs.list({ session_id }).some((run) => {
      const { state, error } = journal.deliveries.get(run.run_id);
      return run.end_time !== null && state === "pending" && error === null;
    });
  const deadline = Date.now() + ARRIVAL_MS;
  while (onItsWay() && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/**
 * Waits until the record of runs that ended in earlier cells is complete: packages come last. That of a run which ended
 * in the cell that is executed is completed only after it.
 */
export async function completed(
  journal: Journal,
  session_id: string,
): Promise<void> {
  const running = journal.executions.list(session_id)
    .findLast(({ status }) => status === "running")?.start_time ?? null;
  if (running === null) return;
  const incomplete = () =>
    journal.runs.unfinalised(session_id).some(({ end_time }) =>
      end_time !== null && end_time < running
    );
  const deadline = Date.now() + COMPLETE_MS;
  while (incomplete() && Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
