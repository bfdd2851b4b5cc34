/**
 * Sends what is known of a run's datasets: as inputs where a server has them, else as one tag with their digests.
 *
 * @module
 */
import { z } from "../base/zod.ts";
import { splitBatches } from "../gitlab/batches.ts";
import { TAG } from "../gitlab/fields.ts";
import { fitTag } from "../gitlab/limits.ts";
import type { Journal } from "../journal/journal.ts";
import { sendDivided } from "./divide.ts";
import { assertRunThere } from "./run_there.ts";
import { type Sending, sentenceOf } from "./sending.ts";

const fingerprintSchema = z.looseObject({
  uri: z.string(),
  digest: z.string(),
  rows: z.number().nullable(),
  columns: z.array(z.looseObject({ name: z.string(), type: z.string() }))
    .nullable(),
});

/**
 * Sends every dataset whose fingerprint is known and not on the server. Where a tag keeps its first value they wait
 * for the run's end: a dataset may be logged again.
 */
export async function sendDatasets(sending: Sending): Promise<void> {
  const { journal, run, remote, client, server, complete } = sending;
  const { inputs, tags_change } = server.features;
  if (!inputs && !tags_change && !complete) return;
  const unsent = journal.datasets.list(run.run_id).filter((d) =>
    !d.sent && d.fingerprint !== null
  );
  if (unsent.length === 0) return;
  const known = unsent.map((row) => ({
    row,
    found: fingerprintSchema.parse(JSON.parse(row.fingerprint ?? "null")),
  }));
  const done = (some: typeof known, leftOut: boolean) =>
    journal.deliveries.markSent(
      "datasets",
      run.run_id,
      some.map(({ row }) => ({ key: row.name, was: row.fingerprint ?? "" })),
      { leftOut },
    );
  const send = async (some: readonly (typeof known)[number][]) => {
    await client.logInputs({
      run_id: remote,
      datasets: some.map(({ row, found }) => ({
        name: row.name,
        digest: found.digest,
        uri: found.uri,
        ...(row.context === null ? {} : { context: row.context }),
        ...(found.columns === null ? {} : { columns: found.columns }),
        ...(found.rows === null ? {} : { rows: found.rows }),
      })),
    });
    done([...some], false);
  };
  const sendTags = async (some: readonly (typeof known)[number][]) => {
    const { key, value } = fitTag(
      TAG.datasets,
      everyDigest(journal, run.run_id),
      server.limits,
    );
    const tags = [{ key, value }];
    for (const batch of splitBatches({ tags }, server.limits)) {
      await client.logBatch({ run_id: remote, ...batch });
    }
    done([...some], false);
  };
  await sendDivided(known, {
    send: inputs ? send : sendTags,
    refusals: { count: 0 },
    refused: async (some, error) => {
      await assertRunThere(sending);
      const [first] = some;
      journal.deliveries.leaveOut(run.run_id, {
        what: some.length === 1
          ? `dataset "${first?.row.name}"`
          : `${some.length} datasets`,
        why: sentenceOf(error),
      });
      done([...some], true);
    },
  });
}

/** A line for each dataset of a run: the tag is written once, for all. */
export function everyDigest(journal: Journal, run_id: string): string {
  return journal.datasets.list(run_id).flatMap(({ name, fingerprint }) =>
    fingerprint === null ? [] : [
      `${name} ${fingerprintSchema.parse(JSON.parse(fingerprint)).digest}`,
    ]
  ).join("\n");
}
