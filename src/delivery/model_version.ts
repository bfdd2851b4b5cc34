/**
 * Makes the version of a model that a run registers, once. GitLab: the version's number is chosen here and noted
 * before it is asked for, so that one whose answer was lost is found by it. A plain server numbers its versions
 * itself; there it is found by its run.
 *
 * @module
 */
import type { TrackingClient } from "../gitlab/client.ts";
import {
  isRefusedError,
  isTrackingError,
  RefusedError,
} from "../gitlab/errors.ts";
import { TAG } from "../gitlab/fields.ts";
import type { ModelVersion, Tag } from "../gitlab/schemas.ts";
import type { Journal } from "../journal/journal.ts";
import type { ModelRow } from "../journal/models.ts";

/** How often another version is asked for when somebody else takes the one that was free. */
const MAX_TAKEN = 5;

/** The version: known, found again, or made. */
export async function modelVersion(
  journal: Journal,
  model: ModelRow,
  client: TrackingClient,
  remote: string,
): Promise<ModelVersion> {
  if (model.remote_version !== null) {
    return await client.getModelVersion(model.name, model.remote_version);
  }
  await client.findOrCreateModel({ name: model.name });
  const version = await client.kind() === "gitlab"
    ? await onGitLab(journal, model, client)
    : await onMlflow(journal, model, client, remote);
  const shown = version.aliases[0] ?? version.version;
  journal.models.set(model, {
    creating: null,
    remote_version: version.version,
    remote_name: await client.kind() === "gitlab" ? shown : version.version,
    remote_run_id: version.run_id,
    source: version.source,
    url: await client.modelVersionUrl(version),
  });
  return version;
}

async function onGitLab(
  journal: Journal,
  model: ModelRow,
  client: TrackingClient,
): Promise<ModelVersion> {
  let begun = model.creating;
  for (let taken = 0;; taken++) {
    const version = begun ?? model.version ?? await nextVersion(model, client);
    if (begun !== null) {
      const found = await client.findModelVersion(model.name, version);
      if (found !== null && isOurs(found, model)) return found;
      if (found !== null && model.version === null) {
        begun = null;
        continue;
      }
    }
    journal.models.set(model, { creating: version });
    try {
      return await client.createModelVersion({
        ...asked(model),
        tags: [{ key: "gitlab.version", value: version }, ...tagsOf(model)],
      });
    } catch (error) {
      if (isTrackingError(error) && error.retry === "unsure") throw error;
      journal.models.set(model, { creating: null });
      if (!isRefusedError(error)) throw error;
      const other = await client.findModelVersion(model.name, version);
      if (other !== null && isOurs(other, model)) return other;
      if (other !== null && model.version !== null) throw takenError(error);
      // Refused for a version that somebody else made meanwhile: the next one is asked for.
      if (other === null || taken === MAX_TAKEN) throw error;
      begun = null;
    }
  }
}

function takenError(error: RefusedError): RefusedError {
  const { message, status, method, url, attempted, retry } = error;
  return new RefusedError(message, {
    status,
    method,
    url,
    attempted,
    retry,
    hint:
      "Another run has that version: register this one with another, or with none for the next.",
    cause: error,
  });
}

async function nextVersion(
  model: ModelRow,
  client: TrackingClient,
): Promise<string> {
  const { versions } = await client.listModelVersions(model.name);
  const majors = versions.flatMap((v) => v.aliases).map((alias) =>
    Number.parseInt(alias, 10)
  ).filter(Number.isSafeInteger);
  return `${Math.max(0, ...majors) + 1}.0.0`;
}

async function onMlflow(
  journal: Journal,
  model: ModelRow,
  client: TrackingClient,
  remote: string,
): Promise<ModelVersion> {
  if (model.creating !== null) {
    const { versions } = await client.listModelVersions(model.name);
    const found = versions.find((v) => isOurs(v, model));
    if (found !== undefined) return found;
  }
  const { info } = await client.getRun(remote);
  journal.models.set(model, { creating: model.version ?? "next" });
  return await client.createModelVersion({
    ...asked(model),
    run_id: remote,
    source: `${info.artifact_uri.replace(/\/+$/, "")}/models/${model.name}`,
    tags: [
      ...tagsOf(model),
      ...(model.version === null
        ? []
        : [{ key: "version", value: model.version }]),
    ],
  });
}

function asked(model: ModelRow): { name: string; description?: string } {
  const { name, description } = model;
  return description === null ? { name } : { name, description };
}

/** What ties the version to its run: on GitLab a version has a run of its own. */
function tagsOf(model: ModelRow): Tag[] {
  return [{ key: TAG.runId, value: model.run_id }];
}

function isOurs(version: ModelVersion, model: ModelRow): boolean {
  return version.tags.some((t) =>
    t.key === TAG.runId && t.value === model.run_id
  );
}
