/**
 * A subscription to everything a kernel publishes on IOPub.
 *
 * The kernel writes to its subscribers one after the other and waits for each, so the socket is drained into memory
 * as fast as it fills, whatever the consumer does; only a consumer far behind makes the kernel wait.
 *
 * @module
 */
import { lazyImport } from "../base/lazy.ts";
import type { ConnectionInfo } from "./connection.ts";
import { DELIMITER } from "./delimiter.ts";
import { LongBody } from "./long_body.ts";
import { Queue } from "./queue.ts";
import type { Message } from "./wire.ts";
import { ZmtpSocket } from "./zmtp.ts";

/** With more waiting than this nothing is read until half of it is consumed, bytes. */
const MAX_WAITING_BYTES = 32 * 2 ** 20;

/** Messages are handed over together up to this size, bytes. */
const MAX_BATCH_BYTES = 64 * 1024;
/** What a message takes in memory besides its parts, bytes. */
const MESSAGE_BYTES = 2048;

/** How to subscribe. */
export interface SubscribeOptions {
  /** Tries again until the kernel listens or this is aborted. @default {one try} */
  signal?: AbortSignal;
  /** How much may wait in memory before the kernel is made to wait, bytes. @default {33554432} */
  max_waiting_bytes?: number;
  /**
   * Contents of messages that are longer are not held: the message has their head, length and digest, bytes.
   * @default {none is too long}
   */
  max_content_bytes?: number;
  /** How long to wait between reads that found little, milliseconds: messages then arrive together. @default {0} */
  gather_ms?: number;
}

/** An open subscription: iterate it for the messages, it ends when the kernel is gone. */
export class Subscriber {
  readonly #socket: ZmtpSocket;
  readonly #key: string;
  readonly #queue = new Queue<{ parts: Uint8Array[]; bytes: number }>();
  readonly #limit: number;
  #waiting = 0;
  #consumed = 0;
  #arrived: (() => void) | null = null;
  #resume: (() => void) | null = null;
  #done = false;
  #refused = 0;
  #broken: unknown = null;

  constructor(socket: ZmtpSocket, key: string, limit = MAX_WAITING_BYTES) {
    this.#socket = socket;
    this.#key = key;
    this.#limit = limit;
    this.#drain();
  }

  /** How many messages were dropped because they were not signed with the kernel's key, or were none. */
  get refused(): number {
    return this.#refused;
  }

  /** How much has arrived and was not consumed, bytes. */
  get waiting(): number {
    return this.#waiting;
  }

  /** How much was consumed so far, bytes. */
  get consumed(): number {
    return this.#consumed;
  }

  /** What ended the subscription when the kernel broke off in the middle of a message; null when it just closed. */
  get broken(): unknown {
    return this.#broken;
  }

  /** Whether somebody waits for what comes: it is then read as it comes, not gathered. */
  set urgent(urgent: boolean) {
    this.#socket.urgent = urgent;
  }

  /** The messages in the order of arrival; one consumer at a time. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Message> {
    for await (const batch of this.batches()) yield* batch;
  }

  /** The same, as many at once as have arrived. */
  async *batches(): AsyncGenerator<Message[]> {
    // Checking signatures takes a library that is slow to load: not before the subscription stands.
    const wire = await lazyImport<typeof import("./wire.ts")>(
      "./wire.ts",
      import.meta.url,
    );
    for (;;) {
      const batch = this.#nextBatch(wire);
      if (batch.length > 0) yield batch;
      else if (this.#queue.length > 0) continue; // all of a batch were refused
      else if (this.#done) return;
      else await new Promise<void>((resolve) => this.#arrived = resolve);
    }
  }

  /** Ends the subscription; what has arrived can still be iterated. */
  close(): void {
    this.#socket.close();
    this.#resume?.();
  }

  #nextBatch(wire: typeof import("./wire.ts")): Message[] {
    const messages: Message[] = [];
    for (let bytes = 0; bytes < MAX_BATCH_BYTES;) {
      const next = this.#queue.shift();
      if (next === undefined) break;
      bytes += next.bytes;
      this.#consume(next.bytes);
      const message = this.#decode(wire, next.parts);
      if (message !== null) messages.push(message);
    }
    return messages;
  }

  #decode(
    wire: typeof import("./wire.ts"),
    parts: Uint8Array[],
  ): Message | null {
    try {
      return wire.decodeMessage(this.#key, parts);
    } catch (error) {
      if (!wire.isSignatureError(error) && !wire.isMessageError(error)) {
        throw error;
      }
      this.#refused++;
      return null;
    }
  }

  #consume(bytes: number): void {
    this.#consumed += bytes - MESSAGE_BYTES;
    this.#waiting -= bytes;
    if (this.#waiting <= this.#limit / 2) this.#resume?.();
  }

  async #drain(): Promise<void> {
    try {
      for await (const parts of this.#socket) {
        const bytes = parts.reduce((n, part) => n + part.length, MESSAGE_BYTES);
        this.#queue.push({ parts, bytes });
        this.#waiting += bytes;
        const full = this.#waiting > this.#limit;
        // What was read together is handed over together.
        if (full || this.#socket.waiting === 0) this.#arrived?.();
        if (full) {
          await new Promise<void>((resolve) => this.#resume = resolve);
          this.#resume = null;
        }
      }
    } catch (error) {
      // A kernel that was killed breaks off in the middle; for the consumer it has gone like one that closes.
      this.#broken = error;
    }
    this.#socket.close();
    this.#done = true;
    this.#arrived?.();
  }
}

/**
 * Subscribes; when this resolves nothing that is published from here on is missed.
 *
 * @throws {ZmtpError} when nobody listens there, or somebody else than a kernel
 */
export async function subscribe(
  connection: ConnectionInfo,
  options: SubscribeOptions = {},
): Promise<Subscriber> {
  const { max_waiting_bytes, max_content_bytes, ...others } = options;
  const socket = await ZmtpSocket.connect({
    host: connection.ip,
    port: connection.iopub_port,
    type: "SUB",
    delimiter: DELIMITER,
    ...others,
    ...(max_content_bytes === undefined ? {} : {
      long: {
        over_bytes: max_content_bytes,
        open: (length, before) => new LongBody(length, connection.key, before),
      },
    }),
  });
  return new Subscriber(socket, connection.key, max_waiting_bytes);
}
