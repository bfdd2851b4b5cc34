/**
 * A client of a kernel: requests over shell and control, and all it publishes.
 *
 * @module
 */
import type { ConnectionInfo } from "./connection.ts";
import { DELIMITER } from "./delimiter.ts";
import { Subscriber } from "./subscriber.ts";
import {
  decodeMessage,
  encodeMessage,
  isMessageError,
  isSignatureError,
  type Message,
  newMessage,
} from "./wire.ts";
import { ZmtpSocket } from "./zmtp.ts";

/** How to connect. */
export interface KernelClientOptions {
  /** Ends trying. */
  signal: AbortSignal;
  /** Called with every message the kernel publishes. */
  onPublish: (message: Message) => void;
  /** Called when the kernel will publish nothing more. */
  onClosed: () => void;
}

/** How often a kernel is asked again for a sign that the subscription stands, milliseconds. */
const ASK_AGAIN_MS = 50;

/** A connected client. */
export class KernelClient {
  readonly #key: string;
  readonly #session: string;
  readonly #shell: ZmtpSocket;
  readonly #second: ZmtpSocket;
  readonly #control: ZmtpSocket;
  readonly #iopub: Subscriber;
  readonly #replies = new Map<string, (reply: Message) => void>();

  private constructor(parts: {
    key: string;
    session: string;
    sockets: [ZmtpSocket, ZmtpSocket, ZmtpSocket, ZmtpSocket];
    options: Pick<KernelClientOptions, "onPublish" | "onClosed">;
  }) {
    this.#key = parts.key;
    this.#session = parts.session;
    const [shell, second, control, iopub] = parts.sockets;
    this.#shell = shell;
    this.#second = second;
    this.#control = control;
    this.#iopub = new Subscriber(iopub, parts.key);
    for (const socket of [shell, second, control]) this.#listen(socket);
    this.#publish(parts.options);
  }

  /**
   * Connects, and waits until the kernel answers and what it publishes arrives.
   *
   * @throws {ZmtpError} when the signal is aborted before
   */
  static async connect(
    connection: ConnectionInfo,
    options: KernelClientOptions,
  ): Promise<KernelClient> {
    const { signal } = options;
    const session = crypto.randomUUID();
    const open = (type: "SUB" | "DEALER", port: number) =>
      ZmtpSocket.connect({
        host: connection.ip,
        port,
        type,
        signal,
        ...(type === "DEALER"
          ? { identity: session }
          : { delimiter: DELIMITER }),
      });
    // The kernel opens all its ports at once: the others are there when one is.
    const shell = await open("DEALER", connection.shell_port);
    const others = await Promise.allSettled([
      open("DEALER", connection.shell_port),
      open("DEALER", connection.control_port),
      open("SUB", connection.iopub_port),
    ]);
    const [second, control, iopub] = others.map((r) =>
      r.status === "fulfilled" ? r.value : null
    );
    if (!second || !control || !iopub) {
      for (const socket of [shell, second, control, iopub]) socket?.close();
      throw others.find((r) => r.status === "rejected")?.reason;
    }
    const heard = Promise.withResolvers<void>();
    const client = new KernelClient({
      key: connection.key,
      session,
      sockets: [shell, second, control, iopub],
      options: {
        onClosed: options.onClosed,
        onPublish: (message) => {
          heard.resolve();
          options.onPublish(message);
        },
      },
    });
    try {
      await client.#untilHeard(heard.promise, signal);
      return client;
    } catch (cause) {
      client.close();
      throw cause;
    }
  }

  /** A new request of this client. */
  request(msg_type: string, content: Record<string, unknown>): Message {
    return newMessage(msg_type, content, this.#session);
  }

  /**
   * Sends a request over the shell channel.
   *
   * @throws {ZmtpError} when the kernel has gone
   */
  send(request: Message): Promise<void> {
    return this.#shell.send(encodeMessage(this.#key, request));
  }

  /**
   * The same over a second connection: of two replies on one, the kernel's system holds back the second until the
   * first is acknowledged, which takes up to 40 ms (Nagle).
   */
  sendSecond(request: Message): Promise<void> {
    return this.#second.send(encodeMessage(this.#key, request));
  }

  /** Sends a request over the control channel, which is served while a cell is executed. */
  sendControl(request: Message): Promise<void> {
    return this.#control.send(encodeMessage(this.#key, request));
  }

  /** Reports every reply to the request with that id, until {@linkcode KernelClient.forget}. */
  onReply(msg_id: string, listener: (reply: Message) => void): void {
    this.#replies.set(msg_id, listener);
  }

  /** Reports no more replies to that request. */
  forget(msg_id: string): void {
    this.#replies.delete(msg_id);
  }

  /** Closes all connections. */
  close(): void {
    this.#shell.close();
    this.#second.close();
    this.#control.close();
    this.#iopub.close();
  }

  /** Asks for the kernel's info until it has answered and a status about it was published here. */
  async #untilHeard(heard: Promise<void>, signal: AbortSignal): Promise<void> {
    const aborted = Promise.withResolvers<never>();
    const abort = () => aborted.reject(signal.reason);
    aborted.promise.catch(() => {}); // reported by the race below
    signal.addEventListener("abort", abort, { once: true });
    try {
      for (let done = false; !done;) {
        signal.throwIfAborted();
        const request = this.request("kernel_info_request", {});
        const { msg_id } = request.header;
        const replied = new Promise<Message>((resolve) =>
          this.onReply(msg_id, resolve)
        );
        await this.send(request);
        await Promise.race([replied, aborted.promise]);
        this.forget(msg_id);
        let timer: ReturnType<typeof setTimeout> | undefined;
        const late = new Promise<boolean>((resolve) => {
          timer = setTimeout(() => resolve(false), ASK_AGAIN_MS);
        });
        done = await Promise.race([
          heard.then(() => true),
          late,
          aborted.promise,
        ]);
        clearTimeout(timer);
      }
    } finally {
      signal.removeEventListener("abort", abort);
    }
  }

  async #listen(socket: ZmtpSocket): Promise<void> {
    try {
      for await (const parts of socket) {
        const reply = this.#decode(parts);
        if (reply !== null) {
          this.#replies.get(reply.parent_header.msg_id ?? "")?.(reply);
        }
      }
    } catch {
      // A kernel that was killed breaks off in the middle: how it ended is known from its process.
      socket.close();
    }
  }

  async #publish(
    options: Pick<KernelClientOptions, "onPublish" | "onClosed">,
  ): Promise<void> {
    for await (const message of this.#iopub) options.onPublish(message);
    options.onClosed();
  }

  /** Null for what somebody else than the kernel has sent. */
  #decode(parts: Uint8Array[]): Message | null {
    try {
      return decodeMessage(this.#key, parts);
    } catch (error) {
      if (isSignatureError(error) || isMessageError(error)) return null;
      throw error;
    }
  }
}
