/**
 * Delivering what is left over, and closing what a crash left open.
 *
 * @module
 */
import { isNbtrackError, messageOf } from "../base/errors.ts";
import { findCredential, readCredentials } from "../gitlab/credentials.ts";
import type { DeliveryState } from "../journal/deliveries.ts";
import type { Journal } from "../journal/journal.ts";
import type { RunRow } from "../journal/runs.ts";
import type { Session } from "../journal/sessions.ts";
import { identify, isAlive } from "../jupyter/process.ts";
import { decideTarget, Delivery, type Target } from "./deliver.ts";
import { RecorderLog } from "./log.ts";
import { Recorder } from "./recorder.ts";

/** Tries of one run without any progress before it is left pending. */
const MAX_TRIES = 6;

/** What became of a run. */
export interface Synced {
  run_id: string;
  state: DeliveryState;
  error: string | null;
}

/** How to sync. */
export interface SyncOptions {
  /** Only these runs. @default {all that are not delivered} */
  run_ids?: readonly string[];
  /** Told before each run. */
  onRun?: (run: RunRow) => void;
}

/**
 * Closes sessions whose process and recorder are gone, then delivers every run that has something left to send,
 * also those that were recorded when no server was set.
 */
export async function sync(
  journal: Journal,
  options: SyncOptions = {},
): Promise<Synced[]> {
  await closeDeadSessions(journal);
  const wanted = options.run_ids ??
    (["local", "pending", "refused"] as const).flatMap((state) =>
      journal.deliveries.inState(state).map((d) => d.run_id)
    );
  const sender = new Delivery(journal, {
    holder: `sync ${Deno.pid} ${crypto.randomUUID()}`,
  });
  const synced: Synced[] = [];
  for (const run_id of wanted) {
    const run = journal.runs.get(run_id);
    if (run === undefined) continue;
    options.onRun?.(run);
    synced.push(await syncRun(journal, run, sender));
  }
  return synced;
}

/** Ends the sessions whose process was killed together with its recorder, and their runs. */
export async function closeDeadSessions(journal: Journal): Promise<void> {
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

async function syncRun(
  journal: Journal,
  run: RunRow,
  sender: Delivery,
): Promise<Synced> {
  const result = (error: string | null = null): Synced => {
    const delivery = journal.deliveries.get(run.run_id);
    return {
      run_id: run.run_id,
      state: delivery.state,
      error: error ?? delivery.error,
    };
  };
  let target: Target | null;
  try {
    target = await targetOf(journal, run);
  } catch (error) {
    if (!isNbtrackError(error)) throw error;
    return result(messageOf(error));
  }
  if (target === null) return result();
  for (;;) {
    if (await sender.deliver(run.run_id, target)) return result();
    const { state, tries, next_try, lease_holder, lease_until } = journal
      .deliveries.get(
        run.run_id,
      );
    if (state !== "pending") return result();
    const open = journal.runs.get(run.run_id)?.sealed_time === null;
    if (next_try === null) {
      if (lease_holder === null && open) {
        return result("The run is still open.");
      }
      if (lease_holder === null) continue;
      // Another process is sending it: when its lease lapses without being renewed, that one is gone.
      await until((lease_until ?? 0) + 1);
      if (journal.deliveries.get(run.run_id).lease_until !== lease_until) {
        return result();
      }
      continue;
    }
    if (tries >= MAX_TRIES) return result();
    await until(next_try);
  }
}

async function targetOf(journal: Journal, run: RunRow): Promise<Target | null> {
  const session = journal.sessions.get(run.session_id) as Session;
  const before = journal.deliveries.get(run.run_id);
  const stored = before.target === null
    ? undefined
    : findCredential(await readCredentials(journal.home), {
      url: before.target,
      project: null,
    });
  const where = { options: {}, env: {} };
  if (
    before.remote_run_id !== null && before.target !== null &&
    stored !== undefined
  ) {
    // It has begun to go there and goes on there, whatever is set now.
    return await decideTarget(journal, run.run_id, {
      ...where,
      options: { trackingUri: before.target, token: stored?.token ?? "" },
    }, session.cwd);
  }
  const target = await decideTarget(journal, run.run_id, where, session.cwd);
  if (before.remote_run_id !== null && target?.tracking_uri !== before.target) {
    journal.deliveries.set(run.run_id, {
      state: "pending",
      target: before.target,
    });
    return null;
  }
  return target;
}

function until(time: number): Promise<void> {
  return new Promise((resolve) =>
    setTimeout(resolve, Math.max(0, time - Date.now()))
  );
}
