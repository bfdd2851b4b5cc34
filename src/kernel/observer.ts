/**
 * Who is told what a tracked kernel does.
 *
 * @module
 */
import type { CellReply } from "../recorder/cells/replies.ts";
import type { KernelProcess } from "../jupyter/kernel_process.ts";
import type { EndedCell } from "./turns.ts";

/** What is done with what is seen. Its functions must not throw. */
export interface Observer {
  /** The kernel's process was started; it does not listen yet. */
  onStart(process: Pick<KernelProcess, "pid" | "connectionFile">): void;
  /** The kernel is ready for its first cell, which waits until this resolves. */
  onReady(): Promise<void>;
  /** A cell has ended. */
  onCell(cell: CellEnd): Promise<void>;
  /** The front end has asked for the end. */
  onShutdown(): Promise<void>;
}

/** A cell that has ended, as the front end is told. */
export type CellEnd = Omit<CellReply, "type">;

/** A turn that has ended, as an observer is told. */
export function cellEnd(
  { request, reply, failure, interrupted, end_time }: EndedCell,
): CellEnd {
  const { status } = reply.content();
  const { cellId } = request.metadata();
  return {
    msg_id: request.msg_id,
    status: status === "ok" || status === "error" ? status : "aborted",
    ename: failure?.ename ?? null,
    evalue: failure?.evalue ?? null,
    interrupted,
    end_time,
    cell_id: typeof cellId === "string" ? cellId : null,
  };
}
