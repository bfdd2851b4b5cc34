/**
 * What is asked of a kernel to execute a cell, and what is known of it afterwards.
 *
 * @module
 */
import type { Output } from "../notebook/outputs.ts";

/** What became of a cell. */
export interface ExecuteReply {
  status: "ok" | "error" | "aborted";
  execution_count: number | null;
  /** All outputs. What the cell shows later still, from a timer, is added until the next cell starts. */
  outputs: Output[];
  /** The error's name; null when there is none. */
  ename: string | null;
  evalue: string | null;
  traceback: string[];
  /** Milliseconds since 1970, by the kernel. */
  start_time: number;
  /** Milliseconds since 1970, by the kernel. */
  end_time: number;
  msg_id: string;
  /** Whether it was interrupted, and failed by that. */
  interrupted: boolean;
  /** Whether it was interrupted because it took too long. */
  timedOut: boolean;
}

/** What an execute request says of a cell. */
export function visibly(code: string): Record<string, unknown> {
  return {
    code,
    silent: false,
    store_history: true,
    user_expressions: {},
    // Nobody is there to answer: a cell that asks gets null at once.
    allow_stdin: false,
    stop_on_error: false,
  };
}

/** What code of nbtrack itself begins with: the kernel publishes it like a notebook's own. */
const OWN_CODE = "/* nbtrack */ ";

/** The same of code of nbtrack itself, which counts no execution and shows no value. */
export function silently(code: string): Record<string, unknown> {
  return {
    ...visibly(`${OWN_CODE}${code}`),
    silent: true,
    store_history: false,
  };
}

/** Whether code was sent by {@linkcode silently}. */
export function isOwnCode(code: string): boolean {
  return code.startsWith(OWN_CODE);
}

/** The reply of a cell that was not executed. */
export function notExecuted(msg_id: string): ExecuteReply {
  const now = Date.now();
  return {
    status: "aborted",
    execution_count: null,
    outputs: [],
    ename: null,
    evalue: null,
    traceback: [],
    start_time: now,
    end_time: now,
    msg_id,
    interrupted: false,
    timedOut: false,
  };
}
