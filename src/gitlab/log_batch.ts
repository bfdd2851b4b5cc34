/**
 * Metrics, params and tags sent to a run.
 *
 * @module
 */
import { withMinusZero } from "../base/numbers.ts";
import type { Batch } from "./batches.ts";
import type { Connection } from "./connection.ts";
import { RefusedError } from "./errors.ts";
import { emptyAnswer } from "./schemas.ts";

/**
 * Logs one batch that {@linkcode splitBatches} made, of values that were made to fit. Params and tags may be
 * sent again; metrics only where the server keeps equal points once, so GitLab's may fail with `retry` "unsure".
 * GitLab stores all metrics of a batch or none.
 */
export async function logBatch(
  connection: Connection,
  batch: Batch & { run_id: string },
): Promise<void> {
  const { run_id, metrics = [], params = [], tags = [] } = batch;
  const server = await connection.server();
  const url = await connection.endpoint("runs/log-batch");
  const attempted = `log ${
    Object.entries({ metrics, params, tags })
      .filter(([, items]) => items.length > 0)
      .map(([name, items]) => `${items.length} ${name}`).join(", ") || "nothing"
  } to run ${run_id}`;
  const sent = metrics.map((metric) => {
    if (Object.is(metric.value, -0)) {
      return { ...metric, value: withMinusZero("", metric.value) };
    }
    if (Number.isFinite(metric.value)) return metric;
    if (server.kind === "mlflow") {
      return { ...metric, value: String(metric.value) };
    }
    throw new RefusedError(
      `Cannot ${attempted}: GitLab holds no ${metric.value} ("${metric.key}")`,
      {
        method: "POST",
        url,
        attempted,
        retry: "never",
        hint: "Leave such points out; they stay in the journal and the bundle.",
      },
    );
  });
  await connection.http.json("POST", url, {
    attempted,
    json: {
      run_id,
      ...(sent.length > 0 && { metrics: sent }),
      ...(params.length > 0 && { params }),
      ...(tags.length > 0 && { tags }),
    },
    schema: emptyAnswer,
    repeat: metrics.length === 0 || server.kind === "mlflow"
      ? "safe"
      : "unsafe",
  });
}
