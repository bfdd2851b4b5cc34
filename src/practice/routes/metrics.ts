/**
 * `metrics/get-history`, of the newest profile only.
 *
 * @module
 */
import { mlflowArea, type ProjectContext } from "../requests/access.ts";
import { json, serverError } from "../protocol/answers.ts";
import { metricEntity } from "../requests/entities.ts";
import { coerce } from "../protocol/params.ts";
import { type Route, route } from "../requests/router.ts";
import { openToken, writeToken } from "../store/keyset.ts";
import type { PointToStore } from "../store/metrics.ts";
import { MLFLOW, storedRun } from "../requests/mlflow.ts";

/** The route of a metric's history. */
export const metricRoutes: readonly Route[] = [
  route(`${MLFLOW}/metrics/get-history`, { GET: getHistory }, {
    area: mlflowArea(),
    profiles: ["newest"],
    permission: "read_ml_flow_run",
  }),
];

function getHistory(context: ProjectContext): Response {
  const params = coerce(context.input, {
    run_id: { type: "string", required: true },
    metric_key: { type: "string", required: true },
    max_results: { type: "integer", default: 1000 },
    page_token: { type: "string" },
  });
  const run = storedRun(context, params.run_id);
  const limit = Math.max(1, Math.min(Number(params.max_results), 1000));
  const points = context.services.store.metrics.history(
    run.id,
    params.metric_key ?? "",
    { limit: limit + 1, after: pointOf(params.page_token) },
  );
  const last = points.length > limit ? points[limit - 1] : undefined;
  return json({
    metrics: points.slice(0, limit).map(metricEntity),
    next_page_token: last === undefined ? null : writeToken({
      step: last.step,
      timestamp: last.timestamp,
      id: last.id,
    }),
  });
}

function pointOf(token: string | null | undefined): PointToStore | undefined {
  if (token === null || token === undefined || token === "") return undefined;
  const { step, timestamp, id } = openToken(token);
  if (
    !(step === null || typeof step === "number") || typeof id !== "number" ||
    !(timestamp === null || typeof timestamp === "number" ||
      typeof timestamp === "string" && /^-?\d+$/.test(timestamp))
  ) throw serverError();
  return { id, key: "", value: null, step, timestamp };
}
