/**
 * A ZMTP 3.0 connection over TCP with the NULL mechanism, as SUB or DEALER.
 *
 * Loaded before the recorder subscribes: it loads no library.
 *
 * @module
 */
import { concat } from "../base/bytes.ts";
import { messageOf } from "../base/errors.ts";
import {
  encodeFrame,
  FrameDecoder,
  type LongSink,
  ZmtpError,
} from "./frames.ts";
import {
  checkGreeting,
  checkReady,
  GREETING_BYTES,
  hello,
} from "./handshake.ts";
import { MultipartDecoder } from "./multipart.ts";
import { Queue } from "./queue.ts";
import { connectTcp, isGone, RETRY_MS, type TcpOptions } from "./tcp.ts";

export { FrameDecoder, isZmtpError, ZmtpError } from "./frames.ts";

const READ_BYTES = 64 * 1024;
/** A read that found less is little, bytes. */
const LITTLE_BYTES = 16 * 1024;
const HANDSHAKE_TIMEOUT_MS = 10_000;

/** What to connect to, and as what. */
export interface ZmtpOptions extends TcpOptions {
  type: "SUB" | "DEALER";
  /** The peer distinguishes DEALERs by it. @default {none} */
  identity?: string;
  /** Takes parts that are too long to be held; it is given the parts of the message before it. @default {none is} */
  long?: {
    over_bytes: number;
    open: (length: number, before: readonly Uint8Array[]) => LongSink;
  };
  /** The frame in front of every message, for a peer that may write one into another. @default {it does not} */
  delimiter?: Uint8Array;
  /** How long to wait between reads that found little, milliseconds: what comes meanwhile is read at once. @default {0} */
  gather_ms?: number;
  /** How long a peer that listens may take to be ready, milliseconds. @default {10000} */
  handshake_timeout_ms?: number;
}

/** A connected socket. */
export class ZmtpSocket {
  readonly #connection: Deno.TcpConn;
  readonly #peer: string;
  readonly #decoder: MultipartDecoder;
  readonly #messages = new Queue<Uint8Array[]>();
  readonly #buffer = new Uint8Array(READ_BYTES);
  readonly #gather_ms: number;
  /** Whether the last read found little. */
  #drained = false;
  #urgent = false;
  #awake: () => void = () => {};
  #closed = false;
  #writing: Promise<void> = Promise.resolve();

  private constructor(
    connection: Deno.TcpConn,
    peer: string,
    { long, delimiter, gather_ms = 0 }: ZmtpOptions,
  ) {
    this.#connection = connection;
    this.#peer = peer;
    this.#gather_ms = gather_ms;
    this.#decoder = new MultipartDecoder({
      delimiter,
      long: long && {
        over_bytes: long.over_bytes,
        open: (length, frames) => long.open(length, frames.map((f) => f.body)),
      },
    });
  }

  /**
   * Connects and shakes hands; a SUB has subscribed to everything when this resolves. With a signal one that goes
   * before its greeting is tried again: somebody else had the port for a moment, or the kernel is started once more.
   *
   * @throws {ZmtpError} when nobody listens, the peer does not speak ZMTP 3, or it takes too long
   */
  static async connect(options: ZmtpOptions): Promise<ZmtpSocket> {
    for (;;) {
      try {
        return await ZmtpSocket.#connect(options);
      } catch (error) {
        const { signal } = options;
        if (signal === undefined || signal.aborted) throw error;
        if (!(error instanceof Error) || !isGone(error.cause)) throw error;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  static async #connect(options: ZmtpOptions): Promise<ZmtpSocket> {
    const peer = `${options.host}:${options.port}`;
    const connection = await connectTcp(options);
    const socket = new ZmtpSocket(connection, peer, options);
    const close = () => socket.close();
    const timeout = options.handshake_timeout_ms ?? HANDSHAKE_TIMEOUT_MS;
    // The first `setTimeout` of a process loads Node's timers, for which a cell that waits for its recorder has no time.
    const late = AbortSignal.timeout(timeout);
    const ends = [late, ...options.signal ? [options.signal] : []];
    for (const end of ends) end.addEventListener("abort", close);
    try {
      await socket.#handshake(options);
      return socket;
    } catch (cause) {
      socket.close();
      const why = late.aborted
        ? `it was not ready within ${timeout} ms`
        : options.signal?.aborted
        ? messageOf(options.signal.reason)
        : messageOf(cause);
      throw new ZmtpError(`Cannot speak ZMTP with ${peer}: ${why}`, { cause });
    } finally {
      for (const end of ends) end.removeEventListener("abort", close);
    }
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

  /** How many messages have been read and not received. */
  get waiting(): number {
    return this.#messages.length;
  }

  /** Whether somebody waits for what comes: it is then read as it comes. */
  set urgent(urgent: boolean) {
    this.#urgent = urgent;
    if (urgent) this.#awake();
  }

  /** Closes the connection. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#awake();
    this.#connection.close();
  }

  async #fill(): Promise<boolean> {
    let n: number | null;
    try {
      if (
        this.#drained && !this.#urgent && !this.#decoder.partial &&
        this.#gather_ms > 0
      ) {
        await this.#gather();
      }
      n = await this.#connection.read(this.#buffer);
      // In the middle of a message, or in a flood, the peer waits for whoever reads.
      this.#drained = n !== null && n < LITTLE_BYTES;
    } catch (cause) {
      if (this.#closed) return false;
      if (!isGone(cause)) throw cause;
      n = null;
    }
    if (n === null) {
      if (this.#closed) return false;
      if (this.#decoder.partial) {
        throw new ZmtpError(
          `The peer ${this.#peer} closed in the middle of a message.`,
        );
      }
      return false;
    }
    // The buffer is used again by the next read, frames live longer.
    this.#take(this.#buffer.slice(0, n));
    return true;
  }

  #gather(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, this.#gather_ms);
      this.#awake = () => (clearTimeout(timer), resolve());
    });
  }

  #take(bytes: Uint8Array): void {
    for (const message of this.#decoder.push(bytes)) {
      this.#messages.push(message);
    }
  }

  async #handshake(options: ZmtpOptions): Promise<void> {
    this.#connection.setNoDelay(true);
    await this.#write(hello(options));
    const theirs = new Uint8Array(GREETING_BYTES);
    for (let at = 0; at < GREETING_BYTES;) {
      const n = await this.#connection.read(theirs.subarray(at));
      if (n === null) {
        const why =
          `it closed after ${at} of the ${GREETING_BYTES} bytes of its greeting.`;
        throw at === 0
          ? new Deno.errors.ConnectionAborted(why)
          : new ZmtpError(why);
      }
      at += n;
    }
    checkGreeting(theirs);
    const decoder = new FrameDecoder();
    for (;;) {
      const n = await this.#connection.read(this.#buffer);
      if (n === null) throw new ZmtpError("it closed before it was ready.");
      decoder.add(this.#buffer.slice(0, n));
      const first = decoder.next();
      if (first === null) continue;
      checkReady(first);
      this.#take(decoder.drain());
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
