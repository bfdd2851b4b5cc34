/**
 * A running kernel: cells are executed one after the other, whatever becomes of them is reported.
 *
 * @module
 */
import type { ConnectionInfo } from "./connection.ts";
import {
  type ExecuteReply,
  notExecuted,
  silently,
  visibly,
} from "./execute.ts";
import { CellExecution } from "./execution.ts";
import { KernelClient } from "./kernel_client.ts";
import { isKernelDiedError, KernelDiedError } from "./kernel_errors.ts";
import type { KernelProcess } from "./kernel_process.ts";
import type { Output } from "../notebook/outputs.ts";
import { Displays } from "./outputs.ts";
import type { Message } from "./wire.ts";

const INTERRUPT_GRACE_MS = 5000;
/** The same where a signal ends all of it: whoever sent it waits, and what cells logged survives a kill. */
const END_GRACE_MS = 500;
/** How long a kernel may take to shut down, milliseconds. */
const SHUTDOWN_GRACE_MS = 3000;
/** How long a kernel may live on after it has closed its connections, milliseconds. */
const CLOSED_GRACE_MS = 2000;

/** How to execute a cell. */
export interface ExecuteOptions {
  /** How long it may take, milliseconds; then it is interrupted. @default {no limit} */
  timeout_ms?: number;
  /** How long an interrupted cell may take to stop before the kernel is killed, milliseconds. @default {5000} */
  grace_ms?: number;
  /** Interrupts the cell; a cell that has not been started is not executed. */
  signal?: AbortSignal;
  /** Counts no execution and shows no value. @default {false} */
  silent?: boolean;
  /** Called each time the outputs change. */
  onOutput?: (outputs: readonly Output[]) => void;
}

/** How to shut a kernel down. */
export interface ShutdownOptions {
  /**
   * Ends it as soon as it has agreed, not after the tenth of a second that it waits by itself. What cells have left
   * running in the background ends then. @default {false}
   */
  prompt?: boolean;
}

/** What a kernel's handle needs to know. */
export interface KernelOptions {
  /** The Deno that serves the kernel. @default {Deno.execPath()} */
  denoPath?: string | undefined;
  /** Called with every message the kernel publishes on IOPub. */
  onMessage?: ((message: Message) => void) | undefined;
}

/** A running kernel; made by {@linkcode startKernel}. */
export class Kernel {
  readonly #process: KernelProcess;
  readonly #denoPath: string | undefined;
  readonly #displays = new Displays();
  readonly #onMessage: ((message: Message) => void) | undefined;
  #client: KernelClient | null = null;
  #last: CellExecution | null = null;
  #turn: Promise<unknown> = Promise.resolve();
  #killedLate = false;

