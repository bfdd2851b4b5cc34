/**
 * Delivers a session's runs beside the notebook: decides where each goes, and sends as it grows.
 *
 * @module
 */
import { within } from "../base/within.ts";
import { lazyImport } from "../base/lazy.ts";
import { messageOf } from "../base/errors.ts";
import type { Journal } from "../journal/journal.ts";
import type { Session } from "../journal/sessions.ts";
import type { Delivery as Sender, DeliveryOptions, Target } from "./deliver.ts";
import type { RecorderLog } from "../base/log.ts";
import type { Destination } from "../base/destination.ts";
import { LoginWatch, withoutTokens } from "./login_watch.ts";
import { someAtOnce } from "./sending.ts";

/** How long after a change the next sending begins, milliseconds: what comes together is sent together. */
const GATHER_MS = 300;
/** How often a run is polled while it is open, milliseconds. */
const POLL_MS = 1000;
/** How long a recorder whose session has ended goes on trying, milliseconds. */
const DRAIN_MS = 60_000;
/** How long it waits at least before it polls a run again, milliseconds. */
const PAUSE_MS = 200;
/** How long the notebook's process has to say where its runs go, milliseconds: only it knows of tokens. */
const ADOPT_MS = 5000;
/** Runs that are sent at once. */
const AT_ONCE = 3;
/** The most points of a run that the recorder's small memory can hold as an answer. */
const MOST_READ_BACK = 50_000;
/** A next try that is further away was noted by another clock, milliseconds. */
const FARTHEST_MS = 3_600_000;

/** How a queue sends. */
export interface DeliveryQueueOptions {
  /** How long it goes on trying once the session has ended, milliseconds. @default {60000} */
  drain_ms?: number;
  /** How long a run that an earlier recorder was delivering waits for being announced again, milliseconds. @default {5000} */
  adopt_ms?: number;
  /** How to deliver. @default {as the recorder does} */
  delivery?: Partial<DeliveryOptions>;
}

/** The deliveries of one session. */
export class DeliveryQueue {
  readonly #journal: Journal;
  readonly #session: Session;
  readonly #log: RecorderLog;
  readonly #options: DeliveryQueueOptions;
  readonly #targets = new Map<string, Target>();
  readonly #asked = new Set<string>();
  readonly #deciding = new Set<Promise<void>>();
  readonly #due = new Map<string, number>();
  readonly #polled = new Map<string, number>();
  readonly #destinations = new Map<string, Destination>();
  readonly #logins: LoginWatch;
  #adopt_at: number;
  #sender: Sender | null = null;
  #busy: Promise<void> | null = null;

  constructor(
    journal: Journal,
    session: Session,
    log: RecorderLog,
    options: DeliveryQueueOptions = {},
  ) {
    this.#journal = journal;
    this.#session = session;
    this.#log = log;
    this.#options = options;
    this.#logins = new LoginWatch(journal.home);
    this.#adopt_at = Date.now() + (options.adopt_ms ?? ADOPT_MS);
  }

