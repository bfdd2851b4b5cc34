/**
 * Finds out whether metric points that were sent without an answer being seen are on the server. GitLab keeps a
 * point again when it is sent again, and stores a request's points all or none.
 *
 * @module
 */
import type { MetricPoint } from "../gitlab/limits.ts";
import type { StoredPoint } from "../gitlab/metrics.ts";
import type { PointStream } from "./point_stream.ts";
import { inFlight, inFlightOver, readBack, type Sending } from "./sending.ts";

/** What a run's metric had before the points in doubt. */
interface Before {
  count: number;
  last: MetricPoint;
}

/** The points in doubt. */
interface Doubt {
  from: number;
  to: number;
  /** Those points, as they were sent. */
  batch: MetricPoint[];
  /** By metric, what was delivered before them. */
  before: Map<string, Before>;
}

/** Leaves nothing in doubt: what is there counts as delivered, what is not is sent or will be. */
export async function resolveUncertainPoints(
  sending: Sending,
  stream: PointStream,
): Promise<void> {
  const { journal, run, server, lease, client, remote } = sending;
  const delivery = journal.deliveries.get(run.run_id);
  if (delivery.unsure_to === null) return;
  if (server.features.metrics_once) {
    return lease.set({ unsure_to: null }); // sending again is safe there
  }
  const doubt = doubtOf(sending, stream, {
    from: delivery.delivered_seq,
    to: delivery.unsure_to,
  });
  let missing = await missingOf(sending, stream, doubt);
  // A server may still be working on a request whose sender is gone.
  if (missing.length > 0 && await inFlightOver(sending)) {
    missing = await missingOf(sending, stream, doubt);
  }
  if (missing.length === doubt.batch.length && missing.length > 0) {
    return lease.set({ unsure_to: null }); // none is there: they are sent as if for the first time
  }
  if (missing.length > 0) {
    // Until the answer the whole range stays in doubt: a part of it is there.
    lease.set(inFlight(sending));
    await client.logBatch({ run_id: remote, metrics: missing });
  }
  lease.set({ delivered_seq: doubt.to, unsure_to: null });
}

function doubtOf(
  { complete }: Sending,
  stream: PointStream,
  range: { from: number; to: number },
): Doubt {
  const doubt: Doubt = {
    from: range.from,
    to: range.from,
    batch: [],
    before: new Map(),
  };
  for (const { seq, metric } of stream.from(0, complete)) {
    if (seq >= range.to) break;
    doubt.to = Math.max(doubt.to, seq + 1);
    if (metric === null) continue;
    if (seq >= range.from) {
      doubt.batch.push(metric);
      continue;
    }
    const known = doubt.before.get(metric.key);
    if (known === undefined) {
      doubt.before.set(metric.key, { count: 1, last: metric });
    } else {
      known.count++;
      known.last = metric;
    }
  }
  return doubt;
}

/** The points in doubt that the server does not have. */
async function missingOf(
  sending: Sending,
  stream: PointStream,
  doubt: Doubt,
): Promise<MetricPoint[]> {
  const { client, remote, server } = sending;
  const { metrics } = (await readBack(sending)).data;
  const there = Map.groupBy(metrics, (m) => m.key);
  // Some versions list every point here, some only the one of each metric that arrived last.
  const all = metrics.length > there.size;
  const verdict = all ? "unclear" : byLast(doubt, there);
  if (verdict === "there") return [];
  if (verdict === "not there") return doubt.batch;
  const missing: MetricPoint[] = [];
  for (const [key, batch] of Map.groupBy(doubt.batch, (m) => m.key)) {
    const stored = all || !server.features.history
      ? there.get(key) ?? []
      : (await client.storedPoints(remote, key)).points;
    missing.push(...missingOfKey(sending, stream, { doubt, batch, stored }));
  }
  const wanted = new Set(missing);
  return doubt.batch.filter((m) => wanted.has(m));
}

/** What the last point of each metric shows: that of the points in doubt, or the one before them. */
function byLast(
  doubt: Doubt,
  there: ReadonlyMap<string, readonly StoredPoint[]>,
): "there" | "not there" | "unclear" {
  const lasts = new Map(doubt.batch.map((m) => [m.key, m]));
  let stored = true;
  let absent = true;
  for (const [key, last] of lasts) {
    const found = there.get(key)?.[0];
    const before = doubt.before.get(key)?.last;
    stored &&= found !== undefined && isSame(last, found);
    absent &&= found === undefined
      ? before === undefined
      : before !== undefined && isSame(before, found);
  }
  return stored === absent ? "unclear" : stored ? "there" : "not there";
}

/** Of one metric's points in doubt those that are not among the stored ones. */
function missingOfKey(
  sending: Sending,
  stream: PointStream,
  of: {
    doubt: Doubt;
    batch: readonly MetricPoint[];
    stored: readonly StoredPoint[];
  },
): MetricPoint[] {
  const { doubt, batch, stored } = of;
  const key = batch[0]?.key ?? "";
  const more = stored.length - (doubt.before.get(key)?.count ?? 0);
  if (more <= 0) return [...batch];
  if (more >= batch.length) return [];
  const counts = new Map<string, number>();
  const add = (point: StoredPoint | MetricPoint, n: number): number => {
    const text = textOf(point);
    const count = (counts.get(text) ?? 0) + n;
    counts.set(text, count);
    return count;
  };
  for (const point of stored) add(point, 1);
  for (const { seq, metric } of stream.from(0, sending.complete)) {
    if (seq >= doubt.from) break;
    if (metric?.key === key) add(metric, -1);
  }
  return batch.filter((point) => add(point, -1) < 0);
}

function isSame(sent: MetricPoint, stored: StoredPoint): boolean {
  return sent.value === stored.value && sent.timestamp === stored.timestamp &&
    (sent.step ?? null) === stored.step;
}

function textOf(point: StoredPoint | MetricPoint): string {
  return `${point.value} ${point.step ?? null} ${point.timestamp}`;
}
