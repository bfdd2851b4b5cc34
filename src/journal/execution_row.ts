/**
 * A row of `executions`: one execution of a cell.
 *
 * @module
 */

/** How an execution went: `running` while it does. */
export type ExecutionStatus = "running" | "ok" | "error" | "aborted";

/** Where an execution's record comes from. */
export type ExecutionVia = "wire" | "file" | "runner" | "script";

/** What is worth knowing of an execution besides its result. */
export type ExecutionFlag =
  | "stale"
  | "edited"
  | "out-of-order"
  | "before-track"
  | "excluded";

/** A row of `executions`. */
export interface Execution {
  session_id: string;
  /** Sorts the executions of a session; not the index shown to users. */
  position: number;
  msg_id: string | null;
  execution_count: number | null;
  /** The source as executed; null when it could not be seen. */
  source: string | null;
  /** Whether the source was seen as it was executed, or read from a file later; null when it is not known. */
  source_from: "wire" | "file" | null;
  /** Why the source is not known, where that is special to this execution. */
  source_gap: string | null;
  /** The id of the cell in the notebook file, once it is known. */
  cell_id: string | null;
  status: ExecutionStatus;
  start_time: number | null;
  end_time: number | null;
  via: ExecutionVia;
  flags: ExecutionFlag[];
  /** Whether it was interrupted: by its user, or by a limit of time. @default {false} */
  interrupted?: boolean;
}

/** What is learnt of an execution while it goes on and when it ends. */
export type ExecutionChange = Partial<
  Pick<
    Execution,
    "status" | "end_time" | "msg_id" | "cell_id" | "via" | "interrupted"
  >
>;

/** Executions seen on the wire start here, so that recovered ones sort before them by their count. */
export const FIRST_SEEN_POSITION = 1_000_000;

/** The row as SQLite has it. */
export type ExecutionRow = Omit<Execution, "flags" | "interrupted"> & {
  flags: string;
  interrupted: number;
};

const FLAGS: ReadonlySet<unknown> = new Set<ExecutionFlag>([
  "stale",
  "edited",
  "out-of-order",
  "before-track",
  "excluded",
]);

/** The execution of a row. */
export function parseRow(row: ExecutionRow): Execution {
  const read: unknown = JSON.parse(row.flags);
  const flags = Array.isArray(read) ? read.filter((f) => FLAGS.has(f)) : [];
  return { ...row, flags, interrupted: row.interrupted !== 0 };
}
