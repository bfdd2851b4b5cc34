/**
 * Data that cells or their modules import as JSON or text.
 *
 * @module
 */
import { resolve } from "node:path";
import { addFiles } from "./detected_data.ts";
import { dataJudge } from "./may_be_data.ts";
import { readDataset } from "./read_dataset.ts";
import type { ReadingRun } from "./reading_run.ts";

/** Adds the modules of a run that are data, and reads them: what else waits for that has been read by now. */
export async function addImportedData(
  run: ReadingRun,
  modules: readonly { path: string }[],
): Promise<void> {
  const { journal, session, run_id } = run;
  const mayBeData = dataJudge({ ...session, home: journal.home });
  const paths = modules.map(({ path }) => resolve(session.cwd, path));
  addFiles(
    run,
    new Map(paths.filter(mayBeData).map((path) => [path, null])),
  );
  for (const row of journal.datasets.list(run_id)) {
    const { input, fingerprint, error, found } = row;
    if (found === "detected" && input !== null && !fingerprint && !error) {
      await readDataset(journal, { ...row, input });
    }
  }
}
