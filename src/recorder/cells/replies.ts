/**
 * The replies to cells that a runner reports.
 *
 * @module
 */
import { z } from "../../base/zod.ts";

/** A cell as its front end sent it. */
export interface SentCell {
  /** Null where it is too long to be reported. */
  source: string | null;
  /** Null where the kernel counted none. */
  execution_count: number | null;
  /** When it began, milliseconds since 1970. */
  start_time: number;
}

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
  /** The cell itself, from who has seen it: it may have been executed while nobody followed the kernel. */
  cell?: SentCell | undefined;
}

const sentCellSchema: z.ZodType<SentCell> = z.object({
  source: z.string().nullable(),
  execution_count: z.number().int().nullable(),
  start_time: z.number(),
});

/** A {@linkcode CellReply}, as it comes over the line or out of the journal. */
export const cellReplySchema = z.object({
  type: z.literal("reply"),
  msg_id: z.string(),
  status: z.enum(["ok", "error", "aborted"]),
  ename: z.string().nullable(),
  evalue: z.string().nullable(),
  interrupted: z.boolean(),
  end_time: z.number(),
  cell_id: z.string().nullable(),
  cell: sentCellSchema.optional(),
});

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

  /** Takes those that are left of cells before a count: nobody saw them on the wire. */
  takeBefore(count: number): CellReply[] {
    const left = [...this.#byMessage.values()].filter(({ cell }) =>
      (cell?.execution_count ?? Infinity) < count || count === Infinity
    );
    for (const { msg_id } of left) this.#byMessage.delete(msg_id);
    return left;
  }
}
