/**
 * How a recorder listens to its kernel: in little memory.
 *
 * Loaded before the recorder subscribes: it loads no library.
 *
 * @module
 */
import { readConnectionFile } from "../jupyter/connection.ts";
import { subscribe, type Subscriber } from "../jupyter/subscriber.ts";

/** A longer content of a message is known by head and digest only, bytes. */
const MAX_CONTENT_BYTES = 4 << 20;
/** With more waiting the kernel is made to wait, bytes. */
const MAX_WAITING_BYTES = 4 << 20;

/**
 * Subscribes to a kernel.
 *
 * @throws {ConnectionFileError} when its connection file cannot be read
 * @throws {ZmtpError} when it does not listen
 */
export function subscribeTo(connection_file: string): Promise<Subscriber> {
  return subscribe(readConnectionFile(connection_file), {
    max_content_bytes: MAX_CONTENT_BYTES,
    max_waiting_bytes: MAX_WAITING_BYTES,
  });
}
