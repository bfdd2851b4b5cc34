/**
 * One pass over a run: what of it is unsent goes to the server, in the order a server needs.
 *
 * @module
 */
import { fitParam, fitTag } from "../gitlab/limits.ts";
import { splitBatches } from "../gitlab/batches.ts";
import type { TrackingClient } from "../gitlab/client.ts";
import type { ServerInfo } from "../gitlab/detect.ts";
import { createTags, TAG } from "../gitlab/fields.ts";
import type { Run } from "../gitlab/schemas.ts";
import type { Journal } from "../journal/journal.ts";
import type { RunRow } from "../journal/runs.ts";
import { isTrackingError } from "../gitlab/errors.ts";
import { sendDatasets } from "./send_datasets.ts";
import { sendModels } from "./send_models.ts";
import { sendArtifacts } from "./send_artifacts.ts";
import { sendPoints } from "./send_points.ts";

/**
 * Sends what is unsent.
 *
 * @returns whether the run has ended, its record is complete and all of it is on the server
 * @throws {TrackingError} when the server cannot be reached or refuses
 */
export async function sendRun(
  journal: Journal,
  run_id: string,
  client: TrackingClient,
): Promise<boolean> {
  const run = journal.runs.get(run_id);
  if (run === undefined) return true;
  const server = await client.detect();
  const remote = await remoteRun(journal, run, client);
  const complete = run.end_time !== null && run.sealed_time !== null;
  await sendParams(journal, run_id, remote, client, server);
  await sendTags(journal, run, remote, client, server, complete);
  await sendPoints(journal, run_id, remote, client, server);
  await sendDatasets(journal, run, remote, client, server);
  await sendArtifacts(journal, run, remote, client);
  if (run.end_time !== null) await sendStatus(journal, run, remote, client);
  await sendModels(journal, run, remote, client, server);
  if (run.end_time === null) return false;
  // The version a model was given is told by a tag.
  await sendTags(journal, run, remote, client, server, complete);
  return complete && nothingUnsent(journal, run_id);
}

/** The run's id on the server: known, found again, or made. */
async function remoteRun(
  journal: Journal,
  run: RunRow,
  client: TrackingClient,
): Promise<string> {
  const { deliveries } = journal;
  const delivery = deliveries.get(run.run_id);
  if (delivery.remote_run_id !== null) return delivery.remote_run_id;
  const experiment_id = delivery.remote_experiment_id ??
    await client.findOrCreateExperiment(run.experiment);
  deliveries.set(run.run_id, { remote_experiment_id: experiment_id });
  const found = delivery.creating === 0 ? null : await client.findRunByTag({
    experiment_id,
    key: TAG.runId,
    value: run.run_id,
    also: { run_name: run.name, start_time: run.start_time },
  });
  if (found !== null) return await note(journal, run, found, client);
  deliveries.set(run.run_id, { creating: 1 });
  try {
    const created = await client.createRun({
      experiment_id,
      run_name: run.name,
      start_time: run.start_time,
      tags: createTags({ run_id: run.run_id, run_name: run.name }),
    });
    return await note(journal, run, created, client);
  } catch (error) {
    // Only an answer that was certainly a refusal means that no run was made.
    if (isTrackingError(error) && error.retry !== "unsure") {
      deliveries.set(run.run_id, { creating: 0 });
    }
    throw error;
  }
}

async function note(
  journal: Journal,
  run: RunRow,
  remote: Run,
  client: TrackingClient,
): Promise<string> {
  journal.deliveries.set(run.run_id, {
    remote_run_id: remote.info.run_id,
    kind: await client.kind(),
    creating: 0,
    url: await client.runUrl(remote.info),
  });
  return remote.info.run_id;
}

