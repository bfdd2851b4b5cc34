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

/** A version on the server. */
export interface VersionThere {
  version: ModelVersion;
  /** Whether it was made just now, so that it has no file yet. */
  fresh: boolean;
}

/** The version: known, found again, or made. */
export async function modelVersion(
  journal: Journal,
  model: ModelRow,
  client: TrackingClient,
  remote: string,
): Promise<VersionThere> {
  if (model.remote_version !== null) {
    const version = await knownVersion(model, model.remote_version, client);
    return { version, fresh: false };
  }
  await client.findOrCreateModel({ name: model.name });
  const made = await client.kind() === "gitlab"
    ? await onGitLab(journal, model, client)
    : await onMlflow(journal, model, client, remote);
  const { version } = made;
  const shown = version.aliases[0] ?? version.version;
  journal.models.set(model, {
    creating: null,
    remote_version: version.version,
    remote_name: await client.kind() === "gitlab" ? shown : version.version,
    remote_run_id: version.run_id,
    source: version.source,
    url: await client.modelVersionUrl(version),
  });
  return made;
}

/** A version that was made before. GitLab knows it by its semantic version, which older ones call an alias. */
async function knownVersion(
  model: ModelRow,
  remote_version: string,
  client: TrackingClient,
): Promise<ModelVersion> {
  const { name, remote_name } = model;
  const found = remote_name !== null && await client.kind() === "gitlab"
    ? await client.findModelVersion(name, remote_name)
    : null;
  return found ?? await client.getModelVersion(name, remote_version);
}

async function onGitLab(
  journal: Journal,
  model: ModelRow,
  client: TrackingClient,
): Promise<VersionThere> {
  const found = (version: ModelVersion) => ({ version, fresh: false });
  let begun = model.creating;
  for (let taken = 0;; taken++) {
    const next = await newest(model, client);
    if (next !== undefined && isWanted(next, model)) return found(next);
    const version = begun ?? model.version ?? versionAfter(next);
    if (begun !== null) {
      const there = await client.findModelVersion(model.name, version);
      if (there !== null && isOurs(there, model)) return found(there);
      if (there !== null && model.version === null) {
        begun = null;
        continue;
      }
    }
    journal.models.set(model, { creating: version });
    try {
      const made = await client.createModelVersion({
        ...asked(model),
        tags: [{ key: "gitlab.version", value: version }, ...tagsOf(model)],
      });
      return { version: made, fresh: begun === null };
    } catch (error) {
      if (isTrackingError(error) && error.retry === "unsure") throw error;
      journal.models.set(model, { creating: null });
      if (!isRefusedError(error)) throw error;
      const other = await client.findModelVersion(model.name, version);
      if (other !== null && isOurs(other, model)) return found(other);
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

/** The newest version there; GitLab lists no other. */
async function newest(
  model: ModelRow,
  client: TrackingClient,
): Promise<ModelVersion | undefined> {
  const { versions } = await client.listModelVersions(model.name);
  return versions.at(-1);
}

/** The next major version. */
function versionAfter(version: ModelVersion | undefined): string {
  const major = Number.parseInt(
    version?.aliases[0] ?? version?.version ?? "",
    10,
  );
  return `${Number.isSafeInteger(major) ? major + 1 : 1}.0.0`;
}

async function onMlflow(
  journal: Journal,
  model: ModelRow,
  client: TrackingClient,
  remote: string,
): Promise<VersionThere> {
  const { versions } = await client.listModelVersions(model.name);
  const found = versions.find((v) => isOurs(v, model));
  if (found !== undefined) return { version: found, fresh: false };
  const { info } = await client.getRun(remote);
  journal.models.set(model, { creating: model.version ?? "next" });
  const version = await client.createModelVersion({
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
  return { version, fresh: model.creating === null };
}

function asked(model: ModelRow): { name: string; description?: string } {
  const { name, description } = model;
  return description === null ? { name } : { name, description };
}

/** What ties the version to its run: on GitLab a version has a run of its own. */
function tagsOf(model: ModelRow): Tag[] {
  return [{ key: TAG.runId, value: model.run_id }];
}

/** Whether a version is that of this run, and has the number that was asked for, if one was. */
function isWanted(version: ModelVersion, model: ModelRow): boolean {
  const number = version.aliases[0] ?? version.version;
  return isOurs(version, model) &&
    (model.version === null || model.version === number);
}

function isOurs(version: ModelVersion, model: ModelRow): boolean {
  return version.tags.some((t) =>
    t.key === TAG.runId && t.value === model.run_id
  );
}
