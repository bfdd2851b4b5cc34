/**
 * Reading a dataset of a run: its fingerprint is stored, or why it has none.
 *
 * @module
 */
import { resolve } from "node:path";
import { messageOf } from "../../base/errors.ts";
import { type Digest, sha256 } from "../../base/digest.ts";
import { fingerprint, withoutValues } from "../../datasets/dataset.ts";
import type { Fingerprint } from "../../datasets/types.ts";
import type { DatasetRow } from "../../journal/datasets.ts";
import type { Journal } from "../../journal/journal.ts";
import { addDatabaseLogs } from "./database_logs.ts";
import { dataOriginOf, kernelStart } from "./data_origin.ts";
import { journalCache } from "./digest_cache.ts";

/** What is known of a dataset that is to be read. */
export type DatasetToRead =
  & Pick<
    DatasetRow,
    "run_id" | "name" | "cwd" | "time" | "named_mtime_ms" | "named_size"
  >
  & { named_digest: Digest | null }
  & { input: string };

/** What is known of a file that is another one now than when it was named; null where it is not, or that is not known. */
function asNamed(
  found: Fingerprint,
  { named_digest, named_size, named_mtime_ms }: DatasetToRead,
): Fingerprint | null {
  const [file] = found.listing ?? [];
  if (
    found.kind !== "file" || file === undefined || named_digest === null ||
    named_digest === found.digest
  ) return null;
  const was = { digest: named_digest, size: named_size ?? 0 };
  return {
    ...found,
    ...was,
    rows: null,
    columns: null,
    profile: null,
    message: "It was changed before it could be read as a table.",
    listing: [{
      ...file,
      ...was,
      born_ms: null,
      changed_ms: named_mtime_ms ?? 0,
    }],
    warnings: [],
  };
}

/** Whether a file still begins with what it was, as one that was appended to: the bundle takes that beginning. */
function beginsWith(
  path: string,
  { digest, size }: Pick<Fingerprint, "digest" | "size">,
): boolean {
  try {
    using file = Deno.openSync(path);
    const bytes = new Uint8Array(size);
    for (let at = 0; at < size;) {
      const read = file.readSync(bytes.subarray(at)) ?? 0;
      if (read === 0) return false;
      at += read;
    }
    return sha256(bytes) === digest;
  } catch {
    return false; // it is gone by now
  }
}

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
    if (!datasets.list(row.run_id).some(({ name }) => name === row.name)) {
      // The cell that read it turned out to be kept out of the record.
      for (const { path } of whole.listing ?? []) {
        datasets.forget(resolve(folder, path));
      }
      return;
    }
    const found = datasets.mayTravel(row.run_id) ? whole : withoutValues(whole);
    const origin = {
      ...await dataOriginOf(found, folder),
      kernel_started_ms: kernelStart(session?.connection_file ?? null),
    };
    const before = asNamed(found, row);
    datasets.finish(row.run_id, row.name, {
      fingerprint: JSON.stringify({ ...before ?? found, origin }),
    });
    if (before !== null) {
      const begins = beginsWith(
        resolve(row.cwd ?? folder, row.input),
        before,
      );
      if (begins && whole.rows === null) return; // nothing of it is unknown
      entries.setMissing(
        row.run_id,
        `dataset "${row.name}"`,
        `${row.input} was changed after the run named it and before nbtrack could read it: ` +
          (begins
            ? "it still begins with what it was, but that was not read as a table"
            : "of what it was its digest and size alone are known"),
      );
      return;
    }
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
    const { run_id, time } = row;
    const run = { journal, run_id, folder };
    for (const input of addDatabaseLogs(run, found)) {
      await readDataset(journal, {
        ...{ run_id, name: input, input, cwd: folder },
        ...{ time: Math.max(time, Date.now()), named_mtime_ms: null },
        ...{ named_digest: null, named_size: null },
      });
    }
  } catch (error) {
    const why = messageOf(error);
    datasets.finish(row.run_id, row.name, { error: why });
    entries.setMissing(row.run_id, `dataset "${row.name}"`, why);
  }
}
