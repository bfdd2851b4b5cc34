/**
 * One pass over a run: what of it is unsent goes to the server, in the order a server needs.
 *
 * @module
 */
import { isNotFoundError } from "../gitlab/errors.ts";
import { TAG } from "../gitlab/fields.ts";
import type { Journal } from "../journal/journal.ts";
import type { RunRow } from "../journal/run_row.ts";
import { summaryText } from "./run_summary.ts";
import { assertRunThere } from "./run_there.ts";
import { sendArtifacts } from "./send_artifacts.ts";
import { sendDatasets } from "./send_datasets.ts";
import { sendParams, sendTags } from "./send_entries.ts";
import { sendModels } from "./send_models.ts";
import { sendPoints } from "./send_points.ts";
import { remoteRun } from "./send_run.ts";
import { replaceThinned } from "./replace_thinned.ts";
import { newMemory, type Sending, sentenceOf } from "./sending.ts";
import { sendVerdict, verdictOf } from "./verdicts.ts";

/**
 * Sends what is unsent.
 *
 * @throws {TrackingError} when the server cannot be reached or refuses
 * @throws {LeaseLostError} when another process delivers the run now
 */
export async function sendRun(
  parts: Omit<
    Sending,
    "run" | "remote" | "server" | "complete" | "in_flight_until"
  >,
): Promise<void> {
  const { journal, client, lease, memory } = parts;
  const run = journal.runs.get(lease.run_id);
  if (run === undefined) return;
  const complete = isComplete(run);
  const { in_flight_until } = journal.deliveries.get(run.run_id);
  const server = await client.detect();
  const known = { ...parts, run, complete, in_flight_until, server };
  await replaceThinned(known);
  const remote = await remoteRun(known);
  // What was learned of another run there, which this one has replaced, is not true of it.
  if (memory.remote !== null && memory.remote !== remote) {
    Object.assign(memory, newMemory());
  }
  memory.remote = remote;
  memory.seen_there = false;
  const sending: Sending = { ...known, remote };
  try {
    await sendParts(sending);
  } catch (error) {
    const missing = isNotFoundError(error) && error.missing === "resource";
    if (missing) await assertRunThere(sending);
    throw error;
  }
}

async function sendParts(sending: Sending): Promise<void> {
  await sendParams(sending);
  await sendTags(sending);
  await sendPoints(sending);
  await sendDatasets(sending);
  await sendArtifacts(sending);
  await sendModels(sending);
  if (sending.run.end_time !== null) await sendStatus(sending);
  // The version a model was given is named by a tag.
  await sendTags(sending);
}

/** Whether all of a run is on the server: it has ended, its record is complete and nothing is left. */
export function isDelivered(journal: Journal, run_id: string): boolean {
  const run = journal.runs.get(run_id);
  if (run === undefined) return true;
  const { status_sent, remote_run_id } = journal.deliveries.get(run_id);
  return isComplete(run) && remote_run_id !== null &&
    status_sent === statusOf(journal, run) &&
    journal.entries.params(run_id).every((p) => p.sent) &&
    journal.entries.tags(run_id).every((t) => t.sent) &&
    journal.artifacts.list(run_id).every((a) => a.sent) &&
    journal.models.list(run_id).every((m) => m.sent || m.left_out) &&
    journal.datasets.list(run_id).every((d) =>
      d.sent || d.fingerprint === null
    ) &&
    arePointsSent(journal, run_id);
}

function arePointsSent(journal: Journal, run_id: string): boolean {
  const { points_mode, points_sent_of, delivered_seq, replacing } = journal
    .deliveries.get(run_id);
  if (replacing === 1) return false;
  return points_mode === "live" || points_mode === "whole"
    ? points_sent_of !== null
    : journal.pointCount(run_id) === delivered_seq;
}

function isComplete(run: RunRow): boolean {
  return run.end_time !== null && run.finalised_time !== null;
}

/** What a run's status depends on; the verdict of a reproduction is known only once it has ended. */
function statusOf(journal: Journal, run: RunRow): string {
  const verdict = run.reproduces === null ? null : verdictOf(journal, run);
  return `${run.status} ${run.end_time}${
    verdict === null ? "" : ` ${verdict}`
  }`;
}

async function sendStatus(sending: Sending): Promise<void> {
  const { journal, run, remote, client, lease, server, complete } = sending;
  const text = statusOf(journal, run);
  if (journal.deliveries.get(run.run_id).status_sent === text) return;
  // GitLab keeps the first text of a tag: that of a reproduction waits for its verdict.
  const known = run.reproduces === null || verdictOf(journal, run) !== null;
  if (server.kind === "gitlab" && complete && known) {
    await client.setTag(remote, {
      key: TAG.summary,
      value: summaryText(journal, run),
    });
  }
  await client.updateRun({
    run_id: remote,
    status: run.status,
    end_time: run.end_time ?? 0,
  });
  for (const { model, error } of await sendVerdict(sending)) {
    journal.deliveries.leaveOut(run.run_id, {
      what: `verdict on the card of the model "${model}"`,
      why: sentenceOf(error),
    });
  }
  lease.set({ status_sent: text });
}
