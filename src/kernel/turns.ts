/**
 * The turns in which cells are executed. Deno's kernel says that a cell is done before all it shows has been published,
 * and front ends stop listening then. So the end of a cell is held back here until everything has arrived: the
 * kernel's `idle`, its reply, and the next cell. How that is known: see {@linkcode CellExecution} in `jupyter/`, whose
 * marker this uses too.
 *
 * @module
 */
import { silently } from "../jupyter/execute.ts";
import { SILENT_EVALUE } from "../jupyter/silent_failure.ts";
import type { Peeked } from "./peek.ts";

/** A cell is complete when nothing has come for so long after its reply, milliseconds. */
const SILENCE_MS = 5000;
/** The same when the marker is known not to come, milliseconds. */
const SHORT_SILENCE_MS = 100;
/** How long an interrupted cell may take to stop before the notebook says that it cannot be stopped, milliseconds. */
const INTERRUPT_MS = 2000;
/** Ended turns of which a late message is still recognised. */
const REMEMBERED = 64;

type Pass = () => Promise<void>;

/** A front end's subscription, as far as a turn needs it. */
export interface Subscription {
  /** Publishes a message of ours. */
  publish(
    msg_type: string,
    content: Record<string, unknown>,
    parent: Uint8Array,
  ): Promise<void>;
}

/** Why a cell failed of which the kernel says only that it did. */
export interface ExplainedFailure {
  ename: string;
  evalue: string;
}

/** A cell that has ended. */
export interface EndedCell {
  request: Peeked;
  reply: Peeked;
  failure: ExplainedFailure | null;
  /** Whether the front end had it interrupted. */
  interrupted: boolean;
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

/** What of a turn has reached one subscription. */
interface Progress {
  busy: boolean;
  inputs: number;
  idle: Pass | null;
  errors: Pass[];
  valued: boolean;
  marked: boolean;
}

interface Turn {
  request: Peeked;
  marker: string;
  progress: Map<Subscription, Progress>;
  reply: { message: Peeked; pass: Pass } | null;
  markerSent: boolean;
  interrupted: boolean;
  timer: ReturnType<typeof setTimeout> | undefined;
  warning: ReturnType<typeof setTimeout> | undefined;
}

/** The turns of a kernel's cells. */
export class Turns {
  readonly #options: TurnsOptions;
  readonly #subscriptions = new Set<Subscription>();
  readonly #waiting: { request: Peeked; pass: Pass }[] = [];
  /** The ids of cells that have ended, the oldest first, with their markers. */
  readonly #ended = new Map<string, string>();
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
    if (parent_id !== null && this.#isLeftover(message, parent_id)) return;
    const turn = this.#current;
    if (turn === null || parent_id !== turn.request.msg_id) return await pass();
    if (turn.reply !== null) this.#waitForSilence(turn);
    const progress = turn.progress.get(subscription);
    // It subscribed in the middle of the cell.
    if (progress === undefined) return await pass();
    const passed = this.#see(turn, progress, message, pass);
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

  /** Takes in a message of the running cell. @returns what passes it on now; null when it is held back or dropped */
  #see(
    turn: Turn,
    progress: Progress,
    message: Peeked,
    pass: Pass,
  ): Pass | null {
    switch (message.msg_type) {
      case "status": {
        const { execution_state } = message.content();
        if (execution_state === "idle") {
          progress.idle ??= pass;
          return null;
        }
        const first = !progress.busy;
        progress.busy = true;
        return first ? pass : null;
      }
      case "execute_input":
        return progress.inputs++ === 0 ? pass : null;
      case "update_display_data":
        if (displayIdOf(message) !== turn.marker) return pass;
        progress.marked = true;
        return null;
      case "error":
        // Of what a cell shows, an error takes another way and may come first; the marker's own is nobody's.
        if (progress.inputs <= 1) progress.errors.push(pass);
        return null;
      case "execute_result":
        progress.valued = true;
        return pass;
      default:
        return pass;
    }
  }

  /** Whether a message belongs to the marker's request of a cell that has ended. */
  #isLeftover(message: Peeked, parent_id: string): boolean {
    const marker = this.#ended.get(parent_id);
    if (marker === undefined) return false;
    switch (message.msg_type) {
      case "status":
      case "execute_input":
        return true;
      case "update_display_data":
        return displayIdOf(message) === marker;
      default:
        return false;
    }
  }

  async #begin(request: Peeked, pass: Pass): Promise<void> {
    const progress = new Map<Subscription, Progress>();
    for (const subscription of this.#subscriptions) {
      progress.set(subscription, {
        busy: false,
        inputs: 0,
        idle: null,
        errors: [],
        valued: false,
        marked: false,
      });
    }
    this.#current = {
      request,
      marker: `nbtrack-${request.msg_id}`,
      progress,
      reply: null,
      markerSent: false,
      interrupted: false,
      timer: undefined,
      warning: undefined,
    };
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
    this.#ended.set(request.msg_id, turn.marker);
    if (this.#ended.size > REMEMBERED) {
      this.#ended.delete(this.#ended.keys().next().value ?? "");
    }
    const failure = await this.#failureOf(turn, reply.message);
    await this.#options.onEnd({
      request,
      reply: reply.message,
      failure,
      interrupted: turn.interrupted && failure !== null,
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

  /** Why a cell failed; null when it did not. */
  async #failureOf(
    turn: Turn,
    reply: Peeked,
  ): Promise<ExplainedFailure | null> {
    const { status, ename, evalue } = reply.content();
    if (status !== "error") return null;
    const said = {
      ename: String(ename ?? "Error"),
      evalue: String(evalue ?? ""),
    };
    if (said.evalue !== "" && said.evalue !== SILENT_EVALUE) return said;
    if (turn.interrupted) {
      return { ename: "InterruptError", evalue: "The cell was interrupted" };
    }
    if ([...turn.progress.values()].some((p) => p.errors.length > 0)) {
      return said;
    }
    return await this.#options.explain(
      String(turn.request.content()["code"] ?? ""),
    );
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

function displayIdOf(message: Peeked): unknown {
  const { transient } = message.content();
  return typeof transient === "object" && transient !== null
    ? (transient as Record<string, unknown>)["display_id"]
    : undefined;
}
