/**
 * Sends what is known of a run's datasets: as inputs where a server has them, else as tags with their digests.
 *
 * @module
 */
import { z } from "../base/zod.ts";
import type { TrackingClient } from "../gitlab/client.ts";
import type { ServerInfo } from "../gitlab/detect.ts";
import { fitTag } from "../gitlab/limits.ts";
import type { Journal } from "../journal/journal.ts";
import type { RunRow } from "../journal/runs.ts";

const fingerprintSchema = z.looseObject({
  uri: z.string(),
  digest: z.string(),
  rows: z.number().nullable(),
  columns: z.array(z.looseObject({ name: z.string(), type: z.string() }))
    .nullable(),
});

/** Sends every dataset whose fingerprint is known and not on the server. */
export async function sendDatasets(
  journal: Journal,
  run: RunRow,
  remote: string,
  client: TrackingClient,
  server: ServerInfo,
): Promise<void> {
  const unsent = journal.datasets.list(run.run_id).filter((d) =>
    !d.sent && d.fingerprint !== null
  );
  if (unsent.length === 0) return;
  const known = unsent.map((row) => ({
    row,
    found: fingerprintSchema.parse(JSON.parse(row.fingerprint ?? "null")),
  }));
  if (server.features.inputs) {
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
    await client.logBatch({
      run_id: remote,
      tags: known.map(({ row, found }) => {
        const { key, value } = fitTag(
          `nbtrack.dataset.${row.name}`,
          found.digest,
          server.limits,
        );
        return { key, value };
      }),
    });
  }
  journal.deliveries.markSent(
    "datasets",
    run.run_id,
    unsent.map((d) => ({ key: d.name, was: d.fingerprint ?? "" })),
  );
}
