/**
 * Sends the versions of models that a run registers: the version, its files, and once the run has ended its params
 * and last metrics, which GitLab shows on the page of the version.
 *
 * @module
 */
import {
  type ArtifactName,
  NAMES_FILE,
  namesManifest,
} from "../gitlab/artifact_names.ts";
import { splitBatches } from "../gitlab/batches.ts";
import type { TrackingClient } from "../gitlab/client.ts";
import type { ServerInfo } from "../gitlab/detect.ts";
import { isNotFoundError } from "../gitlab/errors.ts";
import { fitMetric, fitMetricKey, fitParam } from "../gitlab/limits.ts";
import type { ModelVersion } from "../gitlab/schemas.ts";
import type { Journal } from "../journal/journal.ts";
import type { ModelRow } from "../journal/models.ts";
import type { RunRow } from "../journal/runs.ts";
import { modelVersion } from "./model_version.ts";

/** The tag of a run that names the version it registered. */
export function modelTag(name: string): string {
  return `nbtrack.model.${name}`;
}

/** Sends what a run registers and is not on the server. */
export async function sendModels(
  journal: Journal,
  run: RunRow,
  remote: string,
  client: TrackingClient,
  server: ServerInfo,
): Promise<void> {
  for (const model of journal.models.list(run.run_id)) {
    if (model.sent) continue;
    const version = await modelVersion(journal, model, client, remote);
    await sendFiles(journal, model, version, client);
    if (run.end_time === null) continue;
    await carryOver(journal, run, version, client, server);
    const made = journal.models.get(run.run_id, model.name);
    journal.entries.setTag(
      run.run_id,
      modelTag(model.name),
      made?.remote_name ?? version.version,
    );
    journal.models.sent(model);
  }
}

async function sendFiles(
  journal: Journal,
  model: ModelRow,
  version: ModelVersion,
  client: TrackingClient,
): Promise<void> {
  const unsent = journal.models.files(model).filter((f) => !f.sent);
  if (unsent.length === 0) return;
  const there = await sizesThere(journal, model, version, client);
  const renamed: ArtifactName[] = [];
  for (const file of unsent) {
    if (there.get(file.path) !== file.size) {
      const name = await client.uploadModelFile({
        version,
        path: file.path,
        body: journal.artifacts.file(file.digest),
        content_type: file.content_type,
      });
      if (name.stored !== name.original) renamed.push(name);
    }
    journal.models.fileSent(model, file);
  }
  const names = namesManifest(renamed);
  if (names === null) return;
  await client.uploadModelFile({
    version,
    path: NAMES_FILE,
    body: names,
    content_type: "application/json",
  });
}

/** GitLab keeps a file that is sent again as another one: after a failure it is looked at first. */
async function sizesThere(
  journal: Journal,
  model: ModelRow,
  version: ModelVersion,
  client: TrackingClient,
): Promise<Map<string, number | null>> {
  const again = journal.deliveries.get(model.run_id).tries > 0;
  if (
    !again || version.run_id === null || await client.kind() !== "gitlab"
  ) return new Map();
  try {
    const { info } = await client.getRun(version.run_id);
    const files = await client.listArtifacts(info);
    return new Map(files.map((f) => [f.path, f.size]));
  } catch (error) {
    // Versions of GitLab that list no files of a version: what is unsure is sent again.
    if (!isNotFoundError(error)) throw error;
    return new Map();
  }
}

/** GitLab shows the params and metrics of a version's own run; a plain server shows those of ours. */
async function carryOver(
  journal: Journal,
  run: RunRow,
  version: ModelVersion,
  client: TrackingClient,
  server: ServerInfo,
): Promise<void> {
  const { run_id } = version;
  if (server.kind !== "gitlab" || run_id === null) return;
  const { limits } = server;
  const params = journal.entries.params(run.run_id).map((p) => {
    const { key, value } = fitParam(p.key, p.value, limits);
    return { key, value };
  });
  for (const batch of splitBatches({ params }, limits)) {
    await client.logBatch({ run_id, ...batch });
  }
  // Points are kept twice when sent twice.
  const there = new Set(
    (await client.getRun(run_id)).data.metrics.map((m) => m.key),
  );
  const metrics = journal.metrics(run.run_id).flatMap(({ key, last }) => {
    const fit = fitMetricKey(key, limits);
    if (last === null || there.has(fit)) return [];
    const { value, step, timestamp } = last;
    const { metric } = fitMetric({ key: fit, value, step, timestamp }, limits);
    return metric === null ? [] : [metric];
  });
  for (const batch of splitBatches({ metrics }, limits)) {
    await client.logBatch({ run_id, ...batch });
  }
  await client.updateRun({
    run_id,
    status: run.status,
    end_time: run.end_time ?? Date.now(),
  });
}
