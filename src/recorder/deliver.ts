/**
 * Delivers runs from the journal to their server, each row exactly once, resumable at any point.
 *
 * Whatever may have been carried out without its answer being seen is looked up before it is sent again: a run by
 * its key tag, points by the server's own history. Params and tags are sent by `log-batch`, which ignores what is
 * there already. One process at a time delivers a run: it holds the lease in the journal.
 *
 * @module
 */
import { ENV } from "../base/env.ts";
import { messageOf } from "../base/errors.ts";
import { createClient, type TrackingClient } from "../gitlab/client.ts";
import { isThrottledError, isTrackingError } from "../gitlab/errors.ts";
import { resolveTarget, type Target } from "../gitlab/target.ts";
import { readCredentials } from "../gitlab/credentials.ts";
import { captureGit } from "../capture/git.ts";
import type { Journal } from "../journal/journal.ts";
import type { Where } from "./protocol.ts";
import { sendRun } from "./send.ts";

export type { Target };

/** How long a lease holds without being renewed, milliseconds. */
const LEASE_MS = 60_000;
/** Waits between tries, milliseconds; the last one repeats. */
const WAITS_MS = [500, 1000, 2000, 5000, 15_000, 30_000, 60_000];

/** Where a run goes, or null when no server is known; noted in the journal without credentials. */
export async function decideTarget(
  journal: Journal,
  run_id: string,
  where: Where,
  cwd: string,
): Promise<Target | null> {
  const env = { ...Deno.env.toObject(), ...where.env };
  if (env[ENV.offline] !== undefined && env[ENV.offline] !== "") return null;
  const credentials = await readCredentials(journal.home);
  const question = { options: where.options, env, credentials };
  // Git is asked only where a stored login could be meant.
  const remote =
    credentials.length > 0 || where.options["project"] !== undefined ||
      env[ENV.gitlabToken] !== undefined
      ? (await captureGit(cwd, { maxDiffBytes: 0 }))?.remote ?? null
      : null;
  const target = resolveTarget({ ...question, remote });
  if (target === null) return null;
  for (const warning of target.warnings) {
    journal.entries.setMissing(run_id, "delivery", warning);
  }
  if (target.problem !== null) {
    journal.deliveries.set(run_id, {
      state: "refused",
      target: target.tracking_uri || null,
      error: target.problem,
      next_try: null,
    });
    return null;
  }
  journal.deliveries.set(run_id, {
    state: "pending",
    target: target.tracking_uri,
  });
  return target;
}

/** Sends runs; one for a process. */
export class Delivery {
  readonly #journal: Journal;
  readonly #holder: string;
  readonly #log: (text: string) => void;
  readonly #clients = new Map<string, TrackingClient>();

  constructor(
    journal: Journal,
    options: { holder: string; log?: (text: string) => void },
  ) {
    this.#journal = journal;
    this.#holder = options.holder;
    this.#log = options.log ?? (() => {});
  }

  /**
   * Sends what of a run is unsent. What went wrong is noted on the delivery with the time of the next try;
   * nothing is thrown for it.
   *
   * @returns whether everything there is was sent
   */
  async deliver(run_id: string, target: Target): Promise<boolean> {
    const { deliveries } = this.#journal;
    const renew = () =>
      deliveries.lease(run_id, this.#holder, Date.now() + LEASE_MS);
    if (!renew()) return false;
    const beat = setInterval(renew, LEASE_MS / 4);
    const before = this.#progress(run_id);
    try {
      const done = await sendRun(this.#journal, run_id, this.#client(target));
      deliveries.set(run_id, {
        state: done ? "delivered" : "pending",
        error: null,
        next_try: null,
        tries: 0,
      });
      return done;
    } catch (error) {
      this.#failed(run_id, error, this.#progress(run_id) > before);
      return false;
    } finally {
      clearInterval(beat);
      deliveries.release(run_id, this.#holder);
    }
  }

  #client(target: Target): TrackingClient {
    const key = `${target.tracking_uri} ${target.token ?? ""}`;
    let client = this.#clients.get(key);
    if (client === undefined) {
      client = createClient({
        tracking_uri: target.tracking_uri,
        ...(target.token === undefined ? {} : { token: target.token }),
        ...(target.basic === undefined ? {} : { basic: target.basic }),
      });
      this.#clients.set(key, client);
    }
    return client;
  }

  /** Grows with everything that was sent. */
  #progress(run_id: string): number {
    const { entries, artifacts, deliveries } = this.#journal;
    const row = deliveries.get(run_id);
    const sent = [
      ...entries.params(run_id),
      ...entries.tags(run_id),
      ...artifacts.list(run_id),
    ].filter((r) => r.sent).length;
    return sent + row.delivered_seq + (row.remote_run_id === null ? 0 : 1);
  }

  #failed(run_id: string, error: unknown, progress: boolean): void {
    const { deliveries } = this.#journal;
    const text = messageOf(error);
    this.#log(`deliver ${run_id}: ${text}`);
    if (isTrackingError(error) && error.retry === "never") {
      deliveries.set(run_id, { state: "refused", error: text, next_try: null });
      return;
    }
    const tries = progress ? 1 : deliveries.get(run_id).tries + 1;
    const asked = isThrottledError(error) ? error.retry_after_ms ?? 0 : 0;
    const wait = Math.max(
      asked,
      WAITS_MS[Math.min(tries, WAITS_MS.length) - 1] ?? 0,
    );
    deliveries.set(run_id, {
      state: "pending",
      error: text,
      tries,
      next_try: Date.now() + wait,
    });
  }
}
