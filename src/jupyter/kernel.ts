/**
 * Running Deno's kernel without a front end: start, execute cells one after the other, interrupt, shut down.
 *
 * @module
 */
import { messageOf } from "../base/errors.ts";
import { type ConnectionInfo, writeConnectionFile } from "./connection.ts";
import { KernelDiedError, KernelStartError } from "./kernel_errors.ts";
import {
  displayedIn,
  displayIdOf,
  type Output,
  OutputList,
} from "./outputs.ts";
import {
  decodeMessage,
  encodeMessage,
  type Message,
  newMessage,
} from "./wire.ts";
import { ZmtpSocket } from "./zmtp.ts";

export {
  isKernelDiedError,
  KernelDiedError,
  KernelStartError,
} from "./kernel_errors.ts";

/** How long a kernel may take to start, milliseconds. */
const START_TIMEOUT_MS = 30_000;
/** How long an interrupted cell may take to stop before the kernel is killed, milliseconds. */
const INTERRUPT_GRACE_MS = 5000;
/** How long a kernel may take to shut down, milliseconds. */
const SHUTDOWN_GRACE_MS = 3000;
/** How long outputs may take to arrive behind a cell that is done, milliseconds. */
const BARRIER_TIMEOUT_MS = 5000;
/** The last of the kernel's standard error is kept, characters. */
const STDERR_TAIL = 4000;

/** How to start a kernel. */
export interface StartKernelOptions {
  /** The kernel's working directory. */
  cwd: string;
  /** Added to this process's environment. */
  env?: Record<string, string>;
  /** The Deno that serves the kernel. @default {Deno.execPath()} */
  denoPath?: string;
  /** How long it may take to start, milliseconds. @default {30000} */
  timeout_ms?: number;
  /** Ends the kernel. */
  signal?: AbortSignal;
}

/** How to execute a cell. */
export interface ExecuteOptions {
  /** How long it may take, milliseconds; then it is interrupted. @default {no limit} */
  timeout_ms?: number;
  /** Interrupts the cell. */
  signal?: AbortSignal;
  /** Told each time the outputs change. */
  onOutput?: (outputs: readonly Output[]) => void;
}

/** What became of a cell. */
export interface ExecuteReply {
  status: "ok" | "error" | "aborted";
  execution_count: number | null;
  /** All outputs, those that came after the cell was done included. */
  outputs: Output[];
  ename: string | null;
  evalue: string | null;
  traceback: string[];
  /** Milliseconds since 1970. */
  start_time: number;
  /** Milliseconds since 1970. */
  end_time: number;
  msg_id: string;
  /** Whether it was interrupted because it took too long. */
  timedOut: boolean;
}

/** A cell that is being executed. */
interface Execution {
  msg_id: string;
  list: OutputList;
  onOutput: ((outputs: readonly Output[]) => void) | undefined;
  count: number | null;
  reply: (message: Message) => void;
  idle: () => void;
}

/** A running kernel. */
export class Kernel {
  /** The kernel's process. */
  readonly pid: number;
  /** Where it listens. */
  readonly connection: ConnectionInfo;
  /** Its connection file. */
  readonly connectionFile: string;
  /** Settles when the process has ended. */
  readonly exited: Promise<Deno.CommandStatus>;
  readonly #child: Deno.ChildProcess;
  readonly #folder: string;
  readonly #shell: ZmtpSocket;
  readonly #control: ZmtpSocket;
  readonly #iopub: ZmtpSocket;
  readonly #session: string;
  readonly #stderr: () => string;
  readonly #replies = new Map<string, (message: Message) => void>();
  readonly #markers = new Map<string, () => void>();
  readonly #displays = new Map<string, Output>();
  #current: Execution | null = null;
  #status: Deno.CommandStatus | null = null;
  #died: (error: Error) => void = () => {};

