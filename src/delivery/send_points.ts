/**
 * Sends metric points in the order they were logged, one request after the other: a server's "latest" point is the
 * one that arrived last. While one request is under way the next one is made ready.
 *
 * @module
 */
import { nextTurn } from "../base/next_turn.ts";
import { isTrackingError } from "../gitlab/errors.ts";
import { TAG } from "../gitlab/fields.ts";
import type { Limits, MetricPoint } from "../gitlab/limits.ts";
import type { PointsMode } from "../journal/deliveries.ts";
import { isOfPart } from "./divide.ts";
import { keepMetrics } from "./metrics_csv.ts";
import { PointFitter } from "./point_fitter.ts";
import {
  PointStream,
  type StreamedPoint,
  thinnedText,
} from "./point_stream.ts";
import { assertRunThere } from "./run_there.ts";
import { EARLIER_GROWING_STEPS, GROWING_STEPS } from "./thinned_series.ts";
import { ALL_POINTS, inFlight, type Sending, sentenceOf } from "./sending.ts";
import { resolveUncertainPoints } from "./uncertain_points.ts";

/** Single points that the server may refuse before the others are not tried. */
const MOST_REFUSED_POINTS = 20;

/** What one request carries. */
interface PointBatch {
  /** Sequence number of its first point. */
  from: number;
  /** Sequence number after its last point. */
  to: number;
  /** The points of that range that the server can hold. */
  metrics: MetricPoint[];
}

/** Sends every point that is to go to the server and is not there. */
export async function sendPoints(sending: Sending): Promise<void> {
  const { journal, run, memory, server } = sending;
  if (journal.deliveries.get(run.run_id).points_sent_of !== null) return;
  const fitter = memory.fitter ??= new PointFitter(server.limits);
  const stream = streamOf(sending, fitter);
  if (stream === null) return;
  try {
    await resolveUncertainPoints(sending, stream);
    while (await sendFrom(sending, stream));
    if (sending.complete) finishThinned(sending, stream);
  } finally {
    fitter.name(journal, run.run_id);
  }
}

/** The points that go to the server; null as long as there are none. Which they are is decided once and noted. */
function streamOf(sending: Sending, fitter: PointFitter): PointStream | null {
  const { journal, run, memory, lease } = sending;
  const noted = journal.deliveries.get(run.run_id);
  if (noted.points_mode === null) {
    if (journal.points(run.run_id).next().done === true) return null;
    const points_mode = modeOf(sending);
    const live_steps = points_mode === "live" ? GROWING_STEPS : null;
    lease.set({ points_mode, live_steps });
  }
  const { points_mode, live_steps } = journal.deliveries.get(run.run_id);
  const mode = points_mode ?? modeOf(sending);
  if (memory.stream?.mode !== mode) {
    memory.stream = new PointStream(journal, run.run_id, {
      fitter,
      mode,
      live_steps: live_steps ?? EARLIER_GROWING_STEPS,
    });
  }
  return memory.stream;
}

function modeOf(
  { journal, run, server, points, complete }: Sending,
): PointsMode {
  const { delivered_seq, unsure_to } = journal.deliveries.get(run.run_id);
  // A delivery that an earlier version began sends all of them.
  if (delivered_seq > 0 || (unsure_to ?? ALL_POINTS) !== ALL_POINTS) {
    return "all";
  }
  if (points === "all" || server.kind !== "gitlab") return "all";
  return complete ? "whole" : "live";
}

/** Logs what a thinned series left out as a file, and says what was done. */
function finishThinned(
  { journal, run, lease }: Sending,
  stream: PointStream,
): void {
  const { run_id } = run;
  if (stream.mode === "all") return;
  const plan = stream.plan();
  const { scale, series } = plan;
  const thinned = thinnedText(plan);
  if (thinned === null) return lease.set({ points_sent_of: plan.points });
  const path = keepMetrics(journal, run_id);
  if (scale.renumbered && series.size > 0) {
    journal.entries.setTag(
      run_id,
      TAG.steps,
      `${scale.meaning} ${path} has the true ones.`,
    );
  }
  lease.set({
    points_sent_of: plan.points,
    thinned: `${thinned} ${path} has all points.`,
  });
}

/** Sends what is there now. @returns whether there was something */
async function sendFrom(
  sending: Sending,
  stream: PointStream,
): Promise<boolean> {
  const { journal, run, client, lease, remote, memory } = sending;
  const { delivered_seq } = journal.deliveries.get(run.run_id);
  const ready = batches(stream.from(delivered_seq, sending.complete), {
    from: delivered_seq,
    limits: limitsOf(sending),
  });
  let next = ready.next();
  if (next.done === true) return false;
  while (next.done !== true) {
    const { from, to, metrics } = next.value;
    if (metrics.length === 0 || memory.points_given_up) {
      lease.set({ delivered_seq: to, unsure_to: null });
      next = ready.next();
      continue;
    }
    // From here on it may be there although no answer is seen; until `in_flight_until` it may still be on its way.
    lease.set({ delivered_seq: from, unsure_to: to, ...inFlight(sending) });
    const answer = outcome(() => client.logBatch({ run_id: remote, metrics }));
    await nextTurn(); // it goes out before this thread is busy with the next one
    const following = await outcome(() => ready.next());
    const sent = await answer;
    if ("error" in sent) {
      if (await isRefused(sending, sent.error, next.value)) return true;
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

/**
 * Whether a batch was certainly refused for what it holds: it is tried in halves then, and a single point that the
 * server does not take is left out.
 */
async function isRefused(
  sending: Sending,
  error: unknown,
  { to, metrics }: PointBatch,
): Promise<boolean> {
  const { lease, memory, journal, run } = sending;
  if (!isTrackingError(error) || error.retry === "unsure") return false;
  lease.set({ unsure_to: null });
  if (!isOfPart(error)) return false;
  await assertRunThere(sending);
  const [point] = metrics;
  if (metrics.length > 1 || point === undefined) {
    memory.batch_metrics = Math.ceil(metrics.length / 2);
    return true;
  }
  memory.batch_metrics = Infinity;
  memory.points_given_up = ++memory.refused_points > MOST_REFUSED_POINTS;
  journal.deliveries.leaveOut(run.run_id, {
    what: memory.points_given_up
      ? "metrics"
      : `metric "${point.key}" at step ${point.step ?? "unknown"}`,
    why: sentenceOf(error),
  });
  lease.set({ delivered_seq: to });
  return true;
}

function limitsOf({ server, memory }: Sending): Limits {
  const { limits } = server;
  return {
    ...limits,
    batch_metrics: Math.min(limits.batch_metrics, memory.batch_metrics),
  };
}

function* batches(
  points: Iterable<StreamedPoint>,
  { from, limits }: { from: number; limits: Limits },
): Generator<PointBatch, void, undefined> {
  let batch: PointBatch = { from, to: from, metrics: [] };
  let bytes = 0;
  for (const { seq, metric } of points) {
    // JSON of a UTF-16 unit has at most six bytes; three is usual for what is not ASCII.
    const size = metric === null ? 0 : 80 + 3 * metric.key.length;
    if (
      metric !== null && (batch.metrics.length >= limits.batch_metrics ||
        (batch.metrics.length > 0 && bytes + size > limits.batch_bytes))
    ) {
      yield batch;
      batch = { from: batch.to, to: batch.to, metrics: [] };
      bytes = 0;
    }
    if (metric !== null) {
      batch.metrics.push(metric);
      bytes += size;
    }
    batch.to = seq + 1;
  }
  if (batch.to > batch.from) yield batch;
}
