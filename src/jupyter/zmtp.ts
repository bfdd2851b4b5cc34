/**
 * A ZMTP 3.0 connection over TCP with the NULL mechanism, as SUB or DEALER.
 *
 * Loaded before the recorder subscribes: it loads no library.
 *
 * @module
 */
import { messageOf } from "../base/errors.ts";
import { encodeFrame, type Frame, FrameDecoder, ZmtpError } from "./frames.ts";

export { isZmtpError, ZmtpError } from "./frames.ts";

const GREETING_BYTES = 64;
const READ_BYTES = 64 * 1024;
/** Wait between two tries to connect while a kernel starts, milliseconds. */
const RETRY_MS = 10;

/** Where and as what to connect. */
export interface ZmtpOptions {
  host: string;
  port: number;
  type: "SUB" | "DEALER";
  /** The peer tells DEALERs apart by it. @default {none} */
  identity?: string;
  /** Ends trying to connect. @default {one try} */
  signal?: AbortSignal;
}

/** A connected socket. */
export class ZmtpSocket {
  readonly #connection: Deno.TcpConn;
  readonly #decoder = new FrameDecoder();
  readonly #ready: Uint8Array[][] = [];
  readonly #buffer = new Uint8Array(READ_BYTES);
  #parts: Uint8Array[] = [];
  #closed = false;
  #writing: Promise<void> = Promise.resolve();

  private constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
  }

  /**
   * Connects and shakes hands; a SUB has subscribed to everything when this resolves. With a signal it tries
   * again until the peer listens.
   *
   * @throws {ZmtpError} when nobody listens or the peer is none of ZMTP 3
   */
  static async connect(options: ZmtpOptions): Promise<ZmtpSocket> {
    const connection = await open(options);
    const socket = new ZmtpSocket(connection);
    const abort = () => socket.close();
    options.signal?.addEventListener("abort", abort, { once: true });
    try {
      connection.setNoDelay(true);
      await socket.#handshake(options);
      return socket;
    } catch (cause) {
      socket.close();
      if (cause instanceof ZmtpError) throw cause;
      throw new ZmtpError(
        `Cannot speak ZMTP with ${options.host}:${options.port}: ${
          messageOf(cause)
        }`,
        { cause },
      );
    } finally {
      options.signal?.removeEventListener("abort", abort);
    }
  }

  /** Sends one message. */
  send(parts: readonly Uint8Array[]): Promise<void> {
    const bytes = concat(
      parts.map((body, i) =>
        encodeFrame({ body, command: false, more: i < parts.length - 1 })
      ),
    );
    this.#writing = this.#writing.then(() => writeAll(this.#connection, bytes));
    return this.#writing;
  }

  /** The next message's parts; null when the peer has closed. */
  async receive(): Promise<Uint8Array[] | null> {
    for (;;) {
      const message = this.#ready.shift();
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
      if (this.#closed || isGone(cause)) return false;
      throw cause;
    }
    if (n === null) {
      if (this.#parts.length > 0 || this.#decoder.pending > 0) {
        throw new ZmtpError("The peer closed in the middle of a message.");
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
    this.#ready.push(this.#parts);
    this.#parts = [];
  }

  async #handshake(options: ZmtpOptions): Promise<void> {
    const hello = [greeting(), readyCommand(options)];
    // In one write with READY: a later one would wait for an acknowledgement, and the first cells be missed.
    if (options.type === "SUB") {
      hello.push(
        encodeFrame({ body: Uint8Array.of(1), command: false, more: false }),
      );
    }
    await writeAll(this.#connection, concat(hello));
    const theirs = await readExactly(this.#connection, GREETING_BYTES);
    checkGreeting(theirs);
    for (;;) {
      const n = await this.#connection.read(this.#buffer);
      if (n === null) {
        throw new ZmtpError("The peer closed before it was ready.");
      }
      let ready = false;
      for (const frame of this.#decoder.push(this.#buffer.slice(0, n))) {
        if (ready) this.#accept(frame);
        else ready = isReady(frame);
      }
      if (ready) return;
    }
  }
}

function greeting(): Uint8Array {
  const bytes = new Uint8Array(GREETING_BYTES);
  bytes[0] = 0xff;
  bytes[9] = 0x7f;
  bytes[10] = 3;
  bytes.set(new TextEncoder().encode("NULL"), 12);
  return bytes;
}

function checkGreeting(bytes: Uint8Array): void {
  if (bytes[0] !== 0xff || ((bytes[9] ?? 0) & 1) !== 1) {
    throw new ZmtpError(
      "The peer does not speak ZMTP: its greeting has another signature.",
    );
  }
  if ((bytes[10] ?? 0) < 3) {
    throw new ZmtpError(`The peer speaks ZMTP ${bytes[10]}; 3 is needed.`);
  }
  const mechanism = new TextDecoder().decode(bytes.subarray(12, 32)).replace(
    /\0+$/,
    "",
  );
  if (mechanism !== "NULL") {
    throw new ZmtpError(
      `The peer asks for the security mechanism ${mechanism}; only NULL is known.`,
    );
  }
}

function readyCommand(options: ZmtpOptions): Uint8Array {
  const properties: [string, string][] = [["Socket-Type", options.type]];
  if (options.type === "DEALER") {
    properties.push(["Identity", options.identity ?? ""]);
  }
  const text = new TextEncoder();
  const parts: Uint8Array[] = [Uint8Array.of(5), text.encode("READY")];
  for (const [name, value] of properties) {
    const bytes = text.encode(value);
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, bytes.length);
    parts.push(Uint8Array.of(name.length), text.encode(name), length, bytes);
  }
  return encodeFrame({ body: concat(parts), command: true, more: false });
}

function isReady(frame: Frame): boolean {
  const name = new TextDecoder().decode(
    frame.body.subarray(1, 1 + (frame.body[0] ?? 0)),
  );
  if (frame.command && name === "READY") return true;
  const reason = name === "ERROR"
    ? `: ${new TextDecoder().decode(frame.body.subarray(7))}`
    : "";
  throw new ZmtpError(
    `The peer is not ready${reason || `: it sent ${name || "no command"}`}.`,
  );
}

async function open(options: ZmtpOptions): Promise<Deno.TcpConn> {
  for (;;) {
    try {
      return await Deno.connect({ hostname: options.host, port: options.port });
    } catch (cause) {
      const again = options.signal !== undefined && !options.signal.aborted;
      if (!again) {
        throw new ZmtpError(
          `Cannot connect to ${options.host}:${options.port}: ${
            messageOf(cause)
          }`,
          { cause, hint: "Is the kernel still running?" },
        );
      }
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

async function readExactly(
  connection: Deno.TcpConn,
  length: number,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length;) {
    const n = await connection.read(bytes.subarray(at));
    if (n === null) {
      throw new ZmtpError(`The peer closed after ${at} of ${length} bytes.`);
    }
    at += n;
  }
  return bytes;
}

async function writeAll(
  connection: Deno.TcpConn,
  bytes: Uint8Array,
): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    at += await connection.write(bytes.subarray(at));
  }
}

function isGone(cause: unknown): boolean {
  return cause instanceof Deno.errors.ConnectionReset ||
    cause instanceof Deno.errors.BadResource ||
    cause instanceof Deno.errors.Interrupted ||
    cause instanceof Deno.errors.BrokenPipe ||
    cause instanceof Deno.errors.ConnectionAborted;
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
