/**
 * One display in a notebook that is updated in place while the cell runs: also in a loop that never yields, because
 * what is broadcast goes out at once.
 *
 * @module
 */
import type { Messages } from "./messages.ts";
import { jupyter, type JupyterApi } from "./surroundings.ts";

/** Shortest time between two pictures, milliseconds. */
const PAUSE_MS = 250;
/** Longest, however long a picture takes to draw. */
const MAX_PAUSE_MS = 5000;
/** Between two pictures passes so many times the time that one takes: what is shown costs the cell one percent. */
const SHARE = 100;
/** Of so many pictures the shortest time counts: the first ones take longer, and others may have waited for a disk. */
const MEASURED = 3;

/** What is shown: media types with their contents. */
export type Bundle = Record<string, unknown>;

/** A picture, and what of it is worth a new one: clocks are not. */
export interface DisplayFrame {
  bundle: Bundle;
  /** Where it is the same as before, nothing is sent. */
  state: string;
}

/** A display that is updated. */
export class LiveDisplay {
  readonly #display_id: string;
  readonly #draw: () => DisplayFrame | null;
  readonly #messages: Pick<Messages, "failed">;
  readonly #kernel: () => Pick<JupyterApi, "broadcast"> | null;
  #state: string | null = null;
  #next = 0;
  /** How long the last pictures took, milliseconds. */
  readonly #times: number[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param draw Draws it as it is now; null when it cannot be drawn (yet).
   * @param kernel What it is shown by; null outside a kernel.
   */
  constructor(
    display_id: string,
    draw: () => DisplayFrame | null,
    messages: Pick<Messages, "failed">,
    kernel: () => Pick<JupyterApi, "broadcast"> | null = jupyter,
  ) {
    this.#kernel = kernel;
    this.#display_id = display_id;
    this.#draw = draw;
    this.#messages = messages;
  }

  /** Whether it is shown. */
  get shown(): boolean {
    return this.#state !== null;
  }

  /** Shows it in the cell that is being executed. */
  async open(): Promise<void> {
    this.#state = null;
    await this.#send("display_data");
  }

  /** Says that something is new: it is shown soon, at most four times a second. Costs next to nothing; never throws. */
  touch(): void {
    if (this.#state === null) return;
    const now = Date.now();
    if (now >= this.#next) {
      this.#send("update_display_data").catch(() => {}); // it reports its failures itself
    } else if (this.#timer === undefined) {
      this.#timer = setTimeout(
        () => this.update().catch(() => {}), // it reports its failures itself
        this.#next - now,
      );
      Deno.unrefTimer(this.#timer);
    }
  }

  /** Shows it as it is now, if it is shown at all. */
  async update(): Promise<void> {
    if (this.#state !== null) await this.#send("update_display_data");
  }

  async #send(type: "display_data" | "update_display_data"): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const api = this.#kernel();
    if (api === null) return;
    this.#pause(); // also for what is drawn and not sent
    const began = performance.now();
    try {
      const frame = this.#draw();
      if (frame === null || frame.state === this.#state) return;
      this.#state = frame.state;
      const sent = api.broadcast(type, {
        data: frame.bundle,
        metadata: {},
        transient: { display_id: this.#display_id },
      });
      this.#times.push(performance.now() - began);
      if (this.#times.length > MEASURED) this.#times.shift();
      this.#pause();
      await sent;
    } catch (error) {
      this.#messages.failed("display", error);
    }
  }

  /** Puts off the next picture. */
  #pause(): void {
    const took = this.#times.length < MEASURED ? 0 : Math.min(...this.#times);
    this.#next = Date.now() +
      Math.min(MAX_PAUSE_MS, Math.max(PAUSE_MS, took * SHARE));
  }
}
