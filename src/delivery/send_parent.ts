/**
 * Names the parent of a run by its id on the server. GitLab keeps the first value of a tag for ever, so the tag waits
 * for the parent.
 *
 * @module
 */
import type { TrackingClient } from "../gitlab/client.ts";
import { isNotFoundError } from "../gitlab/errors.ts";
import { TAG } from "../gitlab/fields.ts";
import type { DeliveryRow } from "../journal/deliveries.ts";
import type { Entry } from "../journal/entries.ts";
import { NbtrackError } from "../base/errors.ts";
import type { Sending } from "./sending.ts";

/** How long a child waits in one pass for its parent to be there, milliseconds. */
const WAIT_MS = 10_000;
const POLL_MS = 100;

/**
 * Sends the tag with the parent's id there; one that is not of this journal is sent as it is. While the parent may
 * still come, the tag waits.
 *
 * @throws {NbtrackError} when the run is complete and its parent, which is on its way to the same server, is not there
 */
export async function sendParent(
  sending: Sending,
  { key, value }: Entry,
): Promise<void> {
  const { journal, run, client, remote, complete } = sending;
  const there = await parentThere(sending, value);
  if (there === null) {
    if (!complete) return;
    const what = `tag "${TAG.parent}"`;
    journal.deliveries.leaveOut(run.run_id, {
      what,
      why: `The run it belongs to, ${
        value.slice(0, 8)
      }, is not on that server. nbtrack sync delivers it.`,
    });
    journal.deliveries.markSent("tags", run.run_id, [{ key, was: value }], {
      leftOut: true,
    });
    return;
  }
  await client.logBatch({ run_id: remote, tags: [{ key, value: there }] });
  journal.deliveries.markSent("tags", run.run_id, [{ key, was: value }]);
}

/** The parent's id on the server, or null where it does not go there. */
async function parentThere(
  { journal, run, client, complete }: Sending,
  parent: string,
): Promise<string | null> {
  const { deliveries, runs } = journal;
  if (runs.get(parent) === undefined) return parent;
  const { target } = deliveries.get(run.run_id);
  const deadline = Date.now() + WAIT_MS;
  for (;;) {
    const row = deliveries.get(parent);
    if (row.target !== target) return await sameRun(client, parent, row);
    if (row.state === "refused") return null;
    if (row.remote_run_id !== null) return row.remote_run_id;
    if (!complete) return null;
    if (Date.now() > deadline) {
      throw new NbtrackError(
        `The run waits for ${
          parent.slice(0, 8)
        }, which it belongs to: that one is not on the server yet.`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** The id of a run that went to a server under another address, where it is the same server: a project has two names. */
async function sameRun(
  client: TrackingClient,
  run_id: string,
  { target, remote_run_id }: Pick<DeliveryRow, "target" | "remote_run_id">,
): Promise<string | null> {
  if (target === null || remote_run_id === null) return null;
  if (new URL(target).host !== new URL(client.tracking_uri).host) return null;
  try {
    const { data } = await client.getRun(remote_run_id);
    const ours = data.tags.find(({ key }) => key === TAG.runId)?.value;
    return ours === run_id ? remote_run_id : null;
  } catch (error) {
    if (isNotFoundError(error)) return null; // another project's
    throw error;
  }
}
