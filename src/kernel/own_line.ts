/**
 * Our own line to Deno's kernel, beside those of front ends: it prepares the kernel and sends markers.
 *
 * @module
 */
import {
  decodeMessage,
  encodeMessage,
  type Header,
  isMessageError,
  isSignatureError,
  type Message,
  newMessage,
} from "../jupyter/wire.ts";
import { silently } from "../jupyter/execute.ts";
import { ZmtpSocket } from "../jupyter/zmtp.ts";

/** How the line is opened. */
export interface OwnLineOptions {
  host: string;
  port: number;
  /** The key that messages are signed with. */
  key: string;
  /** Under which session our requests are sent: what the kernel publishes for them is nobody else's. */
  session: string;
  /** Given up when aborted: the kernel has ended. */
  signal: AbortSignal;
  /** Called with the id of a request that was sent again, and whether the kernel carried it out. */
  onAnswer: (msg_id: string, ok: boolean) => void;
  /** Called when the line breaks. */
  onTrouble: (error: unknown) => void;
}

/** An open line. */
export class OwnLine {
  readonly #options: OwnLineOptions;
  readonly #socket: ZmtpSocket;

  private constructor(options: OwnLineOptions, socket: ZmtpSocket) {
    this.#options = options;
    this.#socket = socket;
  }

  /** Connects, as soon as the kernel listens, and has it execute `code`, which nobody sees. */
  static async open(code: string, options: OwnLineOptions): Promise<OwnLine> {
    const { host, port, key, session, signal } = options;
    const socket = await ZmtpSocket.connect({
      host,
      port,
      type: "DEALER",
      identity: session,
      signal,
    });
    const line = new OwnLine(options, socket);
    const request = newMessage("execute_request", silently(code), session);
    const prepared = Promise.withResolvers<void>();
    line.#listen(request.header.msg_id, prepared);
    await socket.send(encodeMessage(key, request));
    await prepared.promise;
    return line;
  }

  /** Sends a request under a header that was used before. */
  async sendAgain(
    header: Uint8Array,
    content: Record<string, unknown>,
  ): Promise<void> {
    const { key, session } = this.#options;
    const message = {
      ...newMessage("execute_request", content, session),
      header: parseHeader(header) as Header,
    };
    await this.#socket.send(encodeMessage(key, message));
  }

  /** Closes the line. */
  close(): void {
    this.#socket.close();
  }

  async #listen(
    preparing: string,
    prepared: PromiseWithResolvers<void>,
  ): Promise<void> {
    try {
      for await (const parts of this.#socket) {
        const reply = this.#decode(parts);
        const id = reply?.parent_header.msg_id ?? "";
        if (id === preparing) prepared.resolve();
        else this.#options.onAnswer(id, reply?.content["status"] === "ok");
      }
    } catch (error) {
      if (!this.#options.signal.aborted) this.#options.onTrouble(error);
    }
    prepared.resolve(); // the kernel has gone: whoever waits finds that out
  }

  #decode(parts: Uint8Array[]): Message | null {
    try {
      return decodeMessage(this.#options.key, parts);
    } catch (error) {
      if (isSignatureError(error) || isMessageError(error)) return null;
      throw error;
    }
  }
}

/** A header from its JSON. */
export function parseHeader(bytes: Uint8Array): Partial<Header> {
  return JSON.parse(new TextDecoder().decode(bytes));
}
