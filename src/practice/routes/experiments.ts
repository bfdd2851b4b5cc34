/**
 * `experiments/…`
 *
 * @module
 */
import { mlflowArea, type ProjectContext } from "../requests/access.ts";
import { json, RefusedAnswer, resourceMissing } from "../protocol/answers.ts";
import { experimentEntity } from "../requests/entities.ts";
import { coerce } from "../protocol/params.ts";
import { type Route, route } from "../requests/router.ts";
import type { StoredExperiment } from "../store/experiments.ts";
import { sentTags } from "../requests/tags.ts";
import { MLFLOW, SINCE_17 } from "../requests/mlflow.ts";

const area = mlflowArea();

/** The routes of experiments. */
export const experimentRoutes: readonly Route[] = [
  route(`${MLFLOW}/experiments/get`, { GET: get }, {
    area,
    permission: "read_ml_experiment",
  }),
  route(`${MLFLOW}/experiments/get-by-name`, { GET: getByName }, {
    area,
    permission: "read_ml_experiment",
  }),
  route(`${MLFLOW}/experiments/list`, { GET: list }, {
    area,
    permission: "read_ml_experiment",
  }),
  route(`${MLFLOW}/experiments/search`, { POST: search }, {
    area,
    profiles: SINCE_17,
    permission: "read_ml_experiment",
  }),
  route(`${MLFLOW}/experiments/create`, { POST: create }, {
    area,
    permission: "create_ml_experiment",
  }),
  route(`${MLFLOW}/experiments/set-experiment-tag`, { POST: setTag }, {
    area,
    permission: "update_ml_experiment",
  }),
  route(`${MLFLOW}/experiments/delete`, { POST: remove }, {
    area,
    profiles: SINCE_17,
    permission: "delete_ml_experiment",
  }),
];

function get(context: ProjectContext): Response {
  const { experiment_id } = coerce(context.input, {
    experiment_id: { type: "string", default: "" },
  });
  return shown(context, byIid(context, experiment_id));
}

function getByName(context: ProjectContext): Response {
  const { experiment_name } = coerce(context.input, {
    experiment_name: { type: "string", default: "" },
  });
  const experiment = context.services.store.experiments.byName(
    context.project.id,
    experiment_name,
  );
  if (experiment === undefined) throw resourceMissing();
  return shown(context, experiment);
}

function list({ services, project }: ProjectContext): Response {
  const experiments = services.store.experiments.list(project.id);
  return json({
    experiments: experiments.map((one) => experimentEntity(services, one)),
  });
}

function search({ input, services, project }: ProjectContext): Response {
  const params = coerce(input, {
    max_results: { type: "integer", default: 200 },
    order_by: { type: "string", default: "created_at DESC" },
    page_token: { type: "string" },
  });
  const { rows, next } = services.store.experiments.search(project.id, {
    order: params.order_by,
    limit: Number(params.max_results),
    token: params.page_token,
  });
  return json({
    experiments: rows.map((one) => experimentEntity(services, one)),
    next_page_token: next,
  });
}

function create({ input, services, project }: ProjectContext): Response {
  const { name, tags } = coerce(input, {
    name: { type: "string", required: true },
    tags: { type: "array" },
  });
  const { store } = services;
  const experiment = store.experiments.create(project.id, name);
  store.experimentTags.setAll(experiment.id, sentTags(tags));
  return json({ experiment_id: String(experiment.iid) });
}

function setTag(context: ProjectContext): Response {
  const { experiment_id, key, value } = coerce(context.input, {
    experiment_id: { type: "string", required: true },
    key: { type: "string", required: true },
    value: { type: "string", required: true },
  });
  const experiment = byIid(context, experiment_id);
  context.services.store.experimentTags.set(experiment.id, key, value);
  return json({});
}

function remove(context: ProjectContext): Response {
  const { experiment_id } = coerce(context.input, {
    experiment_id: { type: "string", required: true },
  });
  const { store } = context.services;
  const experiment = byIid(context, experiment_id);
  if (store.experiments.isOfModel(experiment)) {
    throw new RefusedAnswer(400, {
      message: "Cannot delete an experiment associated to a model",
    });
  }
  store.transaction(() => {
    for (const run of store.runs.ofExperiment(experiment.id)) {
      store.metrics.removeRun(run.id);
      store.runs.remove(run);
    }
    store.experiments.remove(experiment);
  });
  return json({});
}

function byIid(
  { services, project }: ProjectContext,
  iid: string | null,
): StoredExperiment {
  const experiment = services.store.experiments.byIid(project.id, iid);
  if (experiment === undefined) throw resourceMissing();
  return experiment;
}

function shown(
  { services }: ProjectContext,
  experiment: StoredExperiment,
): Response {
  return json({ experiment: experimentEntity(services, experiment) });
}
