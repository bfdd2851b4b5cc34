/**
 * The tracked kernel: Deno's own kernel, with a relay in front of it that sees every cell and every reply, and a
 * recorder beside it from its start.
 *
 * @module
 */
import type { ConnectionInfo } from "../jupyter/connection.ts";
import { KernelProcess } from "../jupyter/kernel_process.ts";
import { explainSilentFailure } from "../jupyter/silent_failure.ts";
import { encodeMessage, newMessage } from "../jupyter/wire.ts";
import { EXIT_HOOK } from "../base/exit_hook.ts";
import { fetchHookCode } from "../base/fetch_hook.ts";
import { RANDOM_HOOK } from "../base/random_hook.ts";
import { CWD_HOOK } from "../recorder/data/audit_log.ts";
import { Line, type LineOptions } from "./line.ts";
import { peek, type Peeked } from "./peek.ts";
import { cellEnd, type Observer } from "./observer.ts";
import { OwnLine, parseHeader } from "./own_line.ts";
import { watchPrompts } from "./prompts.ts";
import type { Subscription } from "./turn.ts";
import { Turns } from "./turns.ts";

/** How long the kernel may live on after its front end asked it to shut down, milliseconds. */
const SHUTDOWN_MS = 3000;

/** What a tracked kernel is started with. */
export interface TrackedKernelOptions {
  /** Where the front end expects the kernel. */
  frontEnd: ConnectionInfo;
  cwd: string;
  env?: Record<string, string>;
  observer: Observer;
  /** Called with what went wrong beside the notebook. */
  onTrouble: (what: string, error: unknown) => void;
}

/** Deno's kernel behind a relay. */
export class TrackedKernel {
  readonly #options: TrackedKernelOptions;
  readonly #process: KernelProcess;
  readonly #ended = new AbortController();
  readonly #listeners: Deno.TcpListener[] = [];
  readonly #session = crypto.randomUUID();
  readonly #turns: Turns;
  readonly #ready: Promise<void>;
  #own: OwnLine | null = null;

