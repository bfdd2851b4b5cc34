/**
 * Two copies of a journal that send the same run at the same moment. Neither sees the other before it makes the run, and
 * no server makes a run only if there is none. So each copy asks for others right after it has made its run: the older
 * one is used, and the copy that made the younger one deletes it before anything is logged to it.
 *
 * @module
 */
import { NbtrackError } from "../base/errors.ts";
import { runIid } from "../gitlab/artifact_locations.ts";
import { createTags, TAG } from "../gitlab/fields.ts";
import type { ServerRun } from "../gitlab/schemas.ts";
import { type Sending, waitUntil } from "./sending.ts";

/** How many of the newest runs of an experiment are looked through: both were made within moments. */
const NEWEST = 100;

type Unmade = Omit<Sending, "remote">;

/** A copy of this journal, or another process of it, sends the run now. */
export class CopySendsError extends NbtrackError {
  constructor() {
    super(
      "A copy of this nbtrack folder is sending the run at this moment.",
      { hint: "It is completed once the copy is done, or has stopped." },
    );
  }
}

/**
 * Makes sure that a run that was just made is the only one of its kind.
 *
 * @throws {CopySendsError} when a copy has made one before; this one was taken back
 */
export async function assertFirst(
  sending: Unmade,
  made: ServerRun,
  experiment_id: string,
): Promise<void> {
  const { client, lease, sent_before } = sending;
  const [first] = (await runsOf(sending, experiment_id)).toSorted(byAge);
  if (first === undefined || first.info.run_id === made.info.run_id) return;
  if (byAge(first, made) >= 0) return; // ours is not listed yet
  if (!isEmpty(made)) return; // who logs to it did not see the other
  await client.takeBackRun(made.info.run_id, sending.run.start_time);
  sent_before.forget(client.tracking_uri);
  lease.set({ creating: 0 });
  throw new CopySendsError();
}

/** The older of two runs first: GitLab counts a project's runs; elsewhere the id decides, the same for everybody. */
export function byAge(a: ServerRun, b: ServerRun): number {
  const x = runIid(a.info.artifact_uri);
  const y = runIid(b.info.artifact_uri);
  if (x !== null && y !== null) return x - y;
  return a.info.run_id < b.info.run_id
    ? -1
    : Number(a.info.run_id > b.info.run_id);
}

function isEmpty({ data: { params, metrics, tags } }: ServerRun): boolean {
  const early = new Set<string>(
    createTags({ run_id: "", run_name: "" }).map(({ key }) => key),
  );
  return params.length + metrics.length === 0 &&
    tags.every(({ key }) => early.has(key));
}

/** Those of the newest runs that a journal has made of this one. */
async function runsOf(
  { client, run }: Unmade,
  experiment_id: string,
): Promise<ServerRun[]> {
  const found: ServerRun[] = [];
  let seen = 0;
  const search = {
    experiment_id,
    page_size: NEWEST,
    filter: `tags.\`${TAG.runId}\` = '${run.run_id}'`,
  };
  for await (const one of client.searchRuns(search)) {
    if (
      one.data.tags.some((t) => t.key === TAG.runId && t.value === run.run_id)
    ) found.push(one);
    if (++seen === NEWEST) break;
  }
  return found;
}

/**
 * Makes sure that nobody is sending a run that is there in part: what it holds does not change for some time.
 *
 * @throws {CopySendsError} when it does
 */
export async function assertQuiet(
  sending: Unmade,
  there: ServerRun,
): Promise<void> {
  const { client, in_flight_ms } = sending;
  if (!await waitUntil(Date.now() + in_flight_ms, in_flight_ms)) return;
  const text = ({ info, data }: ServerRun) =>
    JSON.stringify([info.status, data]);
  const now = await client.getRun(there.info.run_id);
  if (text(now) !== text(there)) throw new CopySendsError();
}