async function sendParams(
  journal: Journal,
  run_id: string,
  remote: string,
  client: TrackingClient,
  server: ServerInfo,
): Promise<void> {
  const unsent = journal.entries.params(run_id).filter((p) => !p.sent);
  if (unsent.length === 0) return;
  const params = unsent.map((p) => {
    const { key, value, shortened } = fitParam(p.key, p.value, server.limits);
    if (shortened) keepWhole(journal, run_id, "params", p);
    return { key, value };
  });
  for (const batch of splitBatches({ params }, server.limits)) {
    await client.logBatch({ run_id: remote, ...batch });
  }
  journal.deliveries.markSent(
    "params",
    run_id,
    unsent.map((p) => ({ key: p.key, was: p.value })),
  );
}

async function sendTags(
  journal: Journal,
  run: RunRow,
  remote: string,
  client: TrackingClient,
  server: ServerInfo,
  complete: boolean,
): Promise<void> {
  // Where a tag's first value stays, what the user may still change waits for the run's end.
  const all = complete || server.features.tags_change;
  const unsent = journal.entries.tags(run.run_id).filter((t) =>
    !t.sent && (all || /^(nbtrack|mlflow)\.|^gitlab\.CI_/.test(t.key))
  );
  const job = unsent.findIndex((t) => t.key === TAG.ciJob);
  if (job >= 0) {
    await sendJob(journal, run, remote, client, unsent.splice(job, 1));
  }
  if (unsent.length === 0) return;
  const tags = unsent.map((t) => {
    const { key, value, shortened } = fitTag(t.key, t.value, server.limits);
    if (shortened) keepWhole(journal, run.run_id, "tags", t);
    return { key, value };
  });
  for (const batch of splitBatches({ tags }, server.limits)) {
    await client.logBatch({ run_id: remote, ...batch });
  }
  journal.deliveries.markSent(
    "tags",
    run.run_id,
    unsent.map((t) => ({ key: t.key, was: t.value })),
  );
}

/** Ties the run to its CI job. GitLab fails on a job it does not know; the run is none the worse for it. */
async function sendJob(
  journal: Journal,
  { run_id }: RunRow,
  remote: string,
  client: TrackingClient,
  [tag]: { key: string; value: string }[],
): Promise<void> {
  if (tag === undefined) return;
  const { key, value } = tag;
  try {
    await client.setTag(remote, { key, value });
  } catch (error) {
    if (!isTrackingError(error) || error.status === null) throw error;
    if (error.status !== 500 && error.retry !== "never") throw error;
    journal.entries.setMissing(
      run_id,
      "CI job",
      `The server did not tie the run to job ${value}. ${error.message}`,
    );
  }
  journal.deliveries.markSent("tags", run_id, [{ key, was: value }]);
}

/** The whole of a text that a server cuts goes there as an artifact. */
function keepWhole(
  journal: Journal,
  run_id: string,
  folder: string,
  entry: { key: string; value: string },
): void {
  journal.artifacts.put(
    run_id,
    `nbtrack/${folder}/${encodeURIComponent(entry.key).slice(0, 120)}.txt`,
    new TextEncoder().encode(entry.value),
    { content_type: "text/plain", origin: "record" },
  );
}

async function sendStatus(
  journal: Journal,
  run: RunRow,
  remote: string,
  client: TrackingClient,
): Promise<void> {
  const text = `${run.status} ${run.end_time}`;
  if (journal.deliveries.get(run.run_id).status_sent === text) return;
  await client.updateRun({
    run_id: remote,
    status: run.status,
    end_time: run.end_time ?? 0,
  });
  journal.deliveries.set(run.run_id, { status_sent: text });
}

function nothingUnsent(journal: Journal, run_id: string): boolean {
  return journal.entries.params(run_id).every((p) => p.sent) &&
    journal.entries.tags(run_id).every((t) => t.sent) &&
    journal.artifacts.list(run_id).every((a) => a.sent) &&
    journal.models.list(run_id).every((m) => m.sent) &&
    journal.pointCount(run_id) === journal.deliveries.get(run_id).delivered_seq;
}
