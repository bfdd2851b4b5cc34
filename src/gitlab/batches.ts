/**
 * What is to be logged, split into requests.
 *
 * @module
 */
import type { Limits, MetricPoint } from "./limits.ts";

/** What goes into one `log-batch`. */
export interface Batch {
  /** Metric points. */
  metrics?: readonly MetricPoint[];
  /** Params. */
  params?: readonly { key: string; value: string }[];
  /** Tags. */
  tags?: readonly { key: string; value: string }[];
}

/**
 * Splits what is to be logged into requests: params, then tags, then metrics in their order. Metrics never
 * share a request with the others: GitLab stores the metrics of a batch whose params it refuses.
 */
export function* splitBatches(batch: Batch, limits: Limits): Iterable<Batch> {
  for (
    const params of chunks(batch.params ?? [], limits.batch_params, limits)
  ) yield { params };
  for (const tags of chunks(batch.tags ?? [], limits.batch_tags, limits)) {
    yield { tags };
  }
  for (
    const metrics of chunks(batch.metrics ?? [], limits.batch_metrics, limits)
  ) yield { metrics };
}

function* chunks<T extends { key: string; value: string | number }>(
  items: readonly T[],
  count: number,
  limits: Limits,
): Iterable<T[]> {
  let chunk: T[] = [];
  let bytes = 0;
  for (const item of items) {
    // JSON of a UTF-16 unit has at most six bytes; three is usual for what is not ASCII.
    const size = 80 + 3 * item.key.length +
      (typeof item.value === "string" ? 3 * item.value.length : 0);
    if (
      chunk.length === count ||
      (chunk.length > 0 && bytes + size > limits.batch_bytes)
    ) {
      yield chunk;
      chunk = [];
      bytes = 0;
    }
    chunk.push(item);
    bytes += size;
  }
  if (chunk.length > 0) yield chunk;
}