  /** @param process A kernel's process that nobody else uses. */
  constructor(process: KernelProcess, options: KernelOptions) {
    this.#process = process;
    this.#denoPath = options.denoPath;
    this.#onMessage = options.onMessage;
    this.#process.exited.then((status) => {
      this.#last?.fail(this.#deathOf(status));
      this.#client?.close();
    });
  }

  /** The kernel's process id. */
  get pid(): number {
    return this.#process.pid;
  }

  /** The addresses it listens on. */
  get connection(): ConnectionInfo {
    return this.#process.connection;
  }

  /** The last of what it wrote to its standard error. */
  get stderr(): string {
    return this.#process.stderr;
  }

  /** Its connection file, removed when it ends. */
  get connectionFile(): string {
    return this.#process.connectionFile;
  }

  /** Resolves when the process has ended and nothing of it is left. */
  get exited(): Promise<Deno.CommandStatus> {
    return this.#process.exited;
  }

  /** Connects to the process; called once, by {@linkcode startKernel}. */
  async connect(signal: AbortSignal): Promise<void> {
    this.#client = await KernelClient.connect(this.connection, {
      signal,
      onPublish: (message) => {
        this.#onMessage?.(message);
        this.#last?.publish(message);
      },
      onClosed: () => {
        const timer = setTimeout(() => this.kill(), CLOSED_GRACE_MS);
        this.exited.then(() => clearTimeout(timer));
      },
    });
  }

  /**
   * Executes a cell and waits until all its outputs are there. Cells are executed one after the other.
   *
   * @throws {KernelDiedError} when the kernel has ended, or ends meanwhile
   */
  execute(code: string, options: ExecuteOptions = {}): Promise<ExecuteReply> {
    const mine = this.#turn.then(() => this.#execute(code, options));
    this.#turn = mine.catch(() => {}); // reported to whoever asked for that cell
    return mine;
  }

  /** Interrupts the cell that is being executed. */
  async interrupt(): Promise<void> {
    if (this.#last !== null) this.#last.interruption ??= "asked";
    const client = this.#client;
    if (client === null || this.#process.status !== null) return;
    try {
      await client.sendControl(client.request("interrupt_request", {}));
    } catch (cause) {
      const status = await this.exited;
      throw this.#deathOf(status, cause);
    }
  }

  /** Shuts the kernel down, by force when it does not end by itself. */
  async shutdown(options: ShutdownOptions = {}): Promise<Deno.CommandStatus> {
    const client = this.#client;
    if (this.#process.status === null && client !== null) {
      const timer = setTimeout(() => this.kill(), SHUTDOWN_GRACE_MS);
      const request = client.request("shutdown_request", { restart: false });
      if (options.prompt === true) {
        client.onReply(request.header.msg_id, () => this.kill());
      }
      try {
        await client.sendControl(request);
      } catch {
        this.kill(); // it no longer reads: by force then
      }
      await this.exited;
      clearTimeout(timer);
    }
    return await this.exited;
  }

  /** Ends the kernel by force. */
  kill(): void {
    this.#process.kill();
  }

  /** Shuts the kernel down. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown();
  }

  async #execute(code: string, options: ExecuteOptions): Promise<ExecuteReply> {
    const client = this.#client;
    if (this.#process.status !== null || client === null) {
      throw this.#deathOf(await this.exited);
    }
    const request = client.request(
      "execute_request",
      options.silent === true ? silently(code) : visibly(code),
    );
    const { msg_id } = request.header;
    if (options.signal?.aborted) return notExecuted(msg_id);
    const cell = new CellExecution(code, request, {
      displays: this.#displays,
      denoPath: this.#denoPath,
      onOutput: options.onOutput,
      sendMarker: (marker) =>
        client.sendSecond(marker).catch((cause) => cell.fail(cause)),
    });
    this.#last = cell;
    client.onReply(msg_id, (reply) => cell.reply(reply));
    const relax = this.#limit(cell, options);
    try {
      await client.send(request);
      await cell.finished;
    } catch (cause) {
      if (isKernelDiedError(cause)) throw cause;
      throw this.#deathOf(await this.exited, cause);
    } finally {
      relax();
      client.forget(msg_id);
    }
    return await cell.result();
  }

  /** Stops the cell when its time is over or its signal says so; returns what ends the watch. */
  #limit(cell: CellExecution, options: ExecuteOptions): () => void {
    const { timeout_ms, signal, grace_ms = INTERRUPT_GRACE_MS } = options;
    let killer: ReturnType<typeof setTimeout> | undefined;
    const stop = (grace_ms: number) => {
      clearTimeout(killer);
      killer = setTimeout(() => {
        this.#killedLate = true;
        this.kill();
      }, grace_ms);
      this.interrupt().catch(() => this.kill());
    };
    const timer = timeout_ms === undefined ? undefined : setTimeout(() => {
      cell.interruption ??= { timeout_ms };
      stop(grace_ms);
    }, timeout_ms);
    const end = () => stop(Math.min(grace_ms, END_GRACE_MS));
    signal?.addEventListener("abort", end, { once: true });
    return () => {
      clearTimeout(timer);
      clearTimeout(killer);
      signal?.removeEventListener("abort", end);
    };
  }

  #deathOf(status: Deno.CommandStatus, cause?: unknown): KernelDiedError {
    const how = status.signal === null
      ? `ended with code ${status.code}`
      : `was ended by ${status.signal}`;
    const limit = this.#last?.interruption;
    const late = typeof limit === "object" && limit !== null
      ? `took longer than ${limit.timeout_ms / 1000} s and `
      : "";
    const why = this.#killedLate
      ? ` because a cell ${late}did not stop when it was interrupted`
      : "";
    return new KernelDiedError(
      `The kernel ${how}${why}. ${this.#process.stderr}`.trim(),
      {
        exitCode: status.code,
        signal: status.signal,
        outputs: this.#last?.outputs ?? [],
        timedOut: this.#killedLate && this.#last?.interruption !== "asked",
        cause,
        hint: this.#killedLate
          ? "Give the cell more time; Deno's kernel cannot interrupt one that awaits."
          : "A cell that calls Deno.exit() or runs out of memory ends the kernel.",
      },
    );
  }
}
