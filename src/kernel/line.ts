/**
 * One connection of a front end, and the connection to Deno's kernel that it is passed on to. Both ends greet each
 * other through it; afterwards bytes or whole messages are passed on unchanged.
 *
 * @module
 */
import { concat } from "../base/bytes.ts";
import { DELIMITER } from "../jupyter/delimiter.ts";
import { encodeFrame, FrameDecoder, isZmtpError } from "../jupyter/frames.ts";
import { GREETING_BYTES } from "../jupyter/handshake.ts";
import { MultipartDecoder } from "../jupyter/multipart.ts";
import { connectTcp, isGone } from "../jupyter/tcp.ts";

const READ_BYTES = 64 * 1024;

/** Takes a message instead of its being passed on; `pass` passes it on. */
export type Take = (
  parts: Uint8Array[],
  pass: () => Promise<void>,
) => Promise<void> | void;

/** What a line does with what it carries. Without `take` bytes go through as they come. */
export interface LineOptions {
  /** The kernel's port. */
  kernel: { host: string; port: number };
  /** Given up when aborted: the kernel has ended. */
  signal: AbortSignal;
  /** Takes the front end's messages. */
  fromFrontEnd?: Take;
  /** Takes the kernel's messages. */
  fromKernel?: Take;
}

/** One end of a line, written to in order. */
class End {
  readonly connection: Deno.TcpConn;
  #writing: Promise<void> = Promise.resolve();

  constructor(connection: Deno.TcpConn) {
    this.connection = connection;
    connection.setNoDelay(true);
  }

  /** Writes bytes behind those before; what is meant for an end that has gone is dropped. */
  write(bytes: Uint8Array): Promise<void> {
    this.#writing = this.#writing.then(async () => {
      for (let at = 0; at < bytes.length;) {
        at += await this.connection.write(bytes.subarray(at));
      }
    }).catch((error) => {
      if (!isClosed(error)) throw error;
    });
    return this.#writing;
  }

  send(parts: readonly Uint8Array[]): Promise<void> {
    const last = parts.length - 1;
    return this.write(concat(
      parts.map((body, i) =>
        encodeFrame({ body, command: false, more: i < last })
      ),
    ));
  }

  close(): void {
    try {
      this.connection.close();
    } catch (error) {
      if (!(error instanceof Deno.errors.BadResource)) throw error;
    }
  }
}

/** A line between a front end and the kernel. */
export class Line {
  /** Resolves when either end has closed. */
  readonly closed: Promise<void>;
  readonly #frontEnd: End;
  readonly #kernel: End;

  private constructor(frontEnd: End, kernel: End, options: LineOptions) {
    this.#frontEnd = frontEnd;
    this.#kernel = kernel;
    const close = () => this.close();
    options.signal.addEventListener("abort", close, { once: true });
    this.closed = Promise.race([
      carry(frontEnd, kernel, options.fromFrontEnd),
      carry(kernel, frontEnd, options.fromKernel, DELIMITER),
    ]).finally(() => {
      options.signal.removeEventListener("abort", close);
      this.close();
    });
  }

  /** Opens the kernel's side of a front end's connection, as soon as the kernel listens. */
  static async open(
    connection: Deno.TcpConn,
    options: LineOptions,
  ): Promise<Line> {
    const { kernel: { host, port }, signal } = options;
    try {
      const kernel = await connectTcp({ host, port, signal });
      return new Line(new End(connection), new End(kernel), options);
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  /** Sends a message to the front end that the kernel did not send. */
  inject(parts: readonly Uint8Array[]): Promise<void> {
    return this.#frontEnd.send(parts);
  }

  /** Closes both ends. */
  close(): void {
    this.#frontEnd.close();
    this.#kernel.close();
  }
}

/** Carries what one end says to the other, until either closes. */
async function carry(
  from: End,
  to: End,
  take?: Take,
  delimiter?: Uint8Array,
): Promise<void> {
  try {
    if (take === undefined) {
      for await (const bytes of chunks(from)) await to.write(bytes);
      return;
    }
    const messages = new MultipartDecoder({ delimiter });
    const greeting = new GreetingPart();
    for await (const bytes of chunks(from)) {
      const { passed, following } = greeting.push(bytes);
      if (passed.length > 0) await to.write(passed);
      for (const parts of messages.push(following)) {
        await take(parts, () => to.send(parts));
      }
    }
  } catch (error) {
    if (!isClosed(error) && !isZmtpError(error)) throw error;
  }
}

/** Whether reading or writing failed because one of the ends has gone or was closed here. */
function isClosed(error: unknown): boolean {
  return isGone(error) || error instanceof Deno.errors.BadResource ||
    error instanceof Deno.errors.Interrupted;
}

async function* chunks(end: End): AsyncGenerator<Uint8Array> {
  for (;;) {
    const buffer = new Uint8Array(READ_BYTES);
    const n = await end.connection.read(buffer);
    if (n === null) return;
    yield buffer.subarray(0, n);
  }
}

/** The beginning of a ZMTP connection: a greeting of fixed length and one command, READY. */
class GreetingPart {
  #left = GREETING_BYTES;
  #decoder: FrameDecoder | null = new FrameDecoder();

  /** Splits what has arrived into what belongs to the beginning, and what follows it. */
  push(bytes: Uint8Array): { passed: Uint8Array; following: Uint8Array } {
    const decoder = this.#decoder;
    if (decoder === null) return { passed: new Uint8Array(), following: bytes };
    const head = bytes.subarray(0, this.#left);
    this.#left -= head.length;
    decoder.add(bytes.subarray(head.length));
    const ready = this.#left > 0 ? null : decoder.next();
    if (ready === null) return { passed: head, following: new Uint8Array() };
    this.#decoder = null;
    return {
      passed: concat([head, encodeFrame(ready)]),
      following: decoder.drain(),
    };
  }
}
