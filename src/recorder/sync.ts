/**
 * Delivering what is left over, and closing what a crash left open.
 *
 * @module
 */
import { isNbtrackError, messageOf, NbtrackError } from "../base/errors.ts";
import type { DeliveryState, LeftOut } from "../journal/deliveries.ts";
import type { Journal } from "../journal/journal.ts";
import type { RunRow } from "../journal/run_row.ts";
import { Delivery, type DeliveryOptions } from "../delivery/deliver.ts";
import { newHolder } from "../delivery/lease.ts";
import {
  decideTarget,
  storedDestination,
  waitsToBeAsked,
} from "../delivery/target.ts";
import { isDelivered } from "../delivery/send.ts";
import { someAtOnce } from "../delivery/sending.ts";
import { closeDeadSessions } from "./dead_sessions.ts";
import {
  type Decided,
  type SyncParts,
  syncRun,
  syncTargetOf,
} from "./sync_run.ts";

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
  const parts: SyncParts = {
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
    targets.set(run.run_id, await syncTargetOf(run, parts));
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
