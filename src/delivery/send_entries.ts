/**
 * Sends params and tags. `log-batch` passes over those that are there already, so they may be sent again; their
 * order does not matter, so some requests are under way at once.
 *
 * @module
 */
import { sha256 } from "../base/digest.ts";
import { splitBatches } from "../gitlab/batches.ts";
import { isTrackingError } from "../gitlab/errors.ts";
import { NOT_ON_GITLAB } from "./run_summary.ts";
import { sendDivided } from "./divide.ts";
import { sendParent } from "./send_parent.ts";
import { assertRunThere } from "./run_there.ts";
import { TAG } from "../gitlab/fields.ts";
import { fitParam, fitTag, type Fitted } from "../gitlab/limits.ts";
import type { Entry } from "../journal/entries.ts";
import { type Sending, sentenceOf, someAtOnce } from "./sending.ts";

/** Requests under way at once. */
const AT_ONCE = 4;

/** Tags that do not change once they are set; the others wait for the run's end where the first value stays. */
const EARLY: ReadonlySet<string> = new Set(
  Object.values(TAG).filter((key) => key !== TAG.note),
);

/** Sends the params that are not on the server. */
export async function sendParams(sending: Sending): Promise<void> {
  const { journal, run, server } = sending;
  const unsent = journal.entries.params(run.run_id).filter((p) => !p.sent);
  await sendEntries(
    sending,
    "params",
    unsent.map((entry) => ({
      entry,
      fitted: fitParam(entry.key, entry.value, server.limits),
    })),
  );
}

/** Sends the tags that are not on the server and may go now. */
export async function sendTags(sending: Sending): Promise<void> {
  const { journal, run, server, complete } = sending;
  const all = complete || server.features.tags_change;
  let unsent = journal.entries.tags(run.run_id).filter((t) =>
    !t.sent && (all || EARLY.has(t.key))
  );
  if (server.kind === "gitlab") {
    const needless = unsent.filter(({ key }) => NOT_ON_GITLAB.has(key));
    journal.deliveries.markSent(
      "tags",
      run.run_id,
      needless.map(({ key, value }) => ({ key, was: value })),
    );
    unsent = unsent.filter(({ key }) => !NOT_ON_GITLAB.has(key));
  }
  await sendEntries(
    sending,
    "tags",
    unsent.filter(({ key }) => key !== TAG.ciJob && key !== TAG.parent).map((
      entry,
    ) => ({
      entry,
      fitted: fitTag(entry.key, entry.value, server.limits),
    })),
  );
  for (const tag of unsent) {
    if (tag.key === TAG.ciJob) await sendJob(sending, tag);
    if (tag.key === TAG.parent) await sendParent(sending, tag);
  }
}

async function sendEntries(
  sending: Sending,
  kind: "params" | "tags",
  entries: readonly { entry: Entry; fitted: Fitted }[],
): Promise<void> {
  const { journal, run, server, client, remote } = sending;
  const { deliveries } = journal;
  const rows = entries.map(({ entry, fitted: { key, value, shortened } }) => {
    if (shortened) keepWhole(sending, kind, entry);
    return { key, value, row: { key: entry.key, was: entry.value } };
  });
  const plain = (list: readonly { key: string; value: string }[]) =>
    list.map(({ key, value }) => ({ key, value }));
  const refusals = { count: 0 };
  await someAtOnce(
    splitBatches({ [kind]: rows }, server.limits),
    AT_ONCE,
    (batch) =>
      sendDivided((batch[kind] ?? []) as typeof rows, {
        refusals,
        send: async (some) => {
          await client.logBatch({ run_id: remote, [kind]: plain(some) });
          deliveries.markSent(kind, run.run_id, some.map((r) => r.row));
        },
        refused: (some, error) =>
          leaveOut(sending, kind, some.map((r) => r.row), error),
      }),
  );
}

/** Leaves out what the server does not take, by name. */
async function leaveOut(
  sending: Sending,
  kind: "params" | "tags",
  rows: readonly { key: string; was: string }[],
  error: Error,
): Promise<void> {
  const { journal: { deliveries }, run } = sending;
  await assertRunThere(sending);
  const [row] = rows;
  deliveries.leaveOut(run.run_id, {
    what: rows.length === 1 && row !== undefined
      ? `${kind.slice(0, -1)} "${row.key}"`
      : `${rows.length} more ${kind}`,
    why: sentenceOf(error),
  });
  deliveries.markSent(kind, run.run_id, rows, { leftOut: true });
}

/** The whole of a text that a server cuts goes there as an artifact. */
function keepWhole(
  { journal, run }: Sending,
  folder: string,
  { key, value }: Entry,
): void {
  const readable = key.normalize("NFKD").replace(/[^A-Za-z0-9._-]+/g, "_");
  const name = readable === key && key.length <= 100
    ? key
    : `${readable.slice(0, 100)}-${sha256(key).slice(7, 23)}`;
  journal.artifacts.put(
    run.run_id,
    `nbtrack/${folder}/${name}.txt`,
    new TextEncoder().encode(value),
    { content_type: "text/plain", origin: "record" },
  );
}

/** Ties the run to its CI job. GitLab fails on a job it does not know; the run is none the worse for it. */
async function sendJob(sending: Sending, { key, value }: Entry): Promise<void> {
  const { journal, run, client, remote } = sending;
  try {
    await client.setTag(remote, { key, value });
  } catch (error) {
    if (!isTrackingError(error) || error.status === null) throw error;
    if (error.status !== 500 && error.retry !== "never") throw error;
    journal.entries.setMissing(
      run.run_id,
      "CI job",
      `The server did not tie the run to job ${value}. ${error.message}`,
    );
  }
  journal.deliveries.markSent("tags", run.run_id, [{ key, was: value }]);
}
