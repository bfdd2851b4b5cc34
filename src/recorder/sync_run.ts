/**
 * Delivering one run that is left over: where it goes, and waiting for its server, its recorder or another process.
 *
 * @module
 */
import { isNbtrackError, messageOf } from "../base/errors.ts";
import type { Journal } from "../journal/journal.ts";
import type { RunRow } from "../journal/run_row.ts";
import type { Session } from "../journal/sessions.ts";
import { isAlive } from "../base/process_identity.ts";
import type { Delivery, Target } from "../delivery/deliver.ts";
import {
  decideTarget,
  isOffline,
  storedDestination,
} from "../delivery/target.ts";
import { isDelivered } from "../delivery/send.ts";
import { waitUntil } from "../delivery/sending.ts";

/** Tries of one run without any progress before it is left pending. */
const MAX_TRIES = 5;
/** The longest wait for a server or another process, milliseconds. */
const MAX_WAIT_MS = 65_000;
/** How often another process is polled, milliseconds. */
const POLL_MS = 200;

/** What runs are synced with. */
export interface SyncParts {
  journal: Journal;
  sender: Delivery;
  /** Servers that failed often enough: no further run waits for them. */
  givenUp: Set<string>;
  onRun: (run: RunRow) => void;
  again: boolean;
  /** Whether the user named the runs. */
  asked: boolean;
  points: "all" | undefined;
}

/** Where a run is to be sent, or why it is not; null where its delivery says why, or it is there already. */
export type Decided = { target: Target } | { why: string | null };

/** Finds out where a run is to be sent. */
export async function syncTargetOf(
  run: RunRow,
  parts: SyncParts,
): Promise<Decided> {
  const { journal } = parts;
  // No server is asked about a run that is there whole: one that is away would take that back.
  const { state, points_mode } = journal.deliveries.get(run.run_id);
  if (
    parts.points === "all" &&
    (points_mode === "live" || points_mode === "whole")
  ) journal.deliveries.set(run.run_id, { replacing: 1 });
  const whole = state === "delivered" && isDelivered(journal, run.run_id) &&
    !journal.deliveries.retryLeftOut(run.run_id);
  if (whole && !parts.again) return { why: null };
  try {
    if (isOffline()) {
      return { why: "NBTRACK_OFFLINE is set: nothing is delivered." };
    }
    const session = journal.sessions.get(run.session_id) as Session;
    const target = await decideTarget(journal, run.run_id, {
      destination: storedDestination(journal, run.run_id),
      cwd: session.cwd,
      asked: parts.asked,
    });
    if (target === null) return { why: null };
    if (parts.again && await parts.sender.isGone(run.run_id, target)) {
      journal.deliveries.startAnew(run.run_id);
      journal.deliveries.set(run.run_id, { target: target.tracking_uri });
      parts.sender.forget(run.run_id);
    }
    return { target };
  } catch (error) {
    if (!isNbtrackError(error)) throw error;
    return { why: messageOf(error) };
  }
}

/** Sends a run. @returns why it is not delivered, where the delivery itself does not say */
export async function syncRun(
  run: RunRow,
  decided: Decided | undefined,
  parts: SyncParts,
): Promise<string | null> {
  const { journal, sender, givenUp } = parts;
  if (decided === undefined) return null;
  if ("why" in decided) return decided.why;
  const { target } = decided;
  parts.onRun(run);
  for (let idle = 0;;) {
    if (await sender.deliver(run.run_id, target)) return null;
    const delivery = journal.deliveries.get(run.run_id);
    if (delivery.state !== "pending") return null;
    if (delivery.lease_holder !== null) {
      if (await otherIsDone(journal, run.run_id)) continue;
      return "Another process is delivering it.";
    }
    if (delivery.next_try === null) {
      if (journal.runs.get(run.run_id)?.finalised_time === null) {
        if (await isFinalised(journal, run.run_id)) continue;
        return "The run is still open.";
      }
      // Something came in while it was being sent.
      if (++idle < MAX_TRIES) continue;
      return "It was changed while it was being delivered.";
    }
    if (delivery.tries >= MAX_TRIES) givenUp.add(target.tracking_uri);
    if (
      givenUp.has(target.tracking_uri) ||
      delivery.next_try - Date.now() > MAX_WAIT_MS
    ) return null;
    await waitUntil(delivery.next_try, MAX_WAIT_MS);
  }
}

/** Waits while the recorder completes the record of a run that has ended; false when it goes on. */
async function isFinalised(journal: Journal, run_id: string): Promise<boolean> {
  const deadline = Date.now() + MAX_WAIT_MS;
  while (Date.now() < deadline) {
    const run = journal.runs.get(run_id) as RunRow;
    if (run.finalised_time !== null) return true;
    const session = journal.sessions.get(run.session_id) as Session;
    const { pid, process_started: started } = session;
    if (run.end_time === null && isAlive({ pid, started })) return false;
    await waitUntil(Date.now() + POLL_MS, POLL_MS);
  }
  return false;
}

/** Waits while another process has the right to deliver a run; false when it keeps it. */
async function otherIsDone(
  journal: Journal,
  run_id: string,
): Promise<boolean> {
  const deadline = Date.now() + MAX_WAIT_MS;
  while (Date.now() < deadline) {
    const { lease_holder, lease_until, state } = journal.deliveries.get(run_id);
    const lapsed = (lease_until ?? 0) < Date.now();
    if (lease_holder === null || lapsed || state !== "pending") return true;
    await waitUntil(Date.now() + POLL_MS, POLL_MS);
  }
  return false;
}
