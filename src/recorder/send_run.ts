/**
 * The run on the server: known, found again by its key tag, or made.
 *
 * @module
 */
import { isNotFoundError, isTrackingError } from "../gitlab/errors.ts";
import { createTags, TAG } from "../gitlab/fields.ts";
import type { Run } from "../gitlab/schemas.ts";
import { type Sending, waitUntil } from "./sending.ts";

/** The run's id on the server. */
export async function remoteRun(
  sending: Omit<Sending, "remote">,
): Promise<string> {
  const { journal, run, lease, client } = sending;
  const delivery = journal.deliveries.get(run.run_id);
  if (delivery.remote_run_id !== null) return delivery.remote_run_id;
  const experiment_id = delivery.remote_experiment_id ??
    await client.findOrCreateExperiment(run.experiment);
  lease.set({ remote_experiment_id: experiment_id });
  if (delivery.creating === 1) {
    const found = await findRun(sending, experiment_id) ??
      // A server may still be working on a request whose sender is gone.
      (await waitUntil(delivery.next_try, sending.settle_ms)
        ? await findRun(sending, experiment_id)
        : null);
    if (found !== null) return await note(sending, found);
  }
  lease.set({ creating: 1, next_try: Date.now() + sending.settle_ms });
  try {
    const created = await client.createRun({
      experiment_id,
      run_name: run.name,
      start_time: run.start_time,
      tags: createTags({ run_id: run.run_id, run_name: run.name }),
    });
    return await note(sending, created);
  } catch (error) {
    // Only an answer that was certainly a refusal means that no run was made.
    if (isTrackingError(error) && error.retry !== "unsure") {
      lease.set({ creating: 0 });
    }
    if (isNotFoundError(error) && error.missing === "resource") {
      lease.set({ remote_experiment_id: null }); // deleted there: it is looked for by its name again
    }
    throw error;
  }
}

/** A run that was made without its answer being seen. One that lost its tags gets them. */
async function findRun(
  { run, client }: Omit<Sending, "remote">,
  experiment_id: string,
): Promise<Run | null> {
  const found = await client.findRunByTag({
    experiment_id,
    key: TAG.runId,
    value: run.run_id,
    also: { run_name: run.name, start_time: run.start_time },
  });
  if (found === null) return null;
  if (!found.data.tags.some((t) => t.key === TAG.runId)) {
    await client.logBatch({
      run_id: found.info.run_id,
      tags: createTags({ run_id: run.run_id, run_name: run.name }),
    });
  }
  return found;
}

async function note(
  { lease, client, memory }: Omit<Sending, "remote">,
  { info }: Run,
): Promise<string> {
  memory.info = info;
  lease.set({
    remote_run_id: info.run_id,
    kind: await client.kind(),
    creating: 0,
    next_try: null,
    url: await client.runUrl(info),
  });
  return info.run_id;
}
