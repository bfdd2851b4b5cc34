/**
 * Replies that a runner told before their cell was seen on the wire.
 *
 * @module
 */
import type { CellReply } from "../protocol.ts";

const MAX_REPLIES = 100;

/** Replies that wait for their cell. */
export class EarlyReplies {
  readonly #byMessage = new Map<string, CellReply>();

  /** Keeps a reply. */
  keep(reply: CellReply): void {
    this.#byMessage.set(reply.msg_id, reply);
    if (this.#byMessage.size > MAX_REPLIES) {
      this.#byMessage.delete(this.#byMessage.keys().next().value ?? "");
    }
  }

  /** Takes the reply of a request. */
  take(msg_id: string): CellReply | undefined {
    const reply = this.#byMessage.get(msg_id);
    this.#byMessage.delete(msg_id);
    return reply;
  }
}
