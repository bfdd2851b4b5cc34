/**
 * Delivers runs from the journal to their server, each row exactly once, resumable at any point.
 *
 * Whatever may have been carried out without its answer being seen is read back before it is sent again: a run by
 * its key tag, points by what the server has of them, files by their content. Params and tags are sent by
 * `log-batch`, which passes over what is there already. One process at a time delivers a run.
 *
 * @module
 */
import {
  createClient,
  type TrackingClient,
  type TrackingClientOptions,
} from "../gitlab/client.ts";
import {
  isAddressError,
  isNetworkError,
  isThrottledError,
  isTrackingError,
} from "../gitlab/errors.ts";
import type { Target } from "../gitlab/target.ts";
import type { Journal } from "../journal/journal.ts";
import { isExperimentRefusedError } from "./experiment_refused.ts";
import { isLeaseLostError, Lease } from "./lease.ts";
import { isRunDeletedError, isThere } from "./run_there.ts";
import { isDelivered, sendRun } from "./send.ts";
import { SentBefore } from "./sent_before.ts";
import { pointsWanted } from "./target.ts";
import { inFlight, newMemory, type RunMemory, sentenceOf } from "./sending.ts";

export type { Target };

/** Waits between tries, milliseconds; the last one repeats. */
const WAITS_MS = [500, 1000, 2000, 5000, 15_000, 30_000, 60_000];
/** How long a request that nobody answered in time is left alone, milliseconds: a busy server may still do it. */
const UNANSWERED_MS = 30_000;
/** How long a request whose sender is gone may still be worked on, milliseconds. */
const IN_FLIGHT_MS = 3000;
/** The longest wait between tries that a server can ask for, milliseconds. */
const LONGEST_WAIT_MS = 3_600_000;

/** How to deliver. */
export interface DeliveryOptions {
  /** Names this process among all, see `newHolder`. */
  holder: string;
  /** Called with what went wrong. @default {nobody} */
  log?: (what: string, error: unknown) => void;
  /** How long a request whose sender is gone may still be worked on, milliseconds. @default {3000} */
  in_flight_ms?: number;
  /** Sends GitLab all points of runs whose points have not begun to go there. @default {those of a thinned series} */
  points?: "all" | undefined;
  /** The most points of a run that this process may read back at once. @default {no limit} */
  most_read_back?: number;
  /** How servers are spoken to. @default {the client's own way} */
  client?: Pick<TrackingClientOptions, "timeout_ms" | "retry" | "delay">;
}

/** Sends runs; one for a process. */
export class Delivery {
  readonly #journal: Journal;
  readonly #options: DeliveryOptions;
  readonly #clients = new Map<string, TrackingClient>();
  readonly #sent_before = new SentBefore();
  readonly #memories = new Map<string, RunMemory>();
  /** Until when a server that asked to slow down is left alone. */
  readonly #paused = new Map<string, number>();

  constructor(journal: Journal, options: DeliveryOptions) {
    this.#journal = journal;
    this.#options = options;
  }

