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
  /** A cell was answered with secrets; it gets its answer when this resolves. */
  onSecrets(variables: Record<string, string>): Promise<void>;
  /** A cell has ended. */
  onCell(cell: CellEnd): Promise<void>;
  /** The front end has asked for the end. */
  onShutdown(): Promise<void>;
}

/** A cell that has ended, as the front end is told. */
export type CellEnd = Omit<CellReply, "type">;

/** A turn that has ended, as an observer is told. */
export function cellEnd(
  { request, reply, failure, interrupted, start_time, end_time }: EndedCell,
): CellEnd {
  const { status, execution_count } = reply.content();
  const { code, silent, store_history } = request.content();
  const counted = silent !== true && store_history !== false &&
    typeof execution_count === "number";
  const { cellId } = request.metadata();
  return {
    msg_id: request.msg_id,
    status: status === "ok" || status === "error" ? status : "aborted",
    ename: failure?.ename ?? null,
    evalue: failure?.evalue ?? null,
    interrupted,
    end_time,
    cell_id: typeof cellId === "string" ? cellId : null,
    cell: {
      source: typeof code === "string" ? code : null,
      execution_count: counted ? execution_count : null,
      start_time,
    },
  };
}