  private constructor(parts: {
    child: Deno.ChildProcess;
    connection: ConnectionInfo;
    folder: string;
    sockets: [ZmtpSocket, ZmtpSocket, ZmtpSocket];
    session: string;
    stderr: () => string;
  }) {
    this.#child = parts.child;
    this.pid = parts.child.pid;
    this.connection = parts.connection;
    this.connectionFile = `${parts.folder}/connection.json`;
    this.#folder = parts.folder;
    [this.#shell, this.#control, this.#iopub] = parts.sockets;
    this.#session = parts.session;
    this.#stderr = parts.stderr;
    this.exited = this.#child.status.then((status) => this.#ended(status));
    this.#follow(this.#shell, (m) => this.#reply(m));
    this.#follow(this.#control, (m) => this.#reply(m));
    this.#follow(this.#iopub, (m) => this.#publish(m));
  }

  /** Starts a kernel; see {@linkcode startKernel}. */
  static async start(options: StartKernelOptions): Promise<Kernel> {
    const folder = await Deno.makeTempDir({ prefix: "nbtrack-kernel-" });
    const file = `${folder}/connection.json`;
    const connection = writeConnectionFile(file);
    let child: Deno.ChildProcess;
    try {
      child = new Deno.Command(options.denoPath ?? Deno.execPath(), {
        args: ["jupyter", "--kernel", "--conn", file],
        cwd: options.cwd,
        env: options.env ?? {},
        stdin: "null",
        stdout: "null",
        stderr: "piped",
      }).spawn();
    } catch (cause) {
      await Deno.remove(folder, { recursive: true });
      throw new KernelStartError(
        `Cannot start a Deno kernel: ${messageOf(cause)}`,
        {
          cause,
          hint: "Is Deno installed, with its Jupyter kernel?",
        },
      );
    }
    const stderr = tail(child.stderr);
    const started = new AbortController();
    const timer = setTimeout(
      () => started.abort(),
      options.timeout_ms ?? START_TIMEOUT_MS,
    );
    const stop = () => started.abort();
    options.signal?.addEventListener("abort", stop, { once: true });
    let early: Deno.CommandStatus | null = null;
    child.status.then((status) => {
      early = status;
      started.abort();
    });
    try {
      const session = crypto.randomUUID();
      const connect = (type: "SUB" | "DEALER", port: number) =>
        ZmtpSocket.connect({
          host: connection.ip,
          port,
          type,
          signal: started.signal,
          ...(type === "DEALER" ? { identity: session } : {}),
        });
      const sockets = await Promise.all([
        connect("DEALER", connection.shell_port),
        connect("DEALER", connection.control_port),
        connect("SUB", connection.iopub_port),
      ]);
      const kernel = new Kernel({
        child,
        connection,
        folder,
        sockets,
        session,
        stderr,
      });
      await kernel.#ask(
        kernel.#shell,
        "kernel_info_request",
        {},
        started.signal,
      );
      return kernel;
    } catch (cause) {
      if (early === null) child.kill("SIGKILL");
      const status = await child.status;
      await Deno.remove(folder, { recursive: true });
      const why = early === null
        ? "it did not answer in time"
        : `it ended with code ${status.code}`;
      throw new KernelStartError(
        `Cannot start a Deno kernel in ${options.cwd}: ${why}. ${stderr()}`
          .trim(),
        { cause, hint: "`deno jupyter` tells whether the kernel works." },
      );
    } finally {
      clearTimeout(timer);
      options.signal?.removeEventListener("abort", stop);
    }
  }

