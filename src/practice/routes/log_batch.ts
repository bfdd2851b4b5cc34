/**
 * `runs/log-batch`: the shape of everything is checked first; then metrics, params and tags are stored
 * one after the other, each all or nothing, and what is stored stays when a later part is refused.
 *
 * @module
 */
import { mlflowArea, type ProjectContext } from "../requests/access.ts";
import { json } from "../protocol/answers.ts";
import { coerce } from "../protocol/params.ts";
import { type Route, route } from "../requests/router.ts";
import { linkJob, sentTags } from "../requests/tags.ts";
import { MLFLOW, storedRun } from "../requests/mlflow.ts";

/** The route of batches. */
export const logBatchRoutes: readonly Route[] = [
  route(`${MLFLOW}/runs/log-batch`, { POST: logBatch }, {
    area: mlflowArea(),
    permission: "log_ml_flow_run",
  }),
];

const FIELDS = {
  run_id: { type: "string", required: true },
  metrics: {
    type: "array",
    items: {
      key: { type: "string", required: true },
      value: { type: "float", required: true },
      timestamp: { type: "integer", required: true },
      step: { type: "integer" },
    },
    plain: arePlainPoints,
  },
  params: {
    type: "array",
    items: {
      key: { type: "string", required: true },
      value: { type: "string", required: true },
    },
  },
  tags: { type: "array" },
} as const;

function logBatch(context: ProjectContext): Response {
  const { run_id, metrics, params, tags } = coerce(context.input, FIELDS);
  const { store } = context.services;
  const run = storedRun(context, run_id);
  store.metrics.appendAll(run.id, metrics);
  store.params.setAll(run.id, params);
  const pairs = sentTags(tags);
  linkJob(store, run, pairs);
  store.runTags.setAll(run.id, pairs);
  return json({});
}

/** Whether every item is a point whose parts have their own types already. */
function arePlainPoints(items: readonly unknown[]): boolean {
  for (const item of items) {
    if (typeof item !== "object" || item === null) return false;
    const { key, value, timestamp, step } = item as Record<string, unknown>;
    if (
      typeof key !== "string" || typeof value !== "number" ||
      !Number.isSafeInteger(timestamp) ||
      step !== undefined && !Number.isSafeInteger(step)
    ) return false;
  }
  return true;
}
