/**
 * Giving GitLab all points of a run whose series went there thinned.
 *
 * GitLab's latest value of a metric is the one that arrived last, and steps that were renumbered cannot be changed: the
 * points that are missing cannot be put between those that are there. So the run there makes room for one with all of
 * its points. That it does only while everything in it is in the journal: nothing is lost that somebody else has added.
 *
 * @module
 */
import { artifactName, NAMES_FILE } from "../gitlab/artifact_names.ts";
import { isNotFoundError, isTrackingError } from "../gitlab/errors.ts";
import { TAG } from "../gitlab/fields.ts";
import { fitMetricKey, fitParam, fitTag } from "../gitlab/limits.ts";
import type { ServerRun } from "../gitlab/schemas.ts";
import { type Sending, sentenceOf } from "./sending.ts";

/** What is left out of a run that could not be replaced. */
const PART = "metric points between those of the thinned series";

/** Takes a run with thinned series from its server, if that was asked for; then it is sent anew, with all points. */
export async function replaceThinned(
  sending: Omit<Sending, "remote">,
): Promise<void> {
  const { journal: { deliveries, entries }, client, lease, run } = sending;
  const { replacing, remote_run_id } = deliveries.get(run.run_id);
  if (replacing !== 1) return;
  if (remote_run_id !== null) {
    const why = await whyKept(sending, remote_run_id);
    if (why !== null) {
      deliveries.leaveOut(run.run_id, {
        what: PART,
        why: `The run there had to be replaced by one with all points. ${why}`,
      });
      return lease.set({ replacing: 0 });
    }
  }
  lease.hold(() => {
    deliveries.startAnew(run.run_id, { points_mode: "all" });
    entries.removeTag(run.run_id, TAG.steps);
  });
  sending.sent_before.forget(client.tracking_uri);
}

/** Deletes a run on its server. @returns why it stays there; null when it is gone */
async function whyKept(
  sending: Omit<Sending, "remote">,
  remote: string,
): Promise<string | null> {
  const { client } = sending;
  try {
    const there = await client.getRun(remote);
    const others = await othersIn(sending, there);
    if (others.length > 0) {
      return `It stays, as it has what this machine did not send: ${
        others.slice(0, 5).join(", ")
      }.`;
    }
    await client.deleteRun(remote);
    return null;
  } catch (error) {
    if (!isTrackingError(error)) throw error;
    if (isNotFoundError(error) && error.missing === "resource") return null;
    // What may still go well is tried again.
    if (error.retry !== "never") throw error;
    return `It stays. ${sentenceOf(error)}`;
  }
}

/** What of a run on its server is not from this journal. */
async function othersIn(
  { journal, run, client, server }: Omit<Sending, "remote">,
  { info, data }: ServerRun,
): Promise<string[]> {
  const { entries, artifacts } = journal;
  const { limits } = server;
  const params = new Set(
    entries.params(run.run_id).map((p) => fitParam(p.key, p.value, limits).key),
  );
  const tags = new Set<string>([
    ...Object.values(TAG),
    ...entries.tags(run.run_id).map((t) => fitTag(t.key, t.value, limits).key),
  ]);
  const metrics = new Set(
    journal.metrics(run.run_id).map(({ key }) => fitMetricKey(key, limits)),
  );
  const folders = !info.artifact_uri.includes("/packages/generic/");
  const files = new Set([
    NAMES_FILE,
    ...artifacts.list(run.run_id).map(({ path }) =>
      artifactName(path, { folders, wide: false }).stored
    ),
  ]);
  const among = (
    known: ReadonlySet<string>,
    kind: string,
    names: readonly string[],
  ) =>
    names.filter((name) => !known.has(name)).map((name) => `${kind} "${name}"`);
  return [
    ...among(params, "param", data.params.map(({ key }) => key)),
    ...among(tags, "tag", data.tags.map(({ key }) => key)),
    ...among(metrics, "metric", data.metrics.map(({ key }) => key)),
    ...among(
      files,
      "artifact",
      (await client.listArtifacts(info)).map(({ stored }) => stored),
    ),
  ];
}
