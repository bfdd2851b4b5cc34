/**
 * `registered-models/…`
 *
 * @module
 */
import { mlflowArea, type ProjectContext } from "../requests/access.ts";
import {
  alreadyExists,
  invalidValue,
  json,
  RefusedAnswer,
  resourceMissing,
} from "../protocol/answers.ts";
import { modelEntity, versionEntity } from "../requests/entities.ts";
import { coerce } from "../protocol/params.ts";
import { type Route, route } from "../requests/router.ts";
import { checkColumn, COLUMN, isLonger } from "../store/columns.ts";
import type { StoredModel } from "../store/models.ts";
import { sentTags, tagProblems } from "../requests/tags.ts";
import { MLFLOW, SINCE_17 } from "../requests/mlflow.ts";

const MODELS = `${MLFLOW}/registered-models`;
const options = {
  area: mlflowArea({ registry: true }),
  profiles: SINCE_17,
} as const;
const NAME = { name: { type: "string", default: "" } } as const;
const PACKAGE_NAME =
  /^@?(([\w\-.+]*)\/)*([\w\-.]+)@?(([\w\-.+]*)\/)*([\w\-.]*)$/;

/** The routes of models. */
export const registeredModelRoutes: readonly Route[] = [
  route(`${MODELS}/create`, { POST: create }, {
    ...options,
    permission: "create_ml_model",
  }),
  route(`${MODELS}/get`, { GET: get }, {
    ...options,
    permission: "read_ml_model",
  }),
  route(`${MODELS}/update`, { PATCH: update }, {
    ...options,
    permission: "update_ml_model",
  }),
  route(`${MODELS}/delete`, { DELETE: remove }, {
    ...options,
    permission: "delete_ml_model",
  }),
  route(`${MODELS}/get-latest-versions`, { POST: latestVersions }, {
    ...options,
    area: mlflowArea({ registry: true, writes: false }),
    permission: "read_ml_model",
  }),
  route(`${MODELS}/search`, { GET: search }, {
    ...options,
    permission: "read_ml_model",
  }),
  route(`${MODELS}/alias`, { GET: alias }, {
    ...options,
    permission: "read_ml_model",
  }),
];

/**
 * The model of that name in the project.
 *
 * @throws {RefusedAnswer} 404 when there is none
 */
export function findModel(
  { services, project }: ProjectContext,
  name: string | null,
): StoredModel {
  const model = services.store.models.byName(project.id, name);
  if (model === undefined) throw resourceMissing();
  return model;
}

function create(context: ProjectContext): Response {
  const { input, services, project, identity } = context;
  const { name, description, tags } = coerce(input, {
    name: { type: "string", required: true },
    description: { type: "string" },
    tags: { type: "array" },
  });
  const { store } = services;
  const pairs = sentTags(tags);
  if (
    name === null || !PACKAGE_NAME.test(name) || isLonger(name, COLUMN.name) ||
    isLonger(description ?? "", COLUMN.description) ||
    store.models.byName(project.id, name) !== undefined ||
    tagProblems(pairs).length > 0
  ) throw alreadyExists();
  const model = store.transaction(() => {
    const own = `[model]${name}`;
    const experiment = store.experiments.byName(project.id, own) ??
      store.experiments.create(project.id, own);
    const made = store.models.create(project.id, {
      name,
      description: description ?? null,
      user: identity?.user.id ?? null,
      experiment: experiment.id,
    });
    store.modelTags.setAll(made.id, pairs);
    return made;
  });
  return shown(context, model);
}

function get(context: ProjectContext): Response {
  const { name } = coerce(context.input, NAME);
  return shown(context, findModel(context, name));
}

function update(context: ProjectContext): Response {
  const { name, description } = coerce(context.input, {
    ...NAME,
    description: { type: "string" },
  });
  const model = findModel(context, name);
  checkColumn(description ?? "", COLUMN.description, {
    table: "ml_models",
    column: "description",
  });
  return shown(
    context,
    context.services.store.models.describe(model, description ?? null),
  );
}

function remove(context: ProjectContext): Response {
  const { name } = coerce(context.input, NAME);
  const model = findModel(context, name);
  const { store } = context.services;
  try {
    store.transaction(() => {
      const versions = store.models.versions(model);
      store.models.remove(model);
      for (const version of versions) {
        const run = store.runs.byId(version.run);
        if (run !== undefined) {
          store.metrics.removeRun(run.id);
          store.runs.remove(run);
        }
        store.packages.remove(version.package);
      }
    });
  } catch (cause) {
    throw new RefusedAnswer(400, { message: "Model could not be deleted" }, {
      cause,
    });
  }
  return json({});
}

function latestVersions(context: ProjectContext): Response {
  const { name } = coerce(context.input, NAME);
  const { services, project } = context;
  const latest = services.store.models.highest(findModel(context, name));
  return json({
    model_versions: latest === undefined
      ? []
      : [versionEntity(services, project, latest)],
  });
}

function search({ input, services, project }: ProjectContext): Response {
  const params = coerce(input, {
    filter: { type: "string" },
    max_results: { type: "integer", default: 200 },
    order_by: { type: "string", default: "name ASC" },
    page_token: { type: "string" },
  });
  const { rows, next } = services.store.models.search(project.id, {
    part: namePart(params.filter),
    order: params.order_by,
    limit: Number(params.max_results),
    token: params.page_token,
  });
  return json({
    registered_models: rows.map((one) => modelEntity(services, project, one)),
    next_page_token: next,
  });
}

/**
 * The part of a name that a filter asks for. GitLab cuts a filter at its equals signs: the first piece must
 * be `name` to the letter, and the second is searched for without the quotes around it. So
 * `name='a' AND tag.b != 'c'` searches for a name that no model can have.
 *
 * @returns undefined when there is no filter
 * @throws {RefusedAnswer} 400 when it asks for anything but the name
 */
function namePart(filter: string | null | undefined): string | undefined {
  if (filter === null || filter === undefined) return undefined;
  const [attribute, value = ""] = filter.split("=");
  if (attribute !== "name") {
    throw invalidValue(
      "Invalid attribute key specified in filter. Only 'name' is supported",
    );
  }
  return value.replace(/^['"]|['"]$/g, "");
}

function alias(context: ProjectContext): Response {
  const params = coerce(context.input, {
    ...NAME,
    alias: { type: "string", default: "" },
  });
  const { services, project } = context;
  const version = services.store.models.versionOf(
    findModel(context, params.name),
    params.alias,
  );
  if (version === undefined) throw resourceMissing();
  return json({ model_version: versionEntity(services, project, version) });
}

function shown(
  { services, project }: ProjectContext,
  model: StoredModel,
): Response {
  return json({ registered_model: modelEntity(services, project, model) });
}
