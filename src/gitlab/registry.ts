/**
 * The model registry: models and their versions.
 *
 * @module
 */
import { PageWalk } from "./page_walk.ts";
import { z } from "../base/zod.ts";
import type { Connection } from "./connection.ts";
import { fitText } from "./limits.ts";
import { isNotFoundError, isRefusedError, isTrackingError } from "./errors.ts";
import {
  modelAnswer,
  type ModelVersion,
  type RegisteredModel,
  type Tag,
  versionAnswer,
  versionsAnswer,
} from "./schemas.ts";

/** A model to register. */
export interface NewModel {
  /** Its name, unique in the project. */
  name: string;
  /** What it is. */
  description?: string;
  /** Tags. */
  tags?: readonly Tag[];
}

/** Registers a model. */
async function createRegisteredModel(
  connection: Connection,
  model: NewModel,
): Promise<RegisteredModel> {
  const answer = await connection.http.json(
    "POST",
    await connection.endpoint("registered-models/create"),
    {
      attempted: `register the model "${model.name}"`,
      json: model,
      schema: modelAnswer,
    },
  );
  return answer.registered_model;
}

/** The model of a name, or null. */
export async function getRegisteredModel(
  connection: Connection,
  name: string,
): Promise<RegisteredModel | null> {
  try {
    const answer = await connection.http.json(
      "GET",
      await connection.endpoint("registered-models/get"),
      {
        attempted: `find the model "${name}"`,
        query: { name },
        schema: modelAnswer,
      },
    );
    return answer.registered_model;
  } catch (error) {
    if (isNotFoundError(error) && error.missing === "resource") return null;
    throw error;
  }
}

/** The model of a name, registered if there is none; two writers at once end with one. */
export async function findOrCreateModel(
  connection: Connection,
  model: NewModel,
): Promise<RegisteredModel> {
  const found = await getRegisteredModel(connection, model.name);
  if (found !== null) return found;
  try {
    return await createRegisteredModel(connection, model);
  } catch (error) {
    const maybe = isTrackingError(error) && error.retry === "unsure" ||
      isRefusedError(error) && error.error_code === "RESOURCE_ALREADY_EXISTS";
    const made = maybe
      ? await getRegisteredModel(connection, model.name)
      : null;
    if (made === null) throw error;
    return made;
  }
}

/** A model version to make. */
export interface NewModelVersion {
  /** The model's name. */
  name: string;
  /** What is new; cut where it is longer than the server takes. */
  description?: string;
  /** The run it comes from. On GitLab only a run of the model's own experiment can be promoted; leave it out otherwise. */
  run_id?: string;
  /** Where its files lie, under the run's artifacts; for a plain server. */
  source?: string;
  /** Tags; on GitLab `gitlab.version` chooses the semantic version. */
  tags?: readonly Tag[];
}

/** Makes a version of a model. */
export async function createModelVersion(
  connection: Connection,
  version: NewModelVersion,
): Promise<ModelVersion> {
  const { source, ...fields } = version;
  const server = await connection.server();
  if (fields.description !== undefined) {
    const { description: limit } = await connection.limits();
    fields.description = fitText(fields.description, limit).text;
  }
  const answer = await connection.http.json(
    "POST",
    await connection.endpoint("model-versions/create"),
    {
      attempted: `make a version of the model "${version.name}"`,
      json: server.kind === "mlflow"
        ? { ...fields, source: source ?? "" }
        : fields,
      schema: versionAnswer,
    },
  );
  return answer.model_version;
}

/** A version of a model. */
export async function getModelVersion(
  connection: Connection,
  wanted: { name: string; version: string },
): Promise<ModelVersion> {
  const { name, version } = wanted;
  const answer = await connection.http.json(
    "GET",
    await connection.endpoint("model-versions/get"),
    {
      attempted: `read version ${version} of the model "${name}"`,
      query: { name, version },
      schema: versionAnswer,
    },
  );
  return answer.model_version;
}

/** Writes the description of a version, which the server shows as Markdown; cut where it is longer than it takes. */
export async function describeModelVersion(
  connection: Connection,
  version: ModelVersion,
  description: string,
): Promise<void> {
  const { description: limit } = await connection.limits();
  const { kind } = await connection.server();
  await connection.http.json(
    "PATCH",
    await connection.endpoint("model-versions/update"),
    {
      attempted:
        `describe version ${version.version} of the model "${version.name}"`,
      json: {
        name: version.name,
        version: kind === "gitlab"
          ? version.aliases[0] ?? version.version
          : version.version,
        description: fitText(description, limit).text,
      },
      schema: z.unknown(),
      repeat: "safe",
    },
  );
}

/** The version of a model that has an alias, on GitLab its semantic version; null when none has. */
export async function findModelVersion(
  connection: Connection,
  wanted: { name: string; alias: string },
): Promise<ModelVersion | null> {
  try {
    const answer = await connection.http.json(
      "GET",
      await connection.endpoint("registered-models/alias"),
      {
        attempted: `find version ${wanted.alias} of the model "${wanted.name}"`,
        query: { name: wanted.name, alias: wanted.alias },
        schema: versionAnswer,
      },
    );
    return answer.model_version;
  } catch (error) {
    if (isNotFoundError(error) && error.missing === "resource") return null;
    throw error;
  }
}

/** The versions of a model; GitLab lists only the newest, then `complete` is false. */
export async function listModelVersions(
  connection: Connection,
  name: string,
): Promise<{ versions: ModelVersion[]; complete: boolean }> {
  const server = await connection.server();
  if (server.kind === "gitlab") {
    const model = await getRegisteredModel(connection, name);
    return { versions: model?.latest_versions ?? [], complete: model === null };
  }
  const url = await connection.endpoint("model-versions/search");
  const attempted = `list the versions of the model "${name}"`;
  const walk = new PageWalk(attempted, url);
  const versions: ModelVersion[] = [];
  let page_token: string | null = null;
  do {
    const page: {
      model_versions: ModelVersion[];
      next_page_token: string | null;
    } = await connection.http.json("GET", url, {
      attempted,
      query: {
        filter: `name = '${name.replaceAll("'", "\\'")}'`,
        max_results: 1000,
        page_token: page_token ?? undefined,
      },
      schema: versionsAnswer,
    });
    versions.push(...page.model_versions);
    page_token = page.next_page_token;
    if (page_token !== null) {
      walk.next(page_token, page.model_versions.map((one) => one.version));
    }
  } while (page_token !== null);
  return { versions, complete: true };
}
