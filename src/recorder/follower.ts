/**
 * Following what a kernel publishes: a connection that breaks is made again, and a message that cannot be stored does
 * not end the record of those after it.
 *
 * @module
 */
import type { RecorderLog } from "../base/log.ts";
import { messageOf } from "../base/errors.ts";
import type { Journal } from "../journal/journal.ts";
import type { Session } from "../journal/sessions.ts";
import type { Subscriber } from "../jupyter/subscriber.ts";
import type { Message } from "../jupyter/wire.ts";
import type { Pace } from "./pace.ts";
import { nameGap } from "./cells/timeline.ts";
import { subscribeTo } from "./subscription.ts";

/** How long after a line broke it is tried again, milliseconds. */
const AGAIN_MS = 100;
/** Messages that could not be taken in are logged up to this many. */
const MAX_LOGGED_FAILURES = 100;

/**
 * After so much was taken in what it left in memory is collected, bytes. V8 collects the young generation by itself, but
 * for the time in which it marks the old one: meanwhile it lets the young one grow to twenty times its size.
 */
const COLLECT_BYTES = 64 * 1024;
/** There where a recorder runs by itself: `--expose-gc`. */
const { gc } = globalThis as { gc?: (how: { type: "minor" }) => void };

/** What following a kernel needs. */
export interface FollowerParts {
  journal: Journal;
  session: Session;
  log: RecorderLog;
  pace: Pace;
  /** Takes in a message. */
  take: (message: Message) => void;
  /** Whether the kernel still runs. */
  alive: () => boolean;
  /** Called when the connection broke, or the kernel closed it. */
  onClosed: () => void;
}

/** Follows one kernel. */
export class Follower {
  readonly #parts: FollowerParts;
  #subscriber: Subscriber | null = null;
  /** How many wait for what the kernel publishes. */
  #hurries = 0;
  #last = false;
  #failures = 0;

  constructor(parts: FollowerParts) {
    this.#parts = parts;
  }

  /** Takes in what the kernel publishes until it is gone. */
  async follow(first: Subscriber | null): Promise<void> {
    const { journal, session, log } = this.#parts;
    for (let subscriber = first; subscriber !== null;) {
      this.#subscriber = subscriber;
      this.#hurry();
      let collected = 0;
      for await (const messages of subscriber.batches()) {
        this.#takeAll(messages);
        if (subscriber.consumed - collected < COLLECT_BYTES) continue;
        collected = subscriber.consumed;
        gc?.({ type: "minor" });
        this.#rest();
      }
      if (subscriber.refused > 0) {
        log.write(`${subscriber.refused} messages were not the kernel's`);
      }
      this.#parts.onClosed();
      subscriber = await this.#again();
      if (subscriber !== null) {
        nameGap(
          journal,
          session.session_id,
          "the line to the kernel broke for a moment",
        );
      }
    }
  }

  /** Says that the kernel is about to be shut down: what it still publishes is read as it comes. */
  finish(): void {
    this.#last = true;
    this.#hurry();
  }

  /** Reads what the kernel publishes as it comes, while somebody waits for it. */
  async atOnce<T>(work: () => Promise<T>): Promise<T> {
    this.#hurries++;
    this.#hurry();
    try {
      return await work();
    } finally {
      this.#hurries--;
      this.#hurry();
    }
  }

  #hurry(): void {
    if (this.#subscriber === null) return;
    this.#subscriber.urgent = this.#isUrgent;
  }

  get #isUrgent(): boolean {
    return this.#last || this.#hurries > 0;
  }

  /** Subscribes again, unless the kernel is gone or about to go. */
  async #again(): Promise<Subscriber | null> {
    const { session, alive } = this.#parts;
    while (!this.#last && alive()) {
      try {
        return await subscribeTo(session.connection_file ?? "");
      } catch {
        // A kernel closes its connections a little before it ends: it is tried until that is sure.
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      }
    }
    return null;
  }

  /** Takes in messages, together or in pieces: between these others can write to the journal. */
  #takeAll(messages: readonly Message[]): void {
    const { journal, pace } = this.#parts;
    pace.begin();
    for (let at = 0; at < messages.length;) {
      const from = at;
      const piece = () => {
        for (; at < messages.length; at++) {
          if (at > from && pace.isDue) return;
          this.#take(messages[at]);
        }
      };
      try {
        if (messages.length === 1) piece();
        else journal.transaction(piece);
      } catch (error) {
        this.#failed(error);
        if (at === from) return;
      }
      this.#rest();
    }
  }

  /** Rests where nobody waits for what the kernel publishes. */
  #rest(): void {
    if (!this.#isUrgent) this.#parts.pace.rest();
  }

  #take(message: Message | undefined): void {
    try {
      if (message !== undefined) this.#parts.take(message);
    } catch (error) {
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    const { journal, session, log } = this.#parts;
    if (this.#failures++ < MAX_LOGGED_FAILURES) log.write("message", error);
    try {
      nameGap(journal, session.session_id, messageOf(error));
    } catch (worse) {
      log.write("gap", worse);
    }
  }
}
