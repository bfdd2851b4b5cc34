/**
 * `model-versions/…`
 *
 * @module
 */
import { isSemanticVersion } from "../../base/semantic_version.ts";
import { mlflowArea, type ProjectContext } from "../requests/access.ts";
import {
  invalidValue,
  json,
  RefusedAnswer,
  resourceMissing,
  validationFailed,
} from "../protocol/answers.ts";
import { versionEntity } from "../requests/entities.ts";
import { coerce } from "../protocol/params.ts";
import { randomRunName } from "../requests/run_name.ts";
import { type Route, route } from "../requests/router.ts";
import { COLUMN, isLonger } from "../store/columns.ts";
import type { StoredModel, StoredVersion } from "../store/models.ts";
import type { StoredRun } from "../store/runs.ts";
import { sentTags, tagProblems } from "../requests/tags.ts";
import { MLFLOW, SINCE_17 } from "../requests/mlflow.ts";
import { findModel } from "./registered_models.ts";

const VERSIONS = `${MLFLOW}/model-versions`;
const options = {
  area: mlflowArea({ registry: true }),
  profiles: SINCE_17,
} as const;
const NAME = { name: { type: "string", default: "" } } as const;

/** The routes of model versions. */
export const modelVersionRoutes: readonly Route[] = [
  route(`${VERSIONS}/create`, { POST: create }, {
    ...options,
    permission: "create_ml_model_version",
  }),
  route(`${VERSIONS}/get`, { GET: get }, {
    ...options,
    permission: "read_ml_model_version",
  }),
  route(`${VERSIONS}/update`, { PATCH: update }, {
    ...options,
    permission: "update_ml_model_version",
  }),
  route(`${VERSIONS}/get-download-uri`, { GET: downloadUri }, {
    ...options,
    permission: "read_ml_model_version",
  }),
];

function create(context: ProjectContext): Response {
  const { input, services } = context;
  const params = coerce(input, {
    ...NAME,
    description: { type: "string" },
    tags: { type: "array" },
    run_id: { type: "string" },
  });
  const { store } = services;
  const model = findModel(context, params.name);
  const tags = sentTags(params.tags);
  const problems = tagProblems(tags);
  if (problems.length > 0) throw validationFailed(problems);
  const wanted = tags.find(({ key }) => key === "gitlab.version")?.value;
  const semantic = wanted ?? nextVersion(store.models.highest(model));
  const description = params.description ?? null;
  checkVersion(context, model, { semantic, description });
  const promoted = services.profile === "newest" && params.run_id
    ? promotable(context, model, params.run_id)
    : undefined;
  const version = store.transaction(() => {
    const key = {
      type: "ml_model",
      name: model.name,
      version: semantic,
    } as const;
    const experiment = store.experiments.byId(model.experiment);
    if (experiment === undefined) throw resourceMissing();
    const run = promoted ?? store.runs.create(experiment, {
      name: randomRunName(),
      user: context.identity?.user.id ?? null,
      start_time: 0,
    });
    let packageId = run.package;
    if (packageId === null) {
      packageId = store.packages.findOrCreate(model.project, key).id;
      store.runs.linkPackage(run, packageId);
    } else {
      const empty = store.packages.find(model.project, key);
      if (empty !== undefined) store.packages.remove(empty.id);
      store.packages.rename(packageId, key.name, key.version);
    }
    const made = store.models.addVersion(model, {
      version: semantic,
      description,
      package: packageId,
      run: run.id,
    });
    store.runs.linkModelVersion(run, made.id);
    store.versionTags.setAll(made.id, tags);
    return made;
  });
  return shown(context, version);
}

function checkVersion(
  { services, project }: ProjectContext,
  model: StoredModel,
  version: { semantic: string; description: string | null },
): void {
  const { semantic, description } = version;
  if (!isSemanticVersion(semantic) || isLonger(semantic, COLUMN.name)) {
    throw invalidValue("Version must be semantic version");
  }
  if (isLonger(description ?? "", COLUMN.description)) {
    throw invalidValue(
      `Description is too long (maximum is ${COLUMN.description} characters)`,
    );
  }
  const { store } = services;
  if (store.models.versionOf(model, semantic) !== undefined) {
    throw invalidValue("Version has already been taken");
  }
  const key = {
    type: "ml_model",
    name: model.name,
    version: semantic,
  } as const;
  const taken = store.packages.find(project.id, key);
  if (taken !== undefined && store.packages.files(taken.id).length > 0) {
    throw invalidValue("Package has already been taken");
  }
}

/** A run that a version can be made of: of the model's own experiment, and of no version yet. */
function promotable(
  { services, project }: ProjectContext,
  model: StoredModel,
  eid: string,
): StoredRun {
  const run = services.store.runs.byEid(project.id, eid);
  if (run === undefined) throw invalidValue("Run not found");
  if (run.experiment !== model.experiment) {
    throw invalidValue("Run must belong to the model's experiment");
  }
  if (run.model_version !== null) {
    throw invalidValue("Run already has a model version");
  }
  return run;
}

/** The version that follows the highest one: its patch raised by one. */
function nextVersion(highest: StoredVersion | undefined): string {
  if (highest === undefined) return "1.0.0";
  const [major, minor, patch = ""] = highest.version.split(".");
  const digits = /^\d+/.exec(patch)?.[0] ?? "0";
  return `${major}.${minor}.${BigInt(digits) + 1n}`;
}

function get(context: ProjectContext): Response {
  const params = coerce(context.input, {
    ...NAME,
    version: { type: "string", default: "" },
  });
  const version = context.services.store.models.versionOf(
    findModel(context, params.name),
    params.version,
  );
  if (version === undefined) throw resourceMissing();
  return shown(context, version);
}

function update(context: ProjectContext): Response {
  const params = coerce(context.input, {
    name: { type: "string" },
    version: { type: "string" },
    description: { type: "string" },
  });
  const { name, version: semantic, description } = params;
  if (!name || !semantic || description === null || description === undefined) {
    throw invalidValue("name, version and description are required");
  }
  const { store } = context.services;
  const model = store.models.byName(context.project.id, name);
  const version = model && store.models.versionOf(model, semantic);
  if (version === undefined) {
    throw invalidValue("The model version does not exist");
  }
  if (isLonger(description, COLUMN.description)) {
    throw new RefusedAnswer(400, { error_code: "UPDATE_FAILED" });
  }
  return shown(context, store.models.describeVersion(version, description));
}

function downloadUri(context: ProjectContext): Response {
  const { version } = coerce(context.input, {
    name: { type: "string" },
    version: { type: "integer", required: true },
  });
  return json({ artifact_uri: `mlflow-artifacts:/${version ?? ""}` });
}

function shown(
  { services, project }: ProjectContext,
  version: StoredVersion,
): Response {
  return json({ model_version: versionEntity(services, project, version) });
}
