/**
 * Delivers a session's runs beside the notebook: decides where each goes, and sends as it grows.
 *
 * @module
 */
import { lazyImport } from "../base/lazy.ts";
import { messageOf } from "../base/errors.ts";
import type { Journal } from "../journal/journal.ts";
import type { Session } from "../journal/sessions.ts";
import type { Delivery as Sender, Target } from "./deliver.ts";
import type { RecorderLog } from "./log.ts";
import type { Where } from "./protocol.ts";

/** How long after a change the next sending begins, milliseconds: what comes together is sent together. */
const GATHER_MS = 300;
/** How often a run is looked at while it is open, milliseconds. */
const LOOK_MS = 1000;
/** How long a recorder whose session has ended goes on trying, milliseconds. */
const DRAIN_MS = 60_000;

/** The deliveries of one session. */
export class DeliveryQueue {
  readonly #journal: Journal;
  readonly #session: Session;
  readonly #log: RecorderLog;
  readonly #targets = new Map<string, Target>();
  readonly #due = new Map<string, number>();
  readonly #looked = new Map<string, number>();
  #sender: Sender | null = null;
  #busy: Promise<void> | null = null;

  constructor(journal: Journal, session: Session, log: RecorderLog) {
    this.#journal = journal;
    this.#session = session;
    this.#log = log;
  }

  /** Finds out where a run goes and notes it. */
  async decide(run_id: string, where: Where): Promise<void> {
    try {
      const { decideTarget, Delivery } = await lazyImport<
        typeof import("./deliver.ts")
      >(
        "./deliver.ts",
        import.meta.url,
      );
      const target = await decideTarget(
        this.#journal,
        run_id,
        where,
        this.#session.cwd,
      );
      if (target === null) return;
      this.#sender ??= new Delivery(this.#journal, {
        holder: `recorder ${Deno.pid} ${this.#session.process_started}`,
        log: (text) => this.#log.write(text),
      });
      this.#targets.set(run_id, target);
      this.changed(run_id);
    } catch (error) {
      this.#log.write("delivery", error);
      this.#journal.deliveries.set(run_id, { error: messageOf(error) });
    }
  }

  /** Says that a run has something new. */
  changed(run_id: string): void {
    if (this.#targets.has(run_id) && !this.#due.has(run_id)) {
      this.#due.set(run_id, Date.now() + GATHER_MS);
    }
  }

  /** Sends what is due; never two at once. */
  look(): void {
    if (this.#busy !== null || this.#sender === null) return;
    const now = Date.now();
    const due = [...this.#targets.keys()].filter((id) => this.#isDue(id, now));
    if (due.length === 0) return;
    this.#busy = this.#send(due).finally(() => this.#busy = null);
  }

  /** Sends everything that is left, as long as the server can be reached. */
  async drain(): Promise<void> {
    const deadline = Date.now() + DRAIN_MS;
    await this.#busy;
    while (Date.now() < deadline) {
      const left = [...this.#targets.keys()].filter((id) =>
        this.#journal.deliveries.get(id).state === "pending"
      );
      if (left.length === 0) return;
      const next = Math.min(
        ...left.map((id) => this.#journal.deliveries.get(id).next_try ?? 0),
      );
      const wait = next - Date.now();
      if (wait > 0) {
        await new Promise((resolve) =>
          setTimeout(resolve, Math.min(wait, 5000))
        );
      }
      await this.#send(left);
    }
  }

  #isDue(run_id: string, now: number): boolean {
    const delivery = this.#journal.deliveries.get(run_id);
    if (delivery.state !== "pending") {
      return this.#due.has(run_id) && delivery.state !== "refused";
    }
    if (delivery.next_try !== null && delivery.next_try > now) return false;
    const due = this.#due.get(run_id);
    // A run that is being logged to is looked at now and then even when nobody said so.
    return due === undefined
      ? now - (this.#looked.get(run_id) ?? 0) > LOOK_MS
      : due <= now;
  }

  async #send(run_ids: readonly string[]): Promise<void> {
    for (const run_id of run_ids) {
      this.#due.delete(run_id);
      this.#looked.set(run_id, Date.now());
      const target = this.#targets.get(run_id);
      if (target === undefined || this.#sender === null) continue;
      try {
        await this.#sender.deliver(run_id, target);
      } catch (error) {
        this.#log.write(`deliver ${run_id}`, error);
      }
    }
  }
}