  /**
   * Sends what of a run is unsent. What went wrong is noted on the delivery with the time of the next try;
   * only what is wrong with the journal is thrown.
   *
   * @returns whether everything there is was sent
   * @throws {JournalError} when the journal cannot be used
   */
  async deliver(run_id: string, target: Target): Promise<boolean> {
    const journal = this.#journal;
    const lease = Lease.take(journal, run_id, this.#options.holder);
    if (lease === null) return false;
    const before = this.#progress(run_id);
    try {
      const until = this.#paused.get(target.tracking_uri) ?? 0;
      if (Date.now() < until) {
        lease.set({ state: "pending", next_try: until });
        return false;
      }
      await sendRun({
        journal,
        client: this.#client(target),
        lease,
        memory: this.#memory(run_id),
        in_flight_ms: this.#in_flight_ms,
        most_read_back: this.#options.most_read_back ?? Infinity,
        points: this.#pointsOf(run_id),
        sent_before: this.#sent_before,
      });
      return lease.hold(() => {
        const done = isDelivered(journal, run_id);
        journal.deliveries.set(run_id, {
          state: done ? "delivered" : "pending",
          error: null,
          next_try: null,
          tries: 0,
          in_flight_until: null,
          files_unsure: 0,
        });
        if (done) this.#memories.delete(run_id);
        return done;
      });
    } catch (error) {
      this.#options.log?.(`deliver ${run_id}`, error);
      try {
        if (!isLeaseLostError(error)) {
          const progress = this.#progress(run_id) > before;
          this.#failed(lease, target, { error, progress });
        }
      } catch (error) {
        if (!isLeaseLostError(error)) throw error;
      }
      return false;
    } finally {
      lease.release();
    }
  }

  /**
   * Whether a run that was sent to a server is no longer there.
   *
   * @throws {TrackingError} when the server cannot be asked
   */
  async isGone(run_id: string, target: Target): Promise<boolean> {
    const { remote_run_id } = this.#journal.deliveries.get(run_id);
    return remote_run_id !== null &&
      !await isThere(this.#client(target), remote_run_id);
  }

  /** Forgets what this process knows of a run, which is sent anew. */
  forget(run_id: string): void {
    this.#memories.delete(run_id);
  }

  get #in_flight_ms(): number {
    return this.#options.in_flight_ms ?? IN_FLIGHT_MS;
  }

  #pointsOf(run_id: string): "all" | "thinned" {
    if (this.#options.points === "all") return "all";
    const run = this.#journal.runs.get(run_id);
    return run === undefined ? "thinned" : pointsWanted(run);
  }

  #client(target: Target): TrackingClient {
    const { tracking_uri, token, basic } = target;
    const key = JSON.stringify([tracking_uri, token, basic]);
    let client = this.#clients.get(key);
    if (client === undefined) {
      client = createClient({
        ...this.#options.client,
        tracking_uri,
        token,
        basic,
      });
      this.#clients.set(key, client);
    }
    return client;
  }

  #memory(run_id: string): RunMemory {
    let memory = this.#memories.get(run_id);
    if (memory === undefined) {
      memory = newMemory();
      this.#memories.set(run_id, memory);
    }
    return memory;
  }

  /** Grows with everything that was sent. */
  #progress(run_id: string): number {
    const { entries, artifacts, datasets, models, deliveries } = this.#journal;
    const row = deliveries.get(run_id);
    const sent = [
      ...entries.params(run_id),
      ...entries.tags(run_id),
      ...artifacts.list(run_id),
      ...datasets.list(run_id),
      ...models.list(run_id).flatMap((m) => models.files(m)),
    ].filter((r) => r.sent).length;
    return sent + row.delivered_seq + (row.remote_run_id === null ? 0 : 1) +
      (row.status_sent === null ? 0 : 1);
  }

  #failed(
    lease: Lease,
    target: Target,
    { error, progress }: { error: unknown; progress: boolean },
  ): void {
    const text = sentenceOf(error);
    if (isTrackingError(error) && error.retry === "unsure") {
      lease.set(inFlight({ in_flight_ms: this.#in_flight_ms }));
    }
    const refused = isAddressError(error) || isRunDeletedError(error) ||
      isExperimentRefusedError(error) ||
      isTrackingError(error) && error.retry === "never";
    if (refused) {
      lease.set({ state: "refused", error: text, next_try: null, tries: 0 });
      return;
    }
    const tries = progress
      ? 1
      : this.#journal.deliveries.get(lease.run_id).tries + 1;
    const wait = Math.max(
      WAITS_MS[Math.min(tries, WAITS_MS.length) - 1] ?? 0,
      waitAskedFor(error),
    );
    const next_try = Date.now() + wait;
    if (isThrottledError(error)) {
      this.#paused.set(target.tracking_uri, next_try);
    }
    lease.set({ state: "pending", error: text, tries, next_try });
  }
}

function waitAskedFor(error: unknown): number {
  if (isThrottledError(error)) {
    return Math.min(error.retry_after_ms ?? 0, LONGEST_WAIT_MS);
  }
  if (!isTrackingError(error) || error.retry !== "unsure") return 0;
  const timeout = error.status === 504 ||
    isNetworkError(error) && error.failure === "timeout";
  return timeout ? UNANSWERED_MS : 0;
}
