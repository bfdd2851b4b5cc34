/**
 * Connecting to a kernel's port, and knowing when it has gone.
 *
 * @module
 */
import { messageOf } from "../base/errors.ts";
import { ZmtpError } from "./frames.ts";

/** Wait between two tries to connect while a kernel starts, milliseconds. */
export const RETRY_MS = 5;

/** The address to connect to. */
export interface TcpOptions {
  host: string;
  port: number;
  /** Tries again until the peer listens or this is aborted. @default {one try} */
  signal?: AbortSignal;
}

/**
 * Connects.
 *
 * @throws {ZmtpError} when nobody listens
 */
export async function connectTcp(options: TcpOptions): Promise<Deno.TcpConn> {
  const { host: hostname, port, signal } = options;
  for (;;) {
    try {
      return await Deno.connect({
        hostname,
        port,
        ...(signal === undefined ? {} : { signal }),
      });
    } catch (cause) {
      if (signal === undefined || signal.aborted) {
        throw new ZmtpError(
          `Cannot connect to ${hostname}:${port}: ${
            signal === undefined ? messageOf(cause) : messageOf(signal.reason)
          }`,
          { cause, hint: "Is the kernel still running?" },
        );
      }
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

/** Reading from a peer that was killed fails in one of these ways. */
export function isGone(cause: unknown): boolean {
  return cause instanceof Deno.errors.ConnectionReset ||
    cause instanceof Deno.errors.ConnectionAborted ||
    cause instanceof Deno.errors.BrokenPipe;
}
