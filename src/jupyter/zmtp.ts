/**
 * A ZMTP 3.0 connection over TCP with the NULL mechanism, as SUB or DEALER.
 *
 * Loaded before the recorder subscribes: it loads no library.
 *
 * @module
 */
import { messageOf } from "../base/errors.ts";
import {
  concat,
  encodeFrame,
  type Frame,
  FrameDecoder,
  ZmtpError,
} from "./frames.ts";
import {
  checkGreeting,
  checkReady,
  GREETING_BYTES,
  hello,
} from "./handshake.ts";
import { Queue } from "./queue.ts";

export { FrameDecoder, isZmtpError, ZmtpError } from "./frames.ts";

const READ_BYTES = 64 * 1024;
/** Wait between two tries to connect while a kernel starts, milliseconds. */
const RETRY_MS = 5;
const HANDSHAKE_TIMEOUT_MS = 10_000;

/** Where and as what to connect. */
export interface ZmtpOptions {
  host: string;
  port: number;
  type: "SUB" | "DEALER";
  /** The peer tells DEALERs apart by it. @default {none} */
  identity?: string;
  /** Tries again until the peer listens or this is aborted. @default {one try} */
  signal?: AbortSignal;
  /** How long a peer that listens may take to be ready, milliseconds. @default {10000} */
  handshake_timeout_ms?: number;
}

/** A connected socket. */
export class ZmtpSocket {
  readonly #connection: Deno.TcpConn;
  readonly #peer: string;
  readonly #decoder = new FrameDecoder();
  readonly #messages = new Queue<Uint8Array[]>();
  readonly #buffer = new Uint8Array(READ_BYTES);
  #parts: Uint8Array[] = [];
  #closed = false;
  #writing: Promise<void> = Promise.resolve();

  private constructor(connection: Deno.TcpConn, peer: string) {
    this.#connection = connection;
    this.#peer = peer;
  }

  /**
   * Connects and shakes hands; a SUB has subscribed to everything when this resolves.
   *
   * @throws {ZmtpError} when nobody listens, the peer does not speak ZMTP 3, or it takes too long
   */
  static async connect(options: ZmtpOptions): Promise<ZmtpSocket> {
    const peer = `${options.host}:${options.port}`;
    const socket = new ZmtpSocket(await open(options, peer), peer);
    const abort = () => socket.close();
    options.signal?.addEventListener("abort", abort, { once: true });
    let late = false;
    const timeout = options.handshake_timeout_ms ?? HANDSHAKE_TIMEOUT_MS;
    const timer = setTimeout(() => {
      late = true;
      socket.close();
    }, timeout);
    try {
      await socket.#handshake(options);
      return socket;
    } catch (cause) {
      socket.close();
      const why = late
        ? `it was not ready within ${timeout} ms`
        : options.signal?.aborted
        ? messageOf(options.signal.reason)
        : messageOf(cause);
      throw new ZmtpError(`Cannot speak ZMTP with ${peer}: ${why}`, { cause });
    } finally {
      clearTimeout(timer);
      options.signal?.removeEventListener("abort", abort);
    }
  }

  /** Whether this end has closed it. */
  get closed(): boolean {
    return this.#closed;
  }

  /**
   * Sends messages, each a list of parts, in one write.
   *
   * @throws {ZmtpError} when the peer has gone
   */
  send(...messages: readonly (readonly Uint8Array[])[]): Promise<void> {
    const bytes = concat(
      messages.flatMap((parts) =>
        parts.map((body, i) =>
          encodeFrame({ body, command: false, more: i < parts.length - 1 })
        )
      ),
    );
    this.#writing = this.#writing.then(() => this.#write(bytes));
    return this.#writing;
  }

  /**
   * The next message's parts; null when the peer or this end has closed. One receiver at a time.
   *
   * @throws {ZmtpError} when the peer breaks off in the middle of a message or sends what is none
   */
  async receive(): Promise<Uint8Array[] | null> {
    for (;;) {
      const message = this.#messages.shift();
      if (message !== undefined) return message;
      if (this.#closed || !await this.#fill()) return null;
    }
  }

  /** Every message until the peer closes. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array[]> {
    for (;;) {
      const message = await this.receive();
      if (message === null) return;
      yield message;
    }
  }

  /** Closes the connection. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#connection.close();
  }

  /** Lets the process end although the socket is open. */
  unref(): void {
    this.#connection.unref();
  }

  async #fill(): Promise<boolean> {
    let n: number | null;
    try {
      n = await this.#connection.read(this.#buffer);
    } catch (cause) {
      if (this.#closed) return false;
      if (!isGone(cause)) throw cause;
      n = null;
    }
    if (n === null) {
      if (this.#closed) return false;
      if (this.#parts.length > 0 || this.#decoder.partial) {
        throw new ZmtpError(
          `The peer ${this.#peer} closed in the middle of a message.`,
        );
      }
      return false;
    }
    // The buffer is used again by the next read, frames live longer.
    for (const frame of this.#decoder.push(this.#buffer.slice(0, n))) {
      this.#accept(frame);
    }
    return true;
  }

  #accept(frame: Frame): void {
    if (frame.command) return;
    this.#parts.push(frame.body);
    if (frame.more) return;
    this.#messages.push(this.#parts);
    this.#parts = [];
  }

  async #handshake(options: ZmtpOptions): Promise<void> {
    this.#connection.setNoDelay(true);
    await this.#write(hello(options));
    const theirs = new Uint8Array(GREETING_BYTES);
    for (let at = 0; at < GREETING_BYTES;) {
      const n = await this.#connection.read(theirs.subarray(at));
      if (n === null) {
        throw new ZmtpError(
          `it closed after ${at} of the ${GREETING_BYTES} bytes of its greeting.`,
        );
      }
      at += n;
    }
    checkGreeting(theirs);
    for (;;) {
      const n = await this.#connection.read(this.#buffer);
      if (n === null) throw new ZmtpError("it closed before it was ready.");
      const [first, ...rest] = this.#decoder.push(this.#buffer.slice(0, n));
      if (first === undefined) continue;
      checkReady(first);
      for (const frame of rest) this.#accept(frame);
      return;
    }
  }

  async #write(bytes: Uint8Array): Promise<void> {
    try {
      for (let at = 0; at < bytes.length;) {
        at += await this.#connection.write(bytes.subarray(at));
      }
    } catch (cause) {
      throw new ZmtpError(
        `Cannot send to ${this.#peer}: ${messageOf(cause)}`,
        { cause },
      );
    }
  }
}

async function open(options: ZmtpOptions, peer: string): Promise<Deno.TcpConn> {
  const { host: hostname, port, signal } = options;
  for (;;) {
    try {
      return await Deno.connect({
        hostname,
        port,
        ...(signal === undefined ? {} : { signal }),
      });
    } catch (cause) {
      if (signal === undefined || signal.aborted) {
        throw new ZmtpError(
          `Cannot connect to ${peer}: ${
            signal === undefined ? messageOf(cause) : messageOf(signal.reason)
          }`,
          { cause, hint: "Is the kernel still running?" },
        );
      }
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

/** Reading from a peer that was killed fails in one of these ways. */
function isGone(cause: unknown): boolean {
  return cause instanceof Deno.errors.ConnectionReset ||
    cause instanceof Deno.errors.ConnectionAborted ||
    cause instanceof Deno.errors.BrokenPipe;
}