  /**
   * Executes a cell and waits until all its outputs are there.
   *
   * @throws {KernelDiedError} when the kernel ends meanwhile
   */
  async execute(
    code: string,
    options: ExecuteOptions = {},
  ): Promise<ExecuteReply> {
    if (this.#status !== null) throw this.#deathOf(this.#status);
    const request = newMessage("execute_request", {
      code,
      silent: false,
      store_history: true,
      user_expressions: {},
      allow_stdin: false,
      stop_on_error: true,
    }, this.#session);
    const start_time = Date.now();
    const msg_id = request.header.msg_id;
    const { list, done, died } = this.#expect(msg_id, options.onOutput);
    let timedOut = false;
    let killer: ReturnType<typeof setTimeout> | undefined;
    const stop = () => {
      this.interrupt();
      killer = setTimeout(() => this.kill(), INTERRUPT_GRACE_MS);
    };
    const timer = options.timeout_ms === undefined
      ? undefined
      : setTimeout(() => {
        timedOut = true;
        stop();
      }, options.timeout_ms);
    options.signal?.addEventListener("abort", stop, { once: true });
    try {
      await this.#shell.send(encodeMessage(this.connection.key, request));
      const reply = await Promise.race([done, died]);
      const end_time = Date.now();
      await Promise.race([this.#barrier(), died]);
      return this.#result(reply, list, {
        start_time,
        end_time,
        msg_id,
        timedOut,
      });
    } finally {
      clearTimeout(timer);
      clearTimeout(killer);
      options.signal?.removeEventListener("abort", stop);
      this.#current = null;
    }
  }

  /** Interrupts the cell that is being executed. */
  interrupt(): Promise<void> {
    return this.#control.send(
      encodeMessage(
        this.connection.key,
        newMessage("interrupt_request", {}, this.#session),
      ),
    );
  }

  /** Shuts the kernel down, by force when it does not end by itself. */
  async shutdown(): Promise<Deno.CommandStatus> {
    if (this.#status === null) {
      const request = newMessage(
        "shutdown_request",
        { restart: false },
        this.#session,
      );
      const killer = setTimeout(() => this.kill(), SHUTDOWN_GRACE_MS);
      try {
        await this.#control.send(encodeMessage(this.connection.key, request));
      } catch {
        this.kill(); // it no longer reads: by force then
      }
      await this.exited;
      clearTimeout(killer);
    }
    return await this.exited;
  }

  /** Ends the kernel by force. */
  kill(): void {
    if (this.#status !== null) return;
    try {
      this.#child.kill("SIGKILL");
    } catch (error) {
      // It ended in this moment: what was wanted has happened.
      if (
        !(error instanceof TypeError || error instanceof Deno.errors.NotFound)
      ) throw error;
    }
  }

  /** Shuts the kernel down. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown();
  }

  #expect(msg_id: string, onOutput: ExecuteOptions["onOutput"]) {
    const list = new OutputList();
    const reply = Promise.withResolvers<Message>();
    const idle = Promise.withResolvers<void>();
    const death = Promise.withResolvers<never>();
    death.promise.catch(() => {}); // told through the race below, or to nobody when the cell is done
    this.#died = death.reject;
    this.#current = {
      msg_id,
      list,
      onOutput,
      count: null,
      reply: reply.resolve,
      idle: idle.resolve,
    };
    this.#replies.set(msg_id, reply.resolve);
    const done = Promise.all([reply.promise, idle.promise]).then(([message]) =>
      message
    );
    return { list, done, died: death.promise };
  }

  #result(
    reply: Message,
    list: OutputList,
    rest: Pick<ExecuteReply, "start_time" | "end_time" | "msg_id" | "timedOut">,
  ): ExecuteReply {
    const { content } = reply;
    const told = list.outputs.find((o) => o.output_type === "error");
    const failed = content["status"] === "error" || told !== undefined;
    const count = content["execution_count"];
    const result: ExecuteReply = {
      ...rest,
      status: failed ? "error" : content["status"] === "ok" ? "ok" : "aborted",
      execution_count: typeof count === "number" ? count : null,
      outputs: list.outputs,
      ename: null,
      evalue: null,
      traceback: [],
    };
    if (!failed) return result;
    const error = told ?? {
      output_type: "error" as const,
      ...(rest.timedOut
        ? {
          ename: "TimeoutError",
          evalue: "The cell took too long and was interrupted",
        }
        : silentFailure(content)),
      traceback: [],
    };
    // Some failures publish nothing: a syntax error must be seen as one all the same.
    if (told === undefined) {
      error.traceback = [`${error.ename}: ${error.evalue}`];
      list.add(error);
    }
    return {
      ...result,
      ename: error.ename,
      evalue: error.evalue,
      traceback: error.traceback,
    };
  }

  /**
   * Waits until everything published so far has arrived. Deno publishes a cell's outputs after the reply and the
   * idle status, in order, so a marker sent through the same channel arrives last.
   */
  async #barrier(): Promise<void> {
    const marker = `nbtrack-barrier-${crypto.randomUUID()}`;
    const seen = new Promise<void>((resolve) =>
      this.#markers.set(marker, resolve)
    );
    const request = newMessage("execute_request", {
      code:
        `await Deno.jupyter.broadcast("update_display_data", { data: {}, metadata: {}, transient: { display_id: "${marker}" } });`,
      silent: true,
      store_history: false,
      user_expressions: {},
      allow_stdin: false,
      stop_on_error: false,
    }, this.#session);
    await this.#shell.send(encodeMessage(this.connection.key, request));
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<void>((resolve) =>
      timer = setTimeout(resolve, BARRIER_TIMEOUT_MS)
    );
    await Promise.race([seen, late]);
    clearTimeout(timer);
    this.#markers.delete(marker);
  }

  #publish(message: Message): void {
    const { msg_type } = message.header;
    if (msg_type === "update_display_data") {
      const transient = message.content["transient"] as
        | { display_id?: string }
        | undefined;
      const marker = this.#markers.get(transient?.display_id ?? "");
      if (marker !== undefined) return marker();
    }
    const current = this.#current;
    if (current === null) return;
    // While one cell runs, all that is published is its own: the parent may already be the barrier's.
    if (msg_type === "status") {
      if (
        message.content["execution_state"] === "idle" &&
        message.parent_header.msg_id === current.msg_id
      ) current.idle();
      return;
    }
    const id = displayIdOf(message);
    if (msg_type === "update_display_data") {
      // The display may be an earlier cell's: its output is changed where it lies.
      const shown = this.#displays.get(id ?? "");
      if (shown !== undefined) Object.assign(shown, displayedIn(message));
    } else if (current.list.apply(message) === null) return;
    else if (id !== null) {
      this.#displays.set(id, current.list.outputs.at(-1) as Output);
    }
    current.onOutput?.(current.list.outputs);
  }

  #reply(message: Message): void {
    const id = message.parent_header.msg_id ?? "";
    this.#replies.get(id)?.(message);
    this.#replies.delete(id);
  }

  async #ask(
    socket: ZmtpSocket,
    type: string,
    content: Record<string, unknown>,
    signal: AbortSignal,
  ): Promise<Message> {
    const request = newMessage(type, content, this.#session);
    const reply = new Promise<Message>((resolve, reject) => {
      this.#replies.set(request.header.msg_id, resolve);
      signal.addEventListener("abort", () => reject(signal.reason), {
        once: true,
      });
    });
    await socket.send(encodeMessage(this.connection.key, request));
    return await reply;
  }

  async #follow(
    socket: ZmtpSocket,
    take: (message: Message) => void,
  ): Promise<void> {
    try {
      for await (const parts of socket) {
        take(decodeMessage(this.connection.key, parts));
      }
    } catch (error) {
      // A kernel that was killed breaks off in the middle; one that lives and does so is of no more use.
      if (this.#status === null) this.#died(error as Error);
    }
  }

  async #ended(status: Deno.CommandStatus): Promise<Deno.CommandStatus> {
    this.#status = status;
    this.#died(this.#deathOf(status));
    for (const socket of [this.#shell, this.#control, this.#iopub]) {
      socket.close();
    }
    await Deno.remove(this.#folder, { recursive: true });
    return status;
  }

  #deathOf(status: Deno.CommandStatus): KernelDiedError {
    const how = status.signal === null
      ? `with code ${status.code}`
      : `by ${status.signal}`;
    return new KernelDiedError(
      `The kernel ended ${how}. ${this.#stderr()}`.trim(),
      {
        code: status.code,
        signal: status.signal,
      },
    );
  }
}

/**
 * Starts a Deno kernel and waits until it answers.
 *
 * @throws {KernelStartError} when it cannot be started or ends at once
 */
export function startKernel(options: StartKernelOptions): Promise<Kernel> {
  return Kernel.start(options);
}

function silentFailure(
  content: Record<string, unknown>,
): { ename: string; evalue: string } {
  const evalue = String(content["evalue"] ?? "");
  return evalue === "" || evalue === "Execution failed"
    ? {
      ename: "Error",
      evalue:
        "The cell was not executed: its syntax is wrong, or a package it imports cannot be resolved",
    }
    : { ename: String(content["ename"] ?? "Error"), evalue };
}

/** Reads a stream to its end and keeps the last of it. */
function tail(stream: ReadableStream<Uint8Array>): () => string {
  let text = "";
  (async () => {
    for await (const part of stream.pipeThrough(new TextDecoderStream())) {
      text = (text + part).slice(-STDERR_TAIL);
    }
  })();
  return () => text.trim();
}
