/**
 * Delivering what is left over, and closing what a crash left open.
 *
 * @module
 */
import { isNbtrackError, messageOf, NbtrackError } from "../base/errors.ts";
import type { DeliveryState, LeftOut } from "../journal/deliveries.ts";
import type { Journal } from "../journal/journal.ts";
import type { RunRow } from "../journal/runs.ts";
import type { Session } from "../journal/sessions.ts";
import { identify, isAlive } from "../base/process_identity.ts";
import {
  Delivery,
  type DeliveryOptions,
  type Target,
} from "../delivery/deliver.ts";
import { newHolder } from "../delivery/lease.ts";
import {
  decideTarget,
  isOffline,
  storedDestination,
  waitsToBeAsked,
} from "../delivery/target.ts";
import { RecorderLog } from "../base/log.ts";
import { Recorder } from "./recorder.ts";
import { isDelivered } from "../delivery/send.ts";
import { someAtOnce, waitUntil } from "../delivery/sending.ts";

/** Tries of one run without any progress before it is left pending. */
const MAX_TRIES = 5;
/** The longest wait for a server or another process, milliseconds. */
const MAX_WAIT_MS = 65_000;
/** How often another process is polled, milliseconds. */
const POLL_MS = 200;
/** Runs that are sent at once. */
const AT_ONCE = 3;

/** What became of a run. */
export interface Synced {
  run_id: string;
  state: DeliveryState;
  error: string | null;
  /** What alone could not be delivered. */
  parts: LeftOut[];
}

/** How to sync. */
export interface SyncOptions {
  /** Only these runs. @default {all that were recorded here and are not delivered} */
  run_ids?: readonly string[];
  /** Called before each run is sent. */
  onRun?: (run: RunRow) => void;
  /** Called when a run was sent, or given up. */
  onDone?: (done: number, total: number) => void;
  /** Sends runs anew that were deleted on the server, or whose experiment was. @default {false} */
  again?: boolean;
  /** Another name of the named runs' experiments on the server, of which nothing was sent. @default {their own} */
  experiment?: string | undefined;
  /** How to deliver. @default {as the recorder does} */
  delivery?: Partial<DeliveryOptions>;
}

/**
 * Closes sessions whose process and recorder are gone, then delivers every run that has something left to send,
 * also those that were recorded when no server was set.
 *
 * @throws {JournalError} when the journal cannot be used
 */
export async function sync(
  journal: Journal,
  options: SyncOptions = {},
): Promise<Synced[]> {
  // Closing a session delivers its runs, too: they count among what this call has sent.
  const before = leftOver(journal);
  await closeDeadSessions(journal);
  const left = new Set([...before, ...leftOver(journal)]);
  const wanted = (options.run_ids ?? [...left]).flatMap((run_id) =>
    journal.runs.get(run_id) ?? []
  );
  const parts: Parts = {
    journal,
    sender: new Delivery(journal, {
      holder: newHolder("sync"),
      ...options.delivery,
    }),
    givenUp: new Set(),
    onRun: options.onRun ?? (() => {}),
    again: options.again ?? false,
    asked: options.run_ids !== undefined,
    points: options.delivery?.points,
  };
  if (options.experiment !== undefined) {
    nameThere(journal, wanted, options.experiment);
  }
  // A run is named by its parent's id on the server: parents first, and known to go there before a child is sent.
  wanted.sort((a, b) => a.start_time - b.start_time);
  const targets = new Map<string, Decided>();
  await someAtOnce(wanted, AT_ONCE, async (run) => {
    targets.set(run.run_id, await targetOf(run, parts));
  });
  const synced = new Map<string, Synced>();
  await someAtOnce(wanted, AT_ONCE, async (run) => {
    const error = await syncRun(run, targets.get(run.run_id), parts);
    const delivery = journal.deliveries.get(run.run_id);
    synced.set(run.run_id, {
      run_id: run.run_id,
      state: delivery.state,
      error: error ?? delivery.error,
      parts: journal.deliveries.leftOut(run.run_id),
    });
    options.onDone?.(synced.size, wanted.length);
  });
  return wanted.flatMap((run) => synced.get(run.run_id) ?? []);
}

/**
 * Sends once what there is of a run that is still open and has no recorder; a server that cannot be reached is noted
 * on its delivery.
 */
export async function deliverOpen(
  journal: Journal,
  run_id: string,
): Promise<void> {
  const run = journal.runs.get(run_id);
  const session = journal.sessions.get(run?.session_id ?? "");
  try {
    const target = await decideTarget(journal, run_id, {
      destination: storedDestination(journal, run_id),
      cwd: session?.cwd ?? journal.home,
    });
    if (target === null) return;
    await new Delivery(journal, { holder: newHolder("sync") }).deliver(
      run_id,
      target,
    );
  } catch (error) {
    if (!isNbtrackError(error)) throw error;
    journal.deliveries.set(run_id, { error: messageOf(error) });
  }
}

/**
 * Gives the experiment of runs another name on their server.
 *
 * @throws {NbtrackError} when one of them is there already; then none is given it
 */
function nameThere(
  { deliveries }: Journal,
  runs: readonly RunRow[],
  name: string,
): void {
  for (const { run_id } of runs) {
    const { remote_run_id, creating, experiment } = deliveries.get(run_id);
    if ((remote_run_id === null && creating === 0) || experiment === name) {
      continue;
    }
    throw new NbtrackError(
      `Cannot send run ${run_id.slice(0, 8)} to the experiment ${
        JSON.stringify(name)
      }: it is on its server in another one.`,
      { hint: "Only a run of which nothing was sent can be given another." },
    );
  }
  for (const { run_id } of runs) {
    deliveries.set(run_id, { experiment: name, remote_experiment_id: null });
  }
}

/** Runs with something left to send, the oldest first; a stranger's, and what only proves another run, is not sent unasked. */
function leftOver(journal: Journal): string[] {
  const { deliveries, runs } = journal;
  const states = ["local", "pending", "refused", "delivered"] as const;
  return states.flatMap((state) =>
    deliveries.inState(state).map((d) => d.run_id).filter((run_id) => {
      const run = runs.get(run_id);
      return run?.provenance === "here" && run.listed === 1 &&
        !waitsToBeAsked(journal, run_id) &&
        (state !== "delivered" || !isDelivered(journal, run_id) ||
          deliveries.leftOut(run_id).length > 0);
    })
  );
}

/** Ends the sessions whose process was killed together with its recorder, and their runs. */
async function closeDeadSessions(journal: Journal): Promise<void> {
  for (const session of journal.sessions.unended()) {
    if (isAlive({ pid: session.pid, started: session.process_started })) {
      continue;
    }
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const key = crypto.randomUUID();
    const mine = journal.sessions.claim(session.session_id, {
      pid: Deno.pid,
      started: identify(Deno.pid)?.started ?? "",
      port: listener.addr.port,
      key,
    }, (pid, started) => pid !== Deno.pid && isAlive({ pid, started }));
    if (!mine) {
      listener.close(); // its recorder lives and is about to close it
      continue;
    }
    const log = new RecorderLog(
      journal.home,
      `${session.session_id.slice(0, 8)} [sync]`,
    );
    await new Recorder({
      journal,
      session,
      subscriber: null,
      listener,
      key,
      inCell: false,
      log,
    })
      .run();
  }
}

interface Parts {
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
type Decided = { target: Target } | { why: string | null };

async function targetOf(run: RunRow, parts: Parts): Promise<Decided> {
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

/** @returns why it is not delivered, where the delivery itself does not say */
async function syncRun(
  run: RunRow,
  decided: Decided | undefined,
  parts: Parts,
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