  /** Finds out where a run goes and notes it; never throws. */
  decide(run_id: string, destination: Destination): Promise<void> {
    this.#asked.add(run_id);
    // A stranger's run, and one that only proves another, are not sent unasked.
    const run = this.#journal.runs.get(run_id);
    if (run?.listed === 0 || (run?.provenance ?? "here") !== "here") {
      return Promise.resolve();
    }
    this.#destinations.set(run_id, destination);
    const deciding = this.#decide(run_id, destination)
      .finally(() => this.#deciding.delete(deciding));
    this.#deciding.add(deciding);
    return deciding;
  }

  async #decide(run_id: string, destination: Destination): Promise<void> {
    try {
      const { decideTarget } = await lazyImport<
        typeof import("./target.ts")
      >("./target.ts", import.meta.url);
      const { cwd } = this.#session;
      const target = await decideTarget(this.#journal, run_id, {
        destination,
        cwd,
      });
      if (target === null) return;
      this.#sender ??= await this.#newSender();
      this.#targets.set(run_id, target);
      this.changed(run_id);
    } catch (error) {
      this.#log.write("delivery", error);
      this.#journal.deliveries.set(run_id, { error: messageOf(error) });
    }
  }

  async #newSender(): Promise<Sender> {
    const load = <T>(file: string) => lazyImport<T>(file, import.meta.url);
    const { Delivery } = await load<typeof import("./deliver.ts")>(
      "./deliver.ts",
    );
    const { newHolder } = await load<typeof import("./lease.ts")>(
      "./lease.ts",
    );
    return new Delivery(this.#journal, {
      holder: newHolder("recorder"),
      log: (what, error) => this.#log.write(what, error),
      most_read_back: MOST_READ_BACK,
      ...this.#options.delivery,
    });
  }

  /** Says that a run has something new. */
  changed(run_id: string): void {
    if (this.#targets.has(run_id) && !this.#due.has(run_id)) {
      this.#due.set(run_id, Date.now() + GATHER_MS);
    }
  }

  /** Sends what is due; never two at once. */
  poll(): void {
    const now = Date.now();
    if (now >= this.#adopt_at) {
      this.#adopt_at = now + POLL_MS;
      this.#adopt("pending");
      if (this.#logins.changed()) this.#signInAgain();
    }
    if (this.#busy !== null || this.#sender === null) return;
    const due = [...this.#targets.keys()].filter((id) => this.#isDue(id, now));
    if (due.length === 0) return;
    this.#busy = this.#send(due).finally(() => this.#busy = null);
  }

  /** Sends everything that is left, as long as the server can be reached and time allows. */
  async drain(): Promise<void> {
    const { drain_ms = DRAIN_MS } = this.#options;
    // What is under way when time runs out is in doubt, as after any end of the process.
    await within(this.#drain(Date.now() + drain_ms), drain_ms, undefined);
  }

  async #drain(deadline: number): Promise<void> {
    // A script that has ended may not have had the time to say where its runs go.
    this.#adopt("local");
    await Promise.all(this.#deciding);
    await this.#busy;
    const { deliveries } = this.#journal;
    while (Date.now() < deadline) {
      const left = [...this.#targets.keys()].filter((id) =>
        deliveries.get(id).state === "pending" || this.#due.has(id)
      );
      if (left.length === 0) return;
      const ready = left.filter((id) => !this.#waits(id, Date.now()));
      await this.#send(ready);
      if (ready.some((id) => deliveries.get(id).state === "delivered")) {
        continue;
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }

  /** Tries refused runs with a token that was stored meanwhile, instead of the one that was refused. */
  #signInAgain(): void {
    for (const [run_id, destination] of this.#destinations) {
      if (this.#journal.deliveries.get(run_id).state !== "refused") continue;
      const deciding = this.#decide(run_id, withoutTokens(destination))
        .then(() =>
          this.#journal.deliveries.get(run_id).state === "refused"
            ? this.#decide(run_id, destination)
            : undefined
        ).finally(() => this.#deciding.delete(deciding));
      this.#deciding.add(deciding);
    }
  }

  /** Takes over runs of this session that nobody has announced: another recorder did, or the session ended first. */
  #adopt(state: "pending" | "local"): void {
    const { session_id } = this.#session;
    for (
      const { run_id } of this.#journal.deliveries.inState(state, {
        session_id,
      })
    ) {
      if (this.#asked.has(run_id)) continue;
      this.#asked.add(run_id);
      const adopting = lazyImport<typeof import("./target.ts")>(
        "./target.ts",
        import.meta.url,
      ).then(
        ({ storedDestination }) =>
          this.decide(run_id, storedDestination(this.#journal, run_id)),
        (error) => this.#log.write("delivery", error),
      ).finally(() => this.#deciding.delete(adopting));
      this.#deciding.add(adopting);
    }
  }

  /** Whether a run is not to be tried before some later time. */
  #waits(run_id: string, now: number): boolean {
    const { state, next_try } = this.#journal.deliveries.get(run_id);
    return state === "pending" && next_try !== null && next_try > now &&
      next_try - now <= FARTHEST_MS;
  }

  #isDue(run_id: string, now: number): boolean {
    if (this.#waits(run_id, now)) return false;
    const due = this.#due.get(run_id);
    if (due !== undefined) return due <= now;
    // A run that is being logged to is polled now and then even when nobody said so.
    return this.#journal.deliveries.get(run_id).state === "pending" &&
      now - (this.#polled.get(run_id) ?? 0) > POLL_MS;
  }

  async #send(run_ids: readonly string[]): Promise<void> {
    await someAtOnce(run_ids, AT_ONCE, async (run_id) => {
      this.#due.delete(run_id);
      this.#polled.set(run_id, Date.now());
      const target = this.#targets.get(run_id);
      if (target === undefined) return;
      try {
        await this.#sender?.deliver(run_id, target);
      } catch (error) {
        this.#log.write(`deliver ${run_id}`, error);
      }
    });
  }
}
