/**
 * `runs/…`: runs themselves, and the calls that log one thing.
 *
 * @module
 */
import { mlflowArea, type ProjectContext } from "../requests/access.ts";
import { json, RefusedAnswer, resourceMissing } from "../protocol/answers.ts";
import { runEntity, runInfo } from "../requests/entities.ts";
import { coerce } from "../protocol/params.ts";
import { type Route, route } from "../requests/router.ts";
import { randomRunName } from "../requests/run_name.ts";
import { isBlankColumn } from "../store/columns.ts";
import { RUN_STATUSES } from "../../base/run_status.ts";
import { linkJob, sentTags } from "../requests/tags.ts";
import { MLFLOW, SINCE_17, storedRun } from "../requests/mlflow.ts";

const area = mlflowArea();
const PAIR = {
  run_id: { type: "string", required: true },
  key: { type: "string", required: true },
  value: { type: "string", required: true },
} as const;

/** The routes of runs, but for `log-batch`. */
export const runRoutes: readonly Route[] = [
  route(`${MLFLOW}/runs/create`, { POST: create }, {
    area,
    permission: "create_ml_flow_run",
  }),
  route(`${MLFLOW}/runs/get`, { GET: get }, {
    area,
    permission: "read_ml_flow_run",
  }),
  route(`${MLFLOW}/runs/search`, { POST: search }, {
    area,
    permission: "read_ml_flow_run",
  }),
  route(`${MLFLOW}/runs/update`, { POST: update }, {
    area,
    permission: "update_ml_flow_run",
  }),
  route(`${MLFLOW}/runs/log-metric`, { POST: logMetric }, {
    area,
    permission: "log_ml_flow_run",
  }),
  route(`${MLFLOW}/runs/log-parameter`, { POST: logParameter }, {
    area,
    permission: "log_ml_flow_run",
  }),
  route(`${MLFLOW}/runs/set-tag`, { POST: setTag }, {
    area,
    permission: "update_ml_flow_run",
  }),
  route(`${MLFLOW}/runs/delete`, { POST: remove }, {
    area,
    profiles: SINCE_17,
    permission: "delete_ml_flow_run",
  }),
];

function create(context: ProjectContext): Response {
  const { input, services, project, identity } = context;
  const params = coerce(input, {
    experiment_id: { type: "integer", required: true },
    start_time: { type: "integer", default: 0 },
    tags: { type: "array" },
    run_name: { type: "string" },
  });
  const { store } = services;
  const experiment = store.experiments.byIid(
    project.id,
    params.experiment_id === null ? null : String(params.experiment_id),
  );
  if (experiment === undefined) throw resourceMissing();
  const tags = sentTags(params.tags);
  const names = [
    params.run_name,
    tags.find(({ key }) => key === "mlflow.runName")?.value,
  ];
  const run = store.runs.create(experiment, {
    name: names.find((name) => !isBlankColumn(name)) ?? randomRunName(),
    user: identity?.user.id ?? null,
    start_time: params.start_time,
  });
  linkJob(store, run, tags);
  store.runTags.setAll(run.id, tags);
  return json({ run: runEntity(services, run) });
}

function get(context: ProjectContext): Response {
  const { run_id } = coerce(context.input, {
    run_id: { type: "string", required: true },
  });
  return json({ run: runEntity(context.services, storedRun(context, run_id)) });
}

function search({ input, services, project }: ProjectContext): Response {
  const params = coerce(input, {
    experiment_ids: { type: "array", required: true },
    max_results: { type: "integer", default: 200 },
    order_by: { type: "string", default: "created_at DESC" },
    page_token: { type: "string" },
  });
  const first = params.experiment_ids[0];
  const experiment = typeof first === "string" || typeof first === "number"
    ? services.store.experiments.byIid(project.id, String(first))
    : undefined;
  if (experiment === undefined) throw resourceMissing();
  const { rows, next } = services.store.runs.search(experiment.id, {
    order: params.order_by,
    limit: Number(params.max_results),
    token: params.page_token,
  });
  return json({
    runs: rows.map((run) => runEntity(services, run)),
    next_page_token: next,
  });
}

function update(context: ProjectContext): Response {
  const { run_id, status, end_time } = coerce(context.input, {
    run_id: { type: "string", required: true },
    status: { type: "string", values: RUN_STATUSES },
    end_time: { type: "integer" },
  });
  const run = context.services.store.runs.update(storedRun(context, run_id), {
    status: status ?? null,
    end_time: end_time ?? null,
  });
  return json({ run_info: runInfo(context.services, run) });
}

function logMetric(context: ProjectContext): Response {
  const { run_id, ...point } = coerce(context.input, {
    run_id: { type: "string", required: true },
    key: { type: "string", required: true },
    value: { type: "float", required: true },
    timestamp: { type: "integer", required: true },
    step: { type: "integer" },
  });
  context.services.store.metrics.append(storedRun(context, run_id).id, point);
  return json({});
}

function logParameter(context: ProjectContext): Response {
  const { run_id, key, value } = coerce(context.input, PAIR);
  context.services.store.params.set(storedRun(context, run_id).id, key, value);
  return json({});
}

function setTag(context: ProjectContext): Response {
  const { run_id, key, value } = coerce(context.input, PAIR);
  const { store } = context.services;
  const run = storedRun(context, run_id);
  linkJob(store, run, [{ key, value }]);
  store.runTags.set(run.id, key, value);
  return json({});
}

function remove(context: ProjectContext): Response {
  const { run_id } = coerce(context.input, {
    run_id: { type: "string", required: true },
  });
  const { store } = context.services;
  const run = storedRun(context, run_id);
  if (run.model_version !== null) {
    throw new RefusedAnswer(400, {
      message: "Cannot delete a candidate associated to a model version",
    });
  }
  store.transaction(() => {
    store.metrics.removeRun(run.id);
    store.runs.remove(run);
  });
  return json({});
}
