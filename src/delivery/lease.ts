/**
 * The right to deliver a run. One process has it at a time; what it notes of the delivery is noted only while it
 * still has it, so that one that was asleep for an hour cannot undo what another one did meanwhile.
 *
 * @module
 */
import { parsedJson } from "../base/values.ts";
import { isNbtrackError, NbtrackError, recogniser } from "../base/errors.ts";
import { z } from "../base/zod.ts";
import type { DeliveryChange } from "../journal/deliveries.ts";
import type { Journal } from "../journal/journal.ts";
import { identify, isAlive } from "../base/process_identity.ts";

/** How long the right holds without being renewed, milliseconds. */
const LEASE_MS = 60_000;

const holderSchema = z.object({
  host: z.string(),
  pid: z.int(),
  started: z.string(),
});

/** A text that names this process among all, with what shows whether it still lives. */
export function newHolder(role: "recorder" | "sync"): string {
  return JSON.stringify({
    role,
    host: Deno.hostname(),
    pid: Deno.pid,
    started: identify(Deno.pid)?.started ?? "",
    id: crypto.randomUUID(),
  });
}

/** Another process delivers the run now. */
export class LeaseLostError extends NbtrackError {
  /** The run. */
  readonly run_id: string;

  constructor(run_id: string) {
    super(`Cannot go on delivering run ${run_id}: another process does.`);
    this.run_id = run_id;
  }
}

/** Whether a value is a {@linkcode LeaseLostError}. */
export const isLeaseLostError = recogniser(LeaseLostError);

/** Whether the process that a holder's text names is known to be dead. What cannot be known is waited out. */
function isDead(holder: string): boolean {
  // One that another version wrote may be of another form: its end shows by not being renewed.
  const { success, data } = holderSchema.safeParse(parsedJson(holder));
  return success && data.host === Deno.hostname() && !isAlive(data);
}

/** The right to deliver one run. */
export class Lease {
  /** The run. */
  readonly run_id: string;
  readonly #journal: Journal;
  readonly #holder: string;
  readonly #timer: ReturnType<typeof setInterval>;

  private constructor(journal: Journal, run_id: string, holder: string) {
    this.#journal = journal;
    this.run_id = run_id;
    this.#holder = holder;
    this.#timer = setInterval(() => this.#renew(), LEASE_MS / 4);
  }

  /**
   * Takes the right, also from a process that is known to be dead; null when another one has it.
   *
   * @param holder see {@linkcode newHolder}
   */
  static take(journal: Journal, run_id: string, holder: string): Lease | null {
    const { deliveries } = journal;
    const { lease_holder } = deliveries.get(run_id);
    if (lease_holder !== null && lease_holder !== holder) {
      if (isDead(lease_holder)) deliveries.release(run_id, lease_holder);
    }
    return deliveries.lease(run_id, holder, Date.now() + LEASE_MS)
      ? new Lease(journal, run_id, holder)
      : null;
  }

  /**
   * Does work in the journal in one step with making sure of the right, and renews it.
   *
   * @throws {LeaseLostError} when another process has taken it over; then nothing was done
   */
  hold<T>(work: () => T): T {
    const { deliveries } = this.#journal;
    return this.#journal.transaction(() => {
      if (deliveries.get(this.run_id).lease_holder !== this.#holder) {
        throw new LeaseLostError(this.run_id);
      }
      deliveries.lease(this.run_id, this.#holder, Date.now() + LEASE_MS);
      return work();
    });
  }

  /** Changes the delivery. @throws {LeaseLostError} when another process has the right */
  set(change: DeliveryChange): void {
    this.hold(() => this.#journal.deliveries.set(this.run_id, change));
  }

  /** Gives the right back; one that was lost stays with whoever has it. */
  release(): void {
    clearInterval(this.#timer);
    this.#journal.deliveries.release(this.run_id, this.#holder);
  }

  #renew(): void {
    try {
      this.hold(() => {});
    } catch (error) {
      // Lost, or the journal is locked: the next `hold` of the work itself says so.
      if (!isNbtrackError(error)) throw error;
    }
  }
}