  private constructor(options: TrackedKernelOptions, process: KernelProcess) {
    this.#options = options;
    this.#process = process;
    this.#turns = new Turns({
      sendAgain: async (header, content) =>
        await this.#own?.sendAgain(header, content),
      explain: (code) => explainSilentFailure(code),
      onEnd: (cell) => options.observer.onCell(cellEnd(cell)),
    });
    this.#ready = this.#connect();
    this.#ready.catch((error) => {
      if (!this.#ended.signal.aborted) options.onTrouble("connect", error);
    });
    process.exited.then(() => this.#close());
  }

  /**
   * Starts Deno's kernel and listens for the front end.
   *
   * @throws {KernelStartError} when the kernel cannot be started
   * @throws {Deno.errors.AddrInUse} when another process listens on the front end's ports
   */
  static async start(options: TrackedKernelOptions): Promise<TrackedKernel> {
    const { frontEnd, cwd, env, observer } = options;
    const process = await KernelProcess.spawn({
      cwd,
      env,
      key: frontEnd.key,
      killOnExit: true,
    });
    observer.onStart(process);
    const kernel = new TrackedKernel(options, process);
    try {
      kernel.#listen();
    } catch (error) {
      process.kill();
      throw error;
    }
    return kernel;
  }

  /** Resolves when Deno's kernel has ended. */
  get exited(): Promise<Deno.CommandStatus> {
    return this.#process.exited;
  }

  /** Whether Deno's kernel ended at its start, because another process listens on one of its ports. */
  get portsTaken(): boolean {
    return this.#own === null && this.#process.portsTaken;
  }

  /** Ends Deno's kernel by force. */
  kill(): void {
    this.#process.kill();
  }

  #listen(): void {
    this.#serve("shell_port", () => ({
      fromFrontEnd: (parts, pass) => this.#fromShell(peek(parts), pass),
      fromKernel: async (parts, pass) => {
        const message = peek(parts);
        if (message === null || !this.#turns.reply(message, pass)) await pass();
      },
    }));
    this.#serve("control_port", () => ({
      fromFrontEnd: (parts, pass) => this.#fromControl(peek(parts), pass),
    }));
    const { observer } = this.#options;
    this.#serve(
      "stdin_port",
      () => watchPrompts((secrets) => observer.onSecrets(secrets)),
    );
    this.#serve("hb_port", () => ({}));
    this.#accept(
      this.#options.frontEnd.iopub_port,
      (socket) => this.#subscribe(socket),
    );
  }

  #serve(
    port: "shell_port" | "control_port" | "stdin_port" | "hb_port",
    takes: () => Pick<LineOptions, "fromFrontEnd" | "fromKernel">,
  ): void {
    this.#accept(this.#options.frontEnd[port], async (socket) => {
      // A cell is not executed before what prepares the kernel.
      if (port === "shell_port") {
        await this.#ready.catch((error) => {
          socket.close(); // the front end connects again, to the kernel that follows
          throw error;
        });
      }
      const line = await Line.open(socket, {
        kernel: this.#kernelAt(port),
        signal: this.#ended.signal,
        ...takes(),
      });
      await line.closed;
    });
  }

  async #subscribe(socket: Deno.TcpConn): Promise<void> {
    const line: Promise<Line> = Line.open(socket, {
      kernel: this.#kernelAt("iopub_port"),
      signal: this.#ended.signal,
      fromKernel: async (parts, pass) => {
        const message = peek(parts);
        if (message === null) return await pass();
        // What prepares the kernel, and the marker's replies, are nobody's.
        if (this.#isOwn(message)) return;
        await this.#turns.publish(subscription, message, pass);
      },
    });
    const subscription: Subscription = {
      publish: async (msg_type, content, parent) => {
        const message = {
          ...newMessage(msg_type, content, this.#session),
          parent_header: parseHeader(parent),
        };
        const parts = encodeMessage(this.#options.frontEnd.key, message);
        await (await line).inject(parts);
      },
    };
    this.#turns.subscribe(subscription);
    try {
      await (await line).closed;
    } finally {
      this.#turns.unsubscribe(subscription);
    }
  }

  /** Accepts connections until the kernel ends; what goes wrong on one ends that one. */
  async #accept(
    port: number,
    serve: (socket: Deno.TcpConn) => Promise<void>,
  ): Promise<void> {
    const { frontEnd: { ip: hostname }, onTrouble } = this.#options;
    const listener = Deno.listen({ hostname, port });
    this.#listeners.push(listener);
    for await (const socket of listener) {
      serve(socket).catch((error) => {
        if (!this.#ended.signal.aborted) onTrouble("connection", error);
      });
    }
  }

  async #fromShell(
    message: Peeked | null,
    pass: () => Promise<void>,
  ): Promise<void> {
    if (message?.msg_type !== "execute_request") return await pass();
    await this.#turns.request(message, pass);
  }

  async #fromControl(
    message: Peeked | null,
    pass: () => Promise<void>,
  ): Promise<void> {
    switch (message?.msg_type) {
      case "interrupt_request":
        this.#turns.interrupt();
        break;
      case "shutdown_request":
        await this.#shutdown();
    }
    await pass();
  }

  async #shutdown(): Promise<void> {
    const timer = setTimeout(() => this.kill(), SHUTDOWN_MS);
    this.exited.then(() => clearTimeout(timer));
    if (!this.#turns.busy) await this.#options.observer.onShutdown();
  }

  /** Connects for ourselves, and prepares the kernel. */
  async #connect(): Promise<void> {
    const { frontEnd: { key }, observer, onTrouble } = this.#options;
    this.#own = await OwnLine.open(
      `${RANDOM_HOOK}\n${EXIT_HOOK}\n${CWD_HOOK}\n${fetchHookCode()}`,
      {
        ...this.#kernelAt("shell_port"),
        key,
        session: this.#session,
        signal: this.#ended.signal,
        onAnswer: (msg_id, ok) => this.#turns.markerAnswered(msg_id, ok),
        onTrouble: (error) => onTrouble("own line", error),
      },
    );
    await observer.onReady();
  }

  #isOwn(message: Peeked): boolean {
    return message.parent_session === this.#session;
  }

  #kernelAt(port: keyof ConnectionInfo): { host: string; port: number } {
    const { connection } = this.#process;
    return { host: connection.ip, port: Number(connection[port]) };
  }

  #close(): void {
    this.#ended.abort("the kernel has ended");
    this.#turns.end();
    this.#own?.close();
    for (const listener of this.#listeners) listener.close();
  }
}
