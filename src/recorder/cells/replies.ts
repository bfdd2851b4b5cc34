/**
 * The replies to cells that a runner reports.
 *
 * @module
 */
/** A runner saw a cell's reply, which says more than IOPub does. */
export interface CellReply {
  type: "reply";
  msg_id: string;
  status: "ok" | "error" | "aborted";
  ename: string | null;
  evalue: string | null;
  /** Whether it was interrupted. */
  interrupted: boolean;
  /** When the cell ended, by the kernel's clock: this line arrives while the next cell is executed. */
  end_time: number;
  /** The cell's id in the notebook's file. */
  cell_id: string | null;
}

const MAX_REPLIES = 100;

/** Replies that were reported before their cell was seen on the wire. */
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
