/**
 * How a recorder listens to its kernel: in little memory.
 *
 * Loaded before the recorder subscribes: it loads no library.
 *
 * @module
 */
import { readConnectionFile } from "../jupyter/connection.ts";
import { isAlive, type ProcessIdentity } from "../base/process_identity.ts";
import { subscribe, type Subscriber } from "../jupyter/subscriber.ts";

/** A longer content of a message is known by head and digest only, bytes. */
const MAX_CONTENT_BYTES = 4 << 20;
/** With more waiting the kernel is made to wait, bytes. */
const MAX_WAITING_BYTES = 4 << 20;
/** What cells publish is read so often, milliseconds: each waking of the recorder costs the kernel some of its time. */
const GATHER_MS = 100;
/** How often a kernel that starts is checked to be alive, milliseconds. */
const POLL_MS = 50;

/**
 * Subscribes to a kernel.
 *
 * @param starting A kernel that does not listen yet: waited for as long as it lives.
 * @throws {ConnectionFileError} when its connection file cannot be read
 * @throws {ZmtpError} when it does not listen
 */
export async function subscribeTo(
  connection_file: string,
  starting?: ProcessIdentity,
): Promise<Subscriber> {
  const connection = readConnectionFile(connection_file);
  const limits = {
    gather_ms: GATHER_MS,
    max_content_bytes: MAX_CONTENT_BYTES,
    max_waiting_bytes: MAX_WAITING_BYTES,
  };
  if (starting === undefined) return await subscribe(connection, limits);
  const ended = new AbortController();
  const poll = setInterval(() => {
    if (!isAlive(starting)) ended.abort("the kernel has ended");
  }, POLL_MS);
  try {
    return await subscribe(connection, { ...limits, signal: ended.signal });
  } finally {
    clearInterval(poll);
  }
}
