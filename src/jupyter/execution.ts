/**
 * One execution of a cell, from its request to its last output.
 *
 * What a cell shows goes through one channel of the kernel, in order, and is published when its turn comes, often behind
 * the reply and the idle status, labelled with the request the kernel is working on by then. The cell's value is the
 * last to enter the channel: when it has arrived, everything has. A cell without a value is followed by a second, silent
 * request under the same id that puts a marker into the channel: when that arrives, everything has, and all of it bears
 * the cell's id, for whoever else subscribes too.
 *
 * @module
 */
import { type ExecuteReply, silently } from "./execute.ts";
import type { Output } from "../notebook/outputs.ts";
import { displayIdOf, type Displays, OutputList } from "./outputs.ts";
import {
  explainSilentFailure,
  type Failure,
  SILENT_EVALUE,
} from "./silent_failure.ts";
import { type Message, timeOf } from "./wire.ts";

/** With no marker, outputs are complete when nothing has come for so long, milliseconds. */
const SILENCE_MS = 5000;
/** The same when the marker is known not to come, milliseconds. */
const SHORT_SILENCE_MS = 100;

/** Why a cell was interrupted. */
export type Interruption = "asked" | { timeout_ms: number };

/** What an execution needs from its kernel. */
export interface ExecutionOptions {
  displays: Displays;
  denoPath: string | undefined;
  onOutput: ((outputs: readonly Output[]) => void) | undefined;
  /** Sends the request that publishes the marker. */
  sendMarker: (request: Message) => void;
}

/** A cell that is being executed. */
export class CellExecution {
  /** Resolves when the cell is done and all its outputs are there. */
  readonly finished: Promise<void>;
  /** Why it was interrupted; null when it was not. */
  interruption: Interruption | null = null;
  readonly #code: string;
  readonly #request: Message;
  readonly #marker: string;
  readonly #options: ExecutionOptions;
  readonly #list: OutputList;
  readonly #finishing: PromiseWithResolvers<void>;
  #inputs = 0;
  #reply: Message | null = null;
  #start: number | null = null;
  #end: number | null = null;
  #valued = false;
  #markerSent = false;
  #markerLost = false;
  #complete = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(code: string, request: Message, options: ExecutionOptions) {
    const { displays } = options;
    this.#code = code;
    this.#request = request;
    this.#options = options;
    this.#list = new OutputList({ displays, errorLast: true });
    this.#marker = `nbtrack-${request.header.msg_id}`;
    this.#finishing = Promise.withResolvers();
    this.finished = this.#finishing.promise;
    this.finished.catch(() => {}); // whoever executes awaits it; nobody does any more when sending has failed
  }

  /** The outputs so far. */
  get outputs(): Output[] {
    return this.#list.outputs;
  }

  /** Takes in what the kernel publishes: from a cell's start to the next one's, all of it is the cell's. */
  publish(message: Message): void {
    const { msg_type } = message.header;
    if (this.#reply !== null && !this.#complete) this.#waitForSilence();
    switch (msg_type) {
      case "execute_input":
        if (this.#isOwn(message)) this.#inputs++;
        return;
      case "status":
        return this.#status(message);
      case "update_display_data":
        if (displayIdOf(message) === this.#marker) return this.#done();
        if (this.#options.displays.update(message)) this.#changed();
        return;
      case "error":
        // The marker's request failed: a notebook may have changed what it calls.
        if (this.#inputs > 1) return this.#lose();
        break;
      case "execute_result":
        this.#valued = true;
    }
    if (this.#list.apply(message) !== null) this.#changed();
  }

  /** Takes in a reply: the first is the cell's, the second the marker's. */
  reply(message: Message): void {
    if (this.#reply !== null) {
      if (message.content["status"] !== "ok") this.#lose();
      return;
    }
    this.#reply = message;
    this.#waitForSilence();
    this.#proceed();
  }

  /** Ends it: the kernel has gone. */
  fail(error: Error): void {
    clearTimeout(this.#timer);
    this.#finishing.reject(error);
  }

  /** What became of the cell, once it has finished. */
  async result(): Promise<ExecuteReply> {
    const reply = this.#reply as Message;
    const { status, execution_count } = reply.content;
    const result: ExecuteReply = {
      status: status === "ok" || status === "error" ? status : "aborted",
      execution_count: typeof execution_count === "number"
        ? execution_count
        : null,
      outputs: this.#list.outputs,
      ename: null,
      evalue: null,
      traceback: [],
      start_time: this.#start ?? timeOf(reply),
      end_time: this.#end ?? timeOf(reply),
      msg_id: reply.parent_header.msg_id ?? "",
      interrupted: this.interruption !== null && status !== "ok",
      timedOut: typeof this.interruption === "object" &&
        this.interruption !== null && status !== "ok",
    };
    if (status !== "error") return result;
    let error = this.#list.outputs.findLast((o) => o.output_type === "error");
    if (error === undefined) {
      const failure = await this.#failure(reply);
      const traceback = [`${failure.ename}: ${failure.evalue}`];
      error = { output_type: "error", ...failure, traceback };
      this.#list.add(error);
    }
    const { ename, evalue, traceback } = error;
    return { ...result, ename, evalue, traceback };
  }

  /** Why it failed although nothing was published about that. */
  async #failure(reply: Message): Promise<Failure> {
    if (this.interruption === "asked") {
      return { ename: "InterruptError", evalue: "The cell was interrupted" };
    }
    if (this.interruption !== null) {
      const seconds = this.interruption.timeout_ms / 1000;
      return {
        ename: "TimeoutError",
        evalue: `The cell took longer than ${seconds} s and was interrupted`,
      };
    }
    const ename = String(reply.content["ename"] ?? "Error");
    const evalue = String(reply.content["evalue"] ?? "");
    return evalue === "" || evalue === SILENT_EVALUE
      ? await explainSilentFailure(this.#code, this.#options.denoPath)
      : { ename, evalue };
  }

  #status(message: Message): void {
    const state = message.content["execution_state"];
    if (!this.#isOwn(message)) return;
    if (state === "busy") this.#start ??= timeOf(message);
    if (state !== "idle") return;
    this.#end ??= timeOf(message);
    this.#proceed();
  }

  /** Once the cell is done: asks for the marker unless its value has come, as it mostly has by now. */
  #proceed(): void {
    if (this.#reply === null || this.#end === null || this.#markerSent) return;
    if (this.#valued) return this.#done();
    this.#markerSent = true;
    this.#options.sendMarker({
      ...this.#request,
      content: silently(
        `void globalThis.Deno.jupyter.broadcast("update_display_data", { data: {}, metadata: {}, transient: { display_id: "${this.#marker}" } })`,
      ),
    });
  }

  #isOwn(message: Message): boolean {
    return message.parent_header.msg_id === this.#request.header.msg_id;
  }

  #changed(): void {
    this.#options.onOutput?.(this.#list.outputs);
  }

  #lose(): void {
    this.#markerLost = true;
    if (!this.#complete) this.#waitForSilence();
  }

  #waitForSilence(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => this.#done(),
      this.#markerLost ? SHORT_SILENCE_MS : SILENCE_MS,
    );
  }

  #done(): void {
    this.#complete = true;
    clearTimeout(this.#timer);
    this.#finishing.resolve();
  }
}
