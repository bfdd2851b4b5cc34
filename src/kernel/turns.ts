/**
 * The turns in which cells are executed. Deno's kernel says that a cell is done before all it shows has been published,
 * and front ends stop listening then. So the end of a cell is held back here until everything has arrived: the
 * kernel's `idle`, its reply, and the next cell. How that is known: see {@linkcode CellExecution} in `jupyter/`, whose
 * marker this uses too.
 *
 * @module
 */
import { silently } from "../jupyter/execute.ts";
import { EndedTurns } from "./ended_turns.ts";
import type { Peeked } from "./peek.ts";
import {
  type ExplainedFailure,
  failureOfTurn,
  newTurn,
  type Pass,
  passedOn,
  type Subscription,
  type Turn,
} from "./turn.ts";

/** A cell is complete when nothing has come for so long after its reply, milliseconds. */
const SILENCE_MS = 5000;
/** The same when the marker is known not to come, milliseconds. */
const SHORT_SILENCE_MS = 100;
/** How long an interrupted cell may take to stop before the notebook says that it cannot be stopped, milliseconds. */
const INTERRUPT_MS = 2000;
/** A cell that has ended. */
export interface EndedCell {
  request: Peeked;
  reply: Peeked;
  failure: ExplainedFailure | null;
  /** Whether the front end had it interrupted. */
  interrupted: boolean;
  /** Milliseconds since 1970. */
  start_time: number;
  /** Milliseconds since 1970. */
  end_time: number;
}

/** What turns need from the kernel they belong to. */
export interface TurnsOptions {
  /** Sends a request to the kernel under a header that was used before. */
  sendAgain: (
    header: Uint8Array,
    content: Record<string, unknown>,
  ) => Promise<void>;
  /** Says why a cell failed that published no error. */
  explain: (code: string) => Promise<ExplainedFailure>;
  /** Called when a cell has ended, before its front end is told. */
  onEnd: (cell: EndedCell) => Promise<void>;
}

/** The turns of a kernel's cells. */
export class Turns {
  readonly #options: TurnsOptions;
  readonly #subscriptions = new Set<Subscription>();
  readonly #waiting: { request: Peeked; pass: Pass }[] = [];
  readonly #ended = new EndedTurns();
  #current: Turn | null = null;

  constructor(options: TurnsOptions) {
    this.#options = options;
  }

  /** Whether a cell is being executed. */
  get busy(): boolean {
    return this.#current !== null;
  }

  /** A front end subscribed. */
  subscribe(subscription: Subscription): void {
    this.#subscriptions.add(subscription);
  }

  /** A front end's subscription has gone: nothing waits for it. */
  unsubscribe(subscription: Subscription): void {
    this.#subscriptions.delete(subscription);
    this.#current?.progress.delete(subscription);
    this.#check();
  }

  /** A front end asks for a cell to be executed: at once, or when those before it have ended. */
  async request(request: Peeked, pass: Pass): Promise<void> {
    if (this.#current !== null) {
      this.#waiting.push({ request, pass });
      return;
    }
    await this.#begin(request, pass);
  }

  /** The kernel answers a front end. @returns whether the answer is held back */
  reply(message: Peeked, pass: Pass): boolean {
    const turn = this.#current;
    if (turn === null || message.parent_id !== turn.request.msg_id) {
      return false;
    }
    turn.reply = { message, pass };
    this.#waitForSilence(turn);
    this.#check();
    return true;
  }

  /** The kernel has answered the marker's request. */
  markerAnswered(msg_id: string, ok: boolean): void {
    const turn = this.#current;
    if (turn?.request.msg_id !== msg_id) return;
    if (!ok) return this.#waitForSilence(turn, SHORT_SILENCE_MS);
    // Nobody is subscribed: there is nothing that could still arrive.
    if (turn.progress.size === 0) this.#complete(turn);
  }

