/**
 * Sends what is known of a run's datasets: as inputs where a server has them, else as tags with their digests.
 *
 * @module
 */
import { z } from "../base/zod.ts";
import { splitBatches } from "../gitlab/batches.ts";
import { fitTag } from "../gitlab/limits.ts";
import type { Sending } from "./sending.ts";

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
  if (inputs) {
    await client.logInputs({
      run_id: remote,
      datasets: known.map(({ row, found }) => ({
        name: row.name,
        digest: found.digest,
        uri: found.uri,
        ...(row.context === null ? {} : { context: row.context }),
        ...(found.columns === null ? {} : { columns: found.columns }),
        ...(found.rows === null ? {} : { rows: found.rows }),
      })),
    });
  } else {
    const tags = known.map(({ row, found }) => {
      const { key, value } = fitTag(
        `nbtrack.dataset.${row.name}`,
        found.digest,
        server.limits,
      );
      return { key, value };
    });
    for (const batch of splitBatches({ tags }, server.limits)) {
      await client.logBatch({ run_id: remote, ...batch });
    }
  }
  journal.deliveries.markSent(
    "datasets",
    run.run_id,
    unsent.map((d) => ({ key: d.name, was: d.fingerprint ?? "" })),
  );
}
