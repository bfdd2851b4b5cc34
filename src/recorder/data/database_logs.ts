/**
 * The write-ahead logs beside the databases of a run: who opens such a database reads both.
 *
 * @module
 */
import { basename, resolve } from "node:path";
import { logPathOf } from "../../base/database_log.ts";
import type { Fingerprint } from "../../datasets/dataset.ts";
import type { Journal } from "../../journal/journal.ts";
import { statOf } from "../../base/files.ts";

/** The run that has a dataset, and the folder from which its files are named. */
interface LoggedRun {
  journal: Journal;
  run_id: string;
  folder: string;
}

/**
 * Adds the logs beside the files of a dataset to its run. One that a cell wrote is no input; where it was there before, what
 * it held then is named as missing.
 *
 * @returns the inputs of those that are to be read
 */
export function addDatabaseLogs(
  { journal, run_id, folder }: LoggedRun,
  { listing }: Pick<Fingerprint, "listing">,
): string[] {
  const session_id = journal.runs.get(run_id)?.session_id;
  if (session_id === undefined) return [];
  const known = new Set(listing?.map(({ path }) => path));
  for (const { input } of journal.datasets.list(run_id)) {
    if (input !== null) known.add(input);
  }
  return (listing ?? []).flatMap((file) => {
    const path = logPathOf(file.path);
    if (known.has(path)) return [];
    const stat = statOf(resolve(folder, path));
    if (stat === null || !stat.isFile || stat.size === 0) return [];
    const inCell = (time: Date | null) =>
      time !== null &&
      journal.executions.wasExecuting(session_id, time.getTime());
    if (inCell(stat.birthtime)) return []; // a cell made it
    if (inCell(stat.mtime)) {
      journal.entries.setMissing(
        run_id,
        `data "${basename(path)}"`,
        "a cell wrote to this database, whose write-ahead log held rows before: what they were is not known",
      );
      return [];
    }
    journal.datasets.put(run_id, path, {
      found: "detected",
      input: path,
      cwd: folder,
    });
    return [path];
  });
}
