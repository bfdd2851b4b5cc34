/**
 * A kernel as a front end has it: a cell's outputs are what has come until its reply and `idle`, nothing is asked of the
 * kernel besides, and nobody listens afterwards.
 *
 * @module
 */
import type {
  ExecuteOptions,
  ExecuteReply,
  Kernel,
} from "../src/jupyter/kernel.ts";
import { KernelDiedError } from "../src/jupyter/kernel_errors.ts";
import { visibly } from "../src/jupyter/execute.ts";
import { KernelClient } from "../src/jupyter/kernel_client.ts";
import {
  KernelProcess,
  type KernelProcessOptions,
} from "../src/jupyter/kernel_process.ts";
import { Displays, OutputList } from "../src/jupyter/outputs.ts";
import { type Message, timeOf } from "../src/jupyter/wire.ts";

const START_MS = 60_000;
const START_TRIES = 3;

/** What tests do with a kernel, whichever it is. */
export type TestKernel =
  & Pick<
    Kernel,
    | "pid"
    | "connection"
    | "connectionFile"
    | "stderr"
    | "exited"
    | "interrupt"
    | "kill"
    | "shutdown"
    | typeof Symbol.asyncDispose
  >
  & {
    execute(
      code: string,
      options?: Pick<ExecuteOptions, "silent" | "timeout_ms">,
    ): Promise<ExecuteReply>;
  };

/** How it is started. */
export interface FrontEndKernelOptions extends KernelProcessOptions {
  /** Called with every message that the kernel publishes. */
  onMessage?: ((message: Message) => void) | undefined;
}

/** One cell on its way. */
interface Cell {
  msg_id: string;
  list: OutputList;
  take(message: Message): void;
  fail(error: Error): void;
}

/** A kernel and the front end that has started it. */
export class FrontEndKernel implements TestKernel {
  readonly #process: KernelProcess;
  readonly #client: KernelClient;
  readonly #displays = new Displays();
  readonly #cells: Map<string, Cell>;
  #turn: Promise<unknown> = Promise.resolve();
  #interrupted = false;

  private constructor(
    process: KernelProcess,
    client: KernelClient,
    cells: Map<string, Cell>,
  ) {
    this.#process = process;
    this.#client = client;
    this.#cells = cells;
    process.exited.then(({ code, signal }) => {
      for (const cell of cells.values()) {
        cell.fail(
          new KernelDiedError(`The kernel ended. ${process.stderr}`, {
            exitCode: code,
            signal,
            outputs: cell.list.outputs,
          }),
        );
      }
      client.close();
    });
  }

  /** Starts the program and connects to it; again where another process took one of its ports meanwhile. */
  static async start(options: FrontEndKernelOptions): Promise<FrontEndKernel> {
    for (let tries = 1;; tries++) {
      const process = await KernelProcess.spawn(options);
      try {
        return await FrontEndKernel.#connect(process, options);
      } catch (error) {
        process.kill();
        await process.exited;
        if (tries === START_TRIES) throw error;
      }
    }
  }

  static async #connect(
    process: KernelProcess,
    options: FrontEndKernelOptions,
  ): Promise<FrontEndKernel> {
    const cells = new Map<string, Cell>();
    const client = await KernelClient.connect(process.connection, {
      signal: AbortSignal.timeout(START_MS),
      onPublish(message) {
        options.onMessage?.(message);
        cells.get(message.parent_header.msg_id ?? "")?.take(message);
      },
      onClosed() {},
    });
    return new FrontEndKernel(process, client, cells);
  }

  get pid(): number {
    return this.#process.pid;
  }

  get connection(): Kernel["connection"] {
    return this.#process.connection;
  }

  get connectionFile(): string {
    return this.#process.connectionFile;
  }

  get stderr(): string {
    return this.#process.stderr;
  }

  get exited(): Promise<Deno.CommandStatus> {
    return this.#process.exited;
  }

  execute(
    code: string,
    { silent = false, timeout_ms }: Parameters<TestKernel["execute"]>[1] = {},
  ): Promise<ExecuteReply> {
    const mine = this.#turn.then(async () => {
      // Who waits for it ends it, as a person does: nothing is known of limits behind a front end.
      const timer = timeout_ms === undefined
        ? undefined
        : setTimeout(() => this.interrupt(), timeout_ms);
      try {
        return await this.#execute(code, silent);
      } finally {
        clearTimeout(timer);
      }
    });
    this.#turn = mine.catch(() => {}); // reported to whoever asked for that cell
    return mine;
  }

  async interrupt(): Promise<void> {
    this.#interrupted = true;
    await this.#client.sendControl(
      this.#client.request("interrupt_request", {}),
    );
  }

  async shutdown(): Promise<Deno.CommandStatus> {
    if (this.#process.status === null) {
      await this.#client.sendControl(
        this.#client.request("shutdown_request", { restart: false }),
      ).catch(() => this.kill()); // it no longer reads: by force then
    }
    return await this.exited;
  }

  kill(): void {
    this.#process.kill();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown();
  }

  async #execute(code: string, silent: boolean): Promise<ExecuteReply> {
    const request = this.#client.request(
      "execute_request",
      { ...visibly(code), silent, store_history: !silent },
    );
    const { msg_id } = request.header;
    const list = new OutputList({ displays: this.#displays });
    const idle = Promise.withResolvers<Message>();
    const replied = Promise.withResolvers<Message>();
    let busy: Message | null = null;
    this.#interrupted = false;
    this.#cells.set(msg_id, {
      msg_id,
      list,
      take(message) {
        const { execution_state } = message.content;
        if (message.header.msg_type !== "status") list.apply(message);
        else if (execution_state === "idle") idle.resolve(message);
        else busy ??= message;
      },
      fail: replied.reject,
    });
    this.#client.onReply(msg_id, replied.resolve);
    try {
      if (this.#process.status === null) await this.#client.send(request);
      const [reply, end] = await Promise.race([
        Promise.all([replied.promise, idle.promise]),
        // The kernel may have ended before anybody could say so to this cell.
        this.exited.then(({ code: exitCode, signal }) => {
          throw new KernelDiedError("The kernel has ended.", {
            exitCode,
            signal,
          });
        }),
      ]);
      return replyOf(reply, list, {
        start_time: timeOf(busy ?? reply),
        end_time: timeOf(end),
        interrupted: this.#interrupted,
      });
    } finally {
      this.#cells.delete(msg_id);
      this.#client.forget(msg_id);
    }
  }
}

function replyOf(
  reply: Message,
  { outputs }: OutputList,
  { interrupted, ...times }: {
    start_time: number;
    end_time: number;
    interrupted: boolean;
  },
): ExecuteReply {
  const { status, execution_count } = reply.content;
  const error = outputs.findLast((o) => o.output_type === "error");
  return {
    status: status === "ok" || status === "error" ? status : "aborted",
    execution_count: typeof execution_count === "number"
      ? execution_count
      : null,
    outputs,
    ename: error?.ename ?? null,
    evalue: error?.evalue ?? null,
    traceback: error?.traceback ?? [],
    ...times,
    msg_id: reply.parent_header.msg_id ?? "",
    interrupted: interrupted && status !== "ok",
    timedOut: false,
  };
}
