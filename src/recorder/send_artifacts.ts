/**
 * Sends artifacts and datasets. GitLab keeps a file that is sent again as another one, so a large one whose answer
 * was not seen is looked for in the listing first.
 *
 * @module
 */
import type { TrackingClient } from "../gitlab/client.ts";
import {
  type ArtifactName,
  NAMES_FILE,
  namesManifest,
} from "../gitlab/artifact_names.ts";
import type { RunPlace } from "../gitlab/artifacts.ts";
import type { Artifact } from "../journal/artifacts.ts";
import type { Journal } from "../journal/journal.ts";
import type { RunRow } from "../journal/runs.ts";

/** How many uploads are under way at once. */
const AT_ONCE = 3;

/** Sends every artifact that is not on the server. */
export async function sendArtifacts(
  journal: Journal,
  run: RunRow,
  remote: string,
  client: TrackingClient,
): Promise<void> {
  const unsent = journal.artifacts.list(run.run_id).filter((a) => !a.sent);
  if (unsent.length === 0) return;
  const target = (await client.getRun(remote)).info;
  const there = journal.deliveries.get(run.run_id).tries === 0
    ? new Map<string, number | null>()
    : new Map(
      (await client.listArtifacts(target)).map((f) => [f.path, f.size]),
    );
  const queue = [...unsent];
  const renamed: ArtifactName[] = [];
  const send = async () => {
    for (let a = queue.shift(); a !== undefined; a = queue.shift()) {
      const name = await sendOne(journal, target, client, there, a);
      if (name !== null && name.stored !== name.original) renamed.push(name);
    }
  };
  const outcomes = await Promise.allSettled(
    Array.from({ length: AT_ONCE }, send),
  );
  const failed = outcomes.find((o) => o.status === "rejected");
  if (failed !== undefined) throw failed.reason;
  const names = namesManifest(renamed);
  if (names !== null) {
    await client.uploadArtifact({
      run: target,
      path: NAMES_FILE,
      body: names,
      content_type: "application/json",
    });
  }
}

async function sendOne(
  journal: Journal,
  target: RunPlace,
  client: TrackingClient,
  there: ReadonlyMap<string, number | null>,
  artifact: Artifact,
): Promise<ArtifactName | null> {
  const sent = artifact.origin === "user" &&
    there.get(artifact.path) === artifact.size;
  const name = sent ? null : await client.uploadArtifact({
    run: target,
    path: artifact.path,
    body: journal.artifacts.file(artifact.digest),
    content_type: artifact.content_type,
  });
  journal.deliveries.markSent("artifacts", artifact.run_id, [
    { key: artifact.path, was: artifact.digest },
  ]);
  return name;
}
