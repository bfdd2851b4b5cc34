/**
 * One call of a tracking server.
 *
 * @module
 */
import type { Repeat } from "./retry.ts";

/** What to send. */
export interface Call {
  /** What is to be done, such as `create the run`: "Cannot …" stands before it. */
  attempted: string;
  /** JSON to send, or nothing. */
  json?: unknown;
  /** Bytes or a file to send instead of JSON. */
  upload?: { body: Uint8Array<ArrayBuffer> | string; content_type: string };
  /** Query members; those that are undefined are left out. */
  query?: Record<string, string | number | undefined>;
  /** How it may be repeated. @default {"safe" for GET, "unsafe" for others} */
  repeat?: Repeat;
  /** The longest answer, bytes. @default {10000000} */
  limit?: number;
  /** The `Accept` header. @default {"application/json"} */
  accept?: string;
  /** How long nothing may move, milliseconds. @default {that of the client} */
  timeout_ms?: number;
}

/** Whether doing a call twice is the same as once. */
export function isSafe(method: string, call: Call): boolean {
  return (call.repeat ?? (method === "GET" ? "safe" : "unsafe")) === "safe";
}
