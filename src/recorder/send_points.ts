/**
 * Sends metric points in the order they were logged. GitLab stores a point again when it is sent again, so a
 * batch without an answer is looked up on the server before anything more is sent.
 *
 * @module
 */
import { splitBatches } from "../gitlab/batches.ts";
import type { TrackingClient } from "../gitlab/client.ts";
import type { ServerInfo } from "../gitlab/detect.ts";
import { isTrackingError } from "../gitlab/errors.ts";
import { fitMetric, fitMetricKey, type MetricPoint } from "../gitlab/limits.ts";
import type { Journal } from "../journal/journal.ts";
import type { NamedPoint } from "../journal/metrics.ts";

/** Sends every point that is not on the server. */
export async function sendPoints(
  journal: Journal,
  run_id: string,
  remote: string,
  client: TrackingClient,
  server: ServerInfo,
): Promise<void> {
  const { deliveries } = journal;
  if (deliveries.get(run_id).unsure_to !== null) {
    await settle(journal, run_id, remote, client, server);
  }
  for (;;) {
    const from = deliveries.get(run_id).delivered_seq;
    const batch = take(
      journal.points(run_id, from),
      server.limits.batch_metrics,
    );
    const last = batch.at(-1);
    if (last === undefined) return;
    await sendBatch(
      journal,
      run_id,
      remote,
      client,
      server,
      batch,
      last.seq + 1,
    );
  }
}

async function sendBatch(
  journal: Journal,
  run_id: string,
  remote: string,
  client: TrackingClient,
  server: ServerInfo,
  batch: readonly NamedPoint[],
  to: number,
): Promise<void> {
  const { deliveries } = journal;
  const metrics = sendable(journal, run_id, batch, server);
  if (metrics.length > 0) {
    deliveries.set(run_id, { unsure_to: to });
    try {
      await logAll(client, remote, metrics, server);
    } catch (error) {
      // Refused before anything was stored: nothing is in doubt.
      if (isTrackingError(error) && error.retry !== "unsure") {
        deliveries.set(run_id, { unsure_to: null });
      }
      throw error;
    }
  }
  deliveries.set(run_id, { delivered_seq: to, unsure_to: null });
}

/** Finds out which points of a batch without an answer are on the server, and sends the rest. */
async function settle(
  journal: Journal,
  run_id: string,
  remote: string,
  client: TrackingClient,
  server: ServerInfo,
): Promise<void> {
  const { deliveries } = journal;
  const { delivered_seq, unsure_to } = deliveries.get(run_id);
  const to = unsure_to ?? delivered_seq;
  const batch: NamedPoint[] = [];
  for (const point of journal.points(run_id, delivered_seq)) {
    if (point.seq >= to) break;
    batch.push(point);
  }
  if (server.features.metrics_once) {
    deliveries.set(run_id, { unsure_to: null });
    return; // sending again is safe there
  }
  const left: NamedPoint[] = [];
  for (const key of new Set(batch.map((p) => p.key))) {
    left.push(
      ...await missingOf(journal, run_id, remote, client, server, key, batch),
    );
  }
  left.sort((a, b) => a.seq - b.seq);
  const metrics = sendable(journal, run_id, left, server);
  await logAll(client, remote, metrics, server);
  deliveries.set(run_id, { delivered_seq: to, unsure_to: null });
}

/** The points of one metric in a batch that the server does not have. */
async function missingOf(
  journal: Journal,
  run_id: string,
  remote: string,
  client: TrackingClient,
  server: ServerInfo,
  key: string,
  batch: readonly NamedPoint[],
): Promise<NamedPoint[]> {
  const stored = await client.storedPoints(remote, key);
  const counts = new Map<string, number>();
  for (const p of stored.points) add(counts, textOf(p), 1);
  // What was delivered before the batch accounts for some of them.
  for (const p of journal.points(run_id)) {
    if (p.seq >= (batch[0]?.seq ?? 0)) break;
    if (p.key !== key) continue;
    for (const m of sendable(journal, run_id, [p], server)) {
      add(counts, textOf(m), -1);
    }
  }
  return batch.filter((p) => {
    if (p.key !== key) return false;
    const [metric] = sendable(journal, run_id, [p], server);
    if (metric === undefined) return false;
    const text = textOf(metric);
    if ((counts.get(text) ?? 0) <= 0) return true;
    add(counts, text, -1);
    return false;
  });
}

/** The points a server takes, as it takes them; the others stay in the journal and the bundle, and are named. */
function sendable(
  journal: Journal,
  run_id: string,
  points: readonly NamedPoint[],
  server: ServerInfo,
): MetricPoint[] {
  const metrics: MetricPoint[] = [];
  for (const { key, value, step, timestamp } of points) {
    const { metric, lost } = fitMetric({
      key: fitMetricKey(key, server.limits),
      value,
      step,
      timestamp: Math.trunc(timestamp),
    }, server.limits);
    if (lost !== null) unsendable(journal, run_id, key, lost);
    if (metric !== null) metrics.push(metric);
  }
  return metrics;
}

function unsendable(
  journal: Journal,
  run_id: string,
  key: string,
  lost: "value" | "step",
): void {
  journal.entries.setMissing(
    run_id,
    `metric "${key}" on the server`,
    lost === "value"
      ? "GitLab takes no NaN and no infinities; those points are in the journal and the bundle."
      : "GitLab takes steps up to 2147483647; the greater ones are in the journal and the bundle.",
  );
}

async function logAll(
  client: TrackingClient,
  run_id: string,
  metrics: readonly MetricPoint[],
  server: ServerInfo,
): Promise<void> {
  for (const batch of splitBatches({ metrics }, server.limits)) {
    await client.logBatch({ run_id, ...batch });
  }
}

function textOf(
  point: {
    value: number | null;
    step?: number | null;
    timestamp: number | null;
  },
): string {
  return `${point.value} ${point.step ?? null} ${point.timestamp}`;
}

function add(counts: Map<string, number>, text: string, n: number): void {
  counts.set(text, (counts.get(text) ?? 0) + n);
}

function take<T>(items: Iterable<T>, n: number): T[] {
  const taken: T[] = [];
  for (const item of items) {
    taken.push(item);
    if (taken.length >= n) break;
  }
  return taken;
}