  /** A front end asks for the running cell to be interrupted. */
  interrupt(): void {
    const turn = this.#current;
    if (turn === null) return;
    turn.interrupted = true;
    clearTimeout(turn.warning);
    turn.warning = setTimeout(() => this.#warn(turn), INTERRUPT_MS);
  }

  /** The kernel publishes to one subscription. @returns when it has been passed on, held back or dropped */
  async publish(
    subscription: Subscription,
    message: Peeked,
    pass: Pass,
  ): Promise<void> {
    const { parent_id } = message;
    if (parent_id !== null && this.#ended.isLeftover(message, parent_id)) {
      return;
    }
    const turn = this.#current;
    if (turn === null || parent_id !== turn.request.msg_id) return await pass();
    if (turn.reply !== null) this.#waitForSilence(turn);
    const progress = turn.progress.get(subscription);
    // It subscribed in the middle of the cell.
    if (progress === undefined) return await pass();
    const passed = passedOn(turn, progress, message, pass);
    if (passed !== null) await passed();
    this.#check();
  }

  /** The kernel has ended: nothing more will come. */
  end(): void {
    clearTimeout(this.#current?.timer);
    clearTimeout(this.#current?.warning);
    this.#current = null;
    this.#waiting.length = 0;
  }

  async #begin(request: Peeked, pass: Pass): Promise<void> {
    this.#current = newTurn(request, this.#subscriptions);
    await pass();
  }

  /** Sends the marker once the cell is done; ends the turn once everything has arrived everywhere. */
  #check(): void {
    const turn = this.#current;
    if (turn === null || turn.reply === null) return;
    const all = [...turn.progress.values()];
    if (
      all.length > 0 &&
      all.every((p) => p.idle !== null && (p.valued || p.marked))
    ) {
      void this.#complete(turn);
      return;
    }
    const done = all.length === 0 || all.some((p) => p.idle !== null);
    if (!done || turn.markerSent || all.some((p) => p.valued)) return;
    turn.markerSent = true;
    const code = "void globalThis.Deno.jupyter.broadcast(" +
      `"update_display_data", { data: {}, metadata: {}, transient: { display_id: "${turn.marker}" } })`;
    this.#options.sendAgain(turn.request.header, silently(code))
      .catch(() => this.#waitForSilence(turn, SHORT_SILENCE_MS));
  }

  #waitForSilence(turn: Turn, wait_ms = SILENCE_MS): void {
    clearTimeout(turn.timer);
    turn.timer = setTimeout(() => this.#complete(turn), wait_ms);
  }

  async #complete(turn: Turn): Promise<void> {
    if (turn !== this.#current || turn.reply === null) return;
    const { reply, request } = turn;
    turn.reply = null; // it is completed once
    clearTimeout(turn.timer);
    clearTimeout(turn.warning);
    this.#ended.add(turn);
    const failure = await failureOfTurn(
      turn,
      reply.message,
      (code) => this.#options.explain(code),
    );
    await this.#options.onEnd({
      request,
      reply: reply.message,
      failure,
      interrupted: turn.interrupted && failure !== null,
      start_time: turn.start_time,
      end_time: Date.now(),
    });
    const silent = failure !== null &&
      [...turn.progress.values()].every((p) => p.errors.length === 0);
    for (const [subscription, { errors, idle }] of turn.progress) {
      for (const pass of errors) await pass();
      if (silent) {
        const { ename, evalue } = failure;
        const traceback = [`${ename}: ${evalue}`];
        await subscription.publish(
          "error",
          { ename, evalue, traceback },
          request.header,
        );
      }
      await idle?.();
    }
    await reply.pass();
    this.#current = null;
    const next = this.#waiting.shift();
    if (next !== undefined) await this.#begin(next.request, next.pass);
  }

  #warn(turn: Turn): void {
    if (turn !== this.#current) return;
    const text = "[nbtrack] This cell waits for something and cannot be " +
      "interrupted: restart the kernel to stop it. What was logged is kept.\n";
    for (const subscription of turn.progress.keys()) {
      subscription.publish(
        "stream",
        { name: "stderr", text },
        turn.request.header,
      );
    }
  }
}
