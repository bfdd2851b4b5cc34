/**
 * The run on the server: known, found again by its key tag, or made.
 *
 * @module
 */
import {
  isNotFoundError,
  isRefusedError,
  isTrackingError,
} from "../gitlab/errors.ts";
import { runIid } from "../gitlab/artifact_locations.ts";
import { createTags, TAG } from "../gitlab/fields.ts";
import type { ServerRun } from "../gitlab/schemas.ts";
import type { RunRow } from "../journal/run_row.ts";
import { assertFirst, assertQuiet } from "./copies.ts";
import { ExperimentRefusedError } from "./experiment_refused.ts";
import { isOfPart, isPageOfFirewall } from "./divide.ts";
import { NOT_ON_GITLAB } from "./run_summary.ts";
import {
  ALL_POINTS,
  inFlight,
  inFlightOver,
  type Sending,
  sentenceOf,
} from "./sending.ts";

type Unmade = Omit<Sending, "remote">;

/** The run's id on the server. */
export async function remoteRun(sending: Unmade): Promise<string> {
  const { journal, run, lease, client, memory } = sending;
  const known = journal.deliveries.get(run.run_id);
  if (known.remote_run_id !== null) return known.remote_run_id;
  const { info } = await madeRun(sending, known.remote_experiment_id);
  memory.location = info;
  lease.set({
    remote_run_id: info.run_id,
    remote_run_iid: runIid(info.artifact_uri),
    kind: await client.kind(),
    creating: 0,
    url: await client.runUrl(info),
  });
  return info.run_id;
}

/** Finds or makes the run in the experiment that was noted, or where that was deleted in a new one of its name. */
async function madeRun(
  sending: Unmade,
  noted: string | null,
): Promise<ServerRun> {
  const { run, lease } = sending;
  if (noted !== null) {
    try {
      return await runIn(sending, noted);
    } catch (error) {
      if (!isNotFoundError(error) || error.missing !== "resource") throw error;
      lease.set({ remote_experiment_id: null, creating: 0 });
    }
  }
  const { experiment } = sending.journal.deliveries.get(run.run_id);
  const made = await experimentThere(sending, experiment ?? run.experiment);
  lease.set({ remote_experiment_id: made });
  return await runIn(sending, made);
}

/** The id of the experiment. @throws {ExperimentRefusedError} when the server, or a firewall, takes no such name */
async function experimentThere(
  { client, run }: Unmade,
  name: string,
): Promise<string> {
  try {
    return await client.findOrCreateExperiment(name);
  } catch (error) {
    if (!isPageOfFirewall(error) && !isRefusedError(error)) throw error;
    if (!isOfPart(error)) throw error; // the address or the project is wrong
    throw new ExperimentRefusedError(run.run_id, { name, cause: error });
  }
}

async function runIn(
  sending: Unmade,
  experiment_id: string,
): Promise<ServerRun> {
  const { journal, run, lease, client } = sending;
  const { creating } = journal.deliveries.get(run.run_id);
  if (creating === 1) {
    const found = await findRun(sending, experiment_id) ??
      // A server may still be working on a request whose sender is gone.
      (await inFlightOver(sending)
        ? await findRun(sending, experiment_id)
        : null);
    if (found !== null) {
      if (!isFresh(run)) await assertFirst(sending, found, experiment_id);
      return found;
    }
  } else if (!isFresh(run)) {
    const found = await sending.sent_before.find(sending, experiment_id);
    if (found !== null) return await adopted(sending, found);
  }
  lease.set({ creating: 1, ...inFlight(sending) });
  const create = (run_name: string) =>
    client.createRun({
      experiment_id,
      run_name,
      start_time: run.start_time,
      tags: createTags({ run_id: run.run_id, run_name }).filter((
        { key },
      ) => sending.server.kind !== "gitlab" || !NOT_ON_GITLAB.has(key)),
    });
  let made: ServerRun;
  try {
    try {
      made = await create(run.name);
    } catch (error) {
      if (!isPageOfFirewall(error)) throw error;
      // Its name is all that a firewall can have read in it.
      const name = run.run_id.slice(0, 8);
      made = await create(name);
      journal.entries.setMissing(
        run.run_id,
        `name "${run.name}" on the server`,
        `The run is called "${name}" there. ${sentenceOf(error)}`,
      );
    }
  } catch (error) {
    // Only an answer that was certainly a refusal means that no run was made.
    if (isTrackingError(error) && error.retry !== "unsure") {
      lease.set({ creating: 0 });
    }
    throw error;
  }
  if (!isFresh(run)) await assertFirst(sending, made, experiment_id);
  return made;
}

/** How long after its start a run cannot have been delivered by a copy of the journal, milliseconds. */
const FRESH_MS = 600_000;

function isFresh({ start_time, end_time }: RunRow): boolean {
  return end_time === null && Date.now() - start_time < FRESH_MS;
}

/** A run that a copy of this journal has sent: what of it is there is found out before anything is sent. */
async function adopted(sending: Unmade, run: ServerRun): Promise<ServerRun> {
  const { lease, journal, run: ours } = sending;
  // The summary is sent after the last point: which of a thinned series went there is the other machine's affair.
  const whole = run.data.tags.some((tag) => tag.key === TAG.summary);
  if (!whole) await assertQuiet(sending, run);
  lease.set({
    files_unsure: 1,
    ...(whole
      ? {
        points_mode: "whole",
        points_sent_of: journal.pointCount(ours.run_id),
      }
      : { unsure_to: ALL_POINTS }),
  });
  return run;
}

/** A run that was made without its answer being seen. One that lost its tags gets them. */
async function findRun(
  { run, client }: Unmade,
  experiment_id: string,
): Promise<ServerRun | null> {
  const found = await client.findRunByTag({
    experiment_id,
    key: TAG.runId,
    value: run.run_id,
    also: { run_name: run.name, start_time: run.start_time },
  });
  if (found !== null && !found.data.tags.some((t) => t.key === TAG.runId)) {
    await client.logBatch({
      run_id: found.info.run_id,
      tags: createTags({ run_id: run.run_id, run_name: run.name }),
    });
  }
  return found;
}
