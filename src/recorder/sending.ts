/**
 * What the parts of one pass over a run share.
 *
 * @module
 */
import type { TrackingClient } from "../gitlab/client.ts";
import type { ServerInfo } from "../gitlab/detect.ts";
import type { RunInfo } from "../gitlab/schemas.ts";
import type { Digest } from "../base/digest.ts";
import type { Journal } from "../journal/journal.ts";
import type { RunRow } from "../journal/runs.ts";
import type { Lease } from "./delivery_lease.ts";
import type { PointFitter } from "./point_fitter.ts";

/** A file of a run on the server. */
export interface FileThere {
  /** Bytes; null where the server does not say. */
  size: number | null;
  /** Its content, when this process sent or read it. */
  digest: Digest | null;
}

/** What one process has learned of a run on its server, so that it need not ask again. */
export interface RunMemory {
  /** The run as the server told of it. */
  info: RunInfo | null;
  /** Its files by stored name; null until they were listed. */
  files: Map<string, FileThere> | null;
  /** Makes its points fit. */
  fitter: PointFitter | null;
  /** Points of one request, where the server took fewer than it should. */
  batch_metrics: number;
}

/** Nothing learned yet. */
export function newMemory(): RunMemory {
  return { info: null, files: null, fitter: null, batch_metrics: Infinity };
}

/** One pass over a run. */
export interface Sending {
  journal: Journal;
  /** The run as it was when the pass began. */
  run: RunRow;
  /** Its id on the server. */
  remote: string;
  client: TrackingClient;
  server: ServerInfo;
  /** The right to deliver it. */
  lease: Lease;
  memory: RunMemory;
  /** Whether the run has ended and its record is complete. */
  complete: boolean;
  /** How long a request without an answer may still be worked on, milliseconds. */
  settle_ms: number;
}

/** The run as the server tells of it, asked once. */
export async function infoOf(
  { memory, client, remote }: Pick<Sending, "memory" | "client" | "remote">,
): Promise<RunInfo> {
  memory.info ??= (await client.getRun(remote)).info;
  return memory.info;
}

/** Waits until a time, at most so long: the clock may have been set back. */
export async function waitUntil(
  time: number | null,
  most_ms: number,
): Promise<boolean> {
  const ms = Math.min((time ?? 0) - Date.now(), most_ms);
  if (ms <= 0) return false;
  await new Promise((resolve) => setTimeout(resolve, ms));
  return true;
}

/**
 * Does work on every item, some at once. After a failure no further item is begun.
 *
 * @throws what the first failing work threw, once all that was begun has ended
 */
export async function someAtOnce<T>(
  items: Iterable<T>,
  at_once: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const failures: unknown[] = [];
  const left = items[Symbol.iterator]();
  const lane = async () => {
    for (
      let next = left.next();
      next.done !== true && failures.length === 0;
      next = left.next()
    ) {
      try {
        await work(next.value);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: at_once }, lane));
  if (failures.length > 0) throw failures[0];
}
