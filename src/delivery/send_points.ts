/**
 * Sends metric points in the order they were logged, one request after the other: a server's "latest" point is the
 * one that arrived last. While one request is under way the next one is made ready.
 *
 * @module
 */
import { isTooLargeError, isTrackingError } from "../gitlab/errors.ts";
import type { Limits, MetricPoint } from "../gitlab/limits.ts";
import type { Journal } from "../journal/journal.ts";
import { PointFitter } from "./point_fitter.ts";
import { resolveUncertainPoints } from "./uncertain_points.ts";
import { inFlight, type Sending } from "./sending.ts";

/** What one request carries. */
interface PointBatch {
  /** Sequence number of its first point. */
  from: number;
  /** Sequence number after its last point. */
  to: number;
  /** The points of that range that the server can hold. */
  metrics: MetricPoint[];
}

/** Sends every point that is not on the server. */
export async function sendPoints(sending: Sending): Promise<void> {
  const { journal, run, memory, server } = sending;
  const fitter = memory.fitter ??= new PointFitter(server.limits);
  try {
    await resolveUncertainPoints(sending, fitter);
    while (await sendFrom(sending, fitter));
  } finally {
    fitter.name(journal, run.run_id);
  }
}

/** Sends what is there now. @returns whether there was something */
async function sendFrom(
  sending: Sending,
  fitter: PointFitter,
): Promise<boolean> {
  const { journal, run, client, lease, remote } = sending;
  const { delivered_seq } = journal.deliveries.get(run.run_id);
  const ready = batches(journal, run.run_id, {
    from: delivered_seq,
    fitter,
    limits: limitsOf(sending),
  });
  let next = ready.next();
  if (next.done === true) return false;
  while (next.done !== true) {
    const { from, to, metrics } = next.value;
    if (metrics.length === 0) {
      lease.set({ delivered_seq: to, unsure_to: null });
      next = ready.next();
      continue;
    }
    // From here on it may be there although no answer is seen; until `in_flight_until` it may still be on its way.
    lease.set({ delivered_seq: from, unsure_to: to, ...inFlight(sending) });
    const answer = outcome(() => client.logBatch({ run_id: remote, metrics }));
    await underWay();
    const following = await outcome(() => ready.next());
    const sent = await answer;
    if ("error" in sent) {
      if (goesInHalves(sending, sent.error, metrics.length)) return true;
      throw sent.error;
    }
    if ("error" in following || following.value.done === true) {
      lease.set({ delivered_seq: to, unsure_to: null });
    }
    if ("error" in following) throw following.error;
    next = following.value;
  }
  return true;
}

/** What came of work, to be read later. */
async function outcome<T>(
  work: () => T | Promise<T>,
): Promise<{ value: T } | { error: unknown }> {
  try {
    return { value: await work() };
  } catch (error) {
    return { error };
  }
}

/** A batch that was certainly refused is not in doubt; one that was too large is tried in halves. */
function goesInHalves(
  { lease, memory }: Sending,
  error: unknown,
  count: number,
): boolean {
  if (!isTrackingError(error) || error.retry === "unsure") return false;
  lease.set({ unsure_to: null });
  if (!isTooLargeError(error) || count < 2) return false;
  memory.batch_metrics = Math.ceil(count / 2);
  return true;
}

function limitsOf({ server, memory }: Sending): Limits {
  const { limits } = server;
  return {
    ...limits,
    batch_metrics: Math.min(limits.batch_metrics, memory.batch_metrics),
  };
}

/** Lets the request go out before this thread is busy with the next one. */
function underWay(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

function* batches(
  journal: Journal,
  run_id: string,
  options: { from: number; fitter: PointFitter; limits: Limits },
): Generator<PointBatch, void, undefined> {
  const { fitter, limits } = options;
  let batch: PointBatch = { from: options.from, to: options.from, metrics: [] };
  let bytes = 0;
  for (const point of journal.points(run_id, options.from)) {
    // JSON of a UTF-16 unit has at most six bytes; three is usual for what is not ASCII.
    const size = 80 + 3 * point.key.length;
    if (
      batch.metrics.length === limits.batch_metrics ||
      (batch.metrics.length > 0 && bytes + size > limits.batch_bytes)
    ) {
      yield batch;
      batch = { from: batch.to, to: batch.to, metrics: [] };
      bytes = 0;
    }
    const metric = fitter.fit(point);
    if (metric !== null) {
      batch.metrics.push(metric);
      bytes += size;
    }
    batch.to = point.seq + 1;
  }
  if (batch.to > batch.from) yield batch;
}
