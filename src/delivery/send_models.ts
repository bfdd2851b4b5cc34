/**
 * Sends the versions of models that a run registers: the version, its files, and once the run has ended its params
 * and last metrics, which GitLab shows on the page of the version.
 *
 * @module
 */
import { splitBatches } from "../gitlab/batches.ts";
import { fitMetric, fitMetricKey, fitParam } from "../gitlab/limits.ts";
import { isNotFoundError } from "../gitlab/errors.ts";
import type { ModelVersion } from "../gitlab/schemas.ts";
import type { ModelRow } from "../journal/models.ts";
import { isOfKind } from "./divide.ts";
import { modelVersion } from "./model_version.ts";
import { modelCard } from "./model_card.ts";
import { isSystemMetric, LONGEST_STEPS } from "./thinned_series.ts";
import { assertRunThere } from "./run_there.ts";
import { modelTag } from "./verdicts.ts";
import { sendModelFiles } from "./send_model_files.ts";
import { inFlight, inFlightOver, type Sending, sentenceOf } from "./sending.ts";

/** Sends what a run registers and is not on the server; a version that the server does not take is left out. */
export async function sendModels(sending: Sending): Promise<void> {
  const { journal, run } = sending;
  for (const model of journal.models.list(run.run_id)) {
    if (model.sent || model.left_out) continue;
    if (run.reproduces !== null) {
      // A reproduction registers nothing: the version is that of the run it repeats.
      journal.models.leaveOut(model);
      continue;
    }
    try {
      await sendModel(sending, model);
    } catch (error) {
      const missing = isNotFoundError(error) && error.missing === "resource";
      if (!isOfKind(error) && !missing) throw error;
      await assertRunThere(sending);
      journal.deliveries.leaveOut(run.run_id, {
        what: `model "${model.name}"`,
        why: sentenceOf(error),
      });
      journal.models.leaveOut(model);
    }
  }
}

async function sendModel(sending: Sending, model: ModelRow): Promise<void> {
  const { journal, run, remote, client } = sending;
  const there = await modelVersion(journal, model, client, remote);
  const { version } = there;
  await sendModelFiles(sending, model, there);
  if (run.end_time === null) return;
  await carryOver(sending, version);
  await describe(sending, model, version);
  const made = journal.models.get(run.run_id, model.name);
  journal.entries.setTag(
    run.run_id,
    modelTag(model.name),
    made?.remote_name ?? version.version,
  );
  journal.models.sent(model);
  journal.deliveries.noLongerLeftOut(run.run_id, [`model "${model.name}"`]);
}

/** Puts the model's card on the page of the version; a server that takes none has the version all the same. */
async function describe(
  sending: Sending,
  model: ModelRow,
  version: ModelVersion,
): Promise<void> {
  const { journal, run, client } = sending;
  const { url } = journal.deliveries.get(run.run_id);
  const card = modelCard(journal, run, model, url ?? run.run_id);
  try {
    await client.describeModelVersion(version, card);
  } catch (error) {
    const missing = isNotFoundError(error) && error.missing === "resource";
    if (!isOfKind(error) && !missing) throw error;
    journal.deliveries.leaveOut(run.run_id, {
      what: `card of the model "${model.name}"`,
      why: sentenceOf(error),
    });
  }
}

/** GitLab shows the params and metrics of a version's own run; a plain server shows those of ours. */
async function carryOver(
  sending: Sending,
  version: ModelVersion,
): Promise<void> {
  const { journal, run, client, server, lease } = sending;
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
  const keysThere = async () =>
    new Set((await client.getRun(run_id)).data.metrics.map((m) => m.key));
  let there = await keysThere();
  if (there.size === 0 && await inFlightOver(sending)) {
    there = await keysThere();
  }
  const metrics = journal.metrics(run.run_id).flatMap(({ key, last }) => {
    const fit = fitMetricKey(key, limits);
    if (last === null || there.has(fit) || isSystemMetric(key)) return [];
    const { value, timestamp } = last;
    // A page has a column for every step up to the greatest.
    const step = last.step > LONGEST_STEPS ? 0 : last.step;
    const { metric } = fitMetric({ key: fit, value, step, timestamp }, limits);
    return metric === null ? [] : [metric];
  });
  for (const batch of splitBatches({ metrics }, limits)) {
    lease.set(inFlight(sending));
    await client.logBatch({ run_id, ...batch });
  }
  await client.updateRun({
    run_id,
    status: run.status,
    end_time: run.end_time ?? Date.now(),
  });
}
