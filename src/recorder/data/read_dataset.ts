/**
 * Reading a dataset of a run: its fingerprint is stored, or why it has none.
 *
 * @module
 */
import { messageOf } from "../../base/errors.ts";
import { fingerprint, withoutValues } from "../../datasets/dataset.ts";
import type { DatasetRow } from "../../journal/datasets.ts";
import type { Journal } from "../../journal/journal.ts";
import { dataOriginOf, kernelStart } from "./data_origin.ts";
import { journalCache } from "./digest_cache.ts";

/** What is known of a dataset that is to be read. */
export type DatasetToRead =
  & Pick<
    DatasetRow,
    "run_id" | "name" | "cwd" | "time" | "named_mtime_ms"
  >
  & { input: string };

/** Reads a dataset. */
export async function readDataset(
  journal: Journal,
  row: DatasetToRead,
): Promise<void> {
  const { datasets, entries, runs, sessions } = journal;
  const session = sessions.get(runs.get(row.run_id)?.session_id ?? "");
  try {
    const folder = session?.cwd ?? row.cwd ?? Deno.cwd();
    const whole = await fingerprint(row.input, {
      cwd: row.cwd ?? folder,
      folder,
      cache: journalCache(datasets),
    });
    const found = datasets.mayTravel(row.run_id) ? whole : withoutValues(whole);
    const origin = {
      ...await dataOriginOf(found, folder),
      kernel_started_ms: kernelStart(session?.connection_file ?? null),
    };
    datasets.finish(row.run_id, row.name, {
      fingerprint: JSON.stringify({ ...found, origin }),
    });
    const { named_mtime_ms: named } = row;
    const changed = found.listing?.find(({ changed_ms }) =>
      named === null
        ? changed_ms > row.time
        : Math.floor(changed_ms) > Math.floor(named)
    );
    if (changed !== undefined) {
      entries.setMissing(
        row.run_id,
        `dataset "${row.name}"`,
        `${changed.path} was changed after the run named it, or a cell read it, and before nbtrack could read it: ` +
          "its fingerprint is that of what it became",
      );
    }
  } catch (error) {
    const why = messageOf(error);
    datasets.finish(row.run_id, row.name, { error: why });
    entries.setMissing(row.run_id, `dataset "${row.name}"`, why);
  }
}
