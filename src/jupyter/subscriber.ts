/**
 * A subscription to everything a kernel publishes on IOPub.
 *
 * The kernel writes to its subscribers one after the other and waits for each, so the socket is drained into memory
 * as fast as it fills, whatever the consumer does.
 *
 * @module
 */
import { lazyImport } from "../base/lazy.ts";
import type { ConnectionInfo } from "./connection.ts";
import type { Message } from "./wire.ts";
import { ZmtpSocket } from "./zmtp.ts";

/** An open subscription: iterate it for the messages, it ends when the kernel is gone. */
export class Subscriber {
  readonly #socket: ZmtpSocket;
  readonly #key: string;
  readonly #queue: Uint8Array[][] = [];
  #wake: (() => void) | null = null;
  #done = false;
  #refused = 0;

  constructor(socket: ZmtpSocket, key: string) {
    this.#socket = socket;
    this.#key = key;
    this.#drain();
  }

  /** How many messages were dropped because they were not signed with the kernel's key, or were none. */
  get refused(): number {
    return this.#refused;
  }

  /** The messages in the order of arrival. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Message> {
    // Checking signatures takes a library that is slow to load: not before the subscription stands.
    const wire = await lazyImport<typeof import("./wire.ts")>(
      "./wire.ts",
      import.meta.url,
    );
    for (;;) {
      const parts = this.#queue.shift();
      if (parts !== undefined) {
        const message = this.#decode(wire, parts);
        if (message !== null) yield message;
      } else if (this.#done) return;
      else await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }

  /** Ends the subscription. */
  close(): void {
    this.#socket.close();
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

  async #drain(): Promise<void> {
    try {
      for await (const parts of this.#socket) {
        this.#queue.push(parts);
        this.#wake?.();
      }
    } catch {
      // A peer that breaks off in the middle has gone like one that closes: the iteration ends.
      this.#socket.close();
    }
    this.#done = true;
    this.#wake?.();
  }
}

/** Subscribes; when this resolves nothing that is published from here on is missed. */
export async function subscribe(
  connection: ConnectionInfo,
  options: { signal?: AbortSignal } = {},
): Promise<Subscriber> {
  const socket = await ZmtpSocket.connect({
    host: connection.ip,
    port: connection.iopub_port,
    type: "SUB",
    ...options,
  });
  return new Subscriber(socket, connection.key);
}
