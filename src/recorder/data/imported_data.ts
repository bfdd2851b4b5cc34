/**
 * Data that cells or their modules import as JSON or text, and what local modules name by constant paths.
 *
 * @module
 */
import { resolve } from "node:path";
import { addFiles } from "./detected_data.ts";
import { constantPaths } from "./constant_texts.ts";
import { isFile } from "../../base/files.ts";
import { isInput } from "./known_paths.ts";
import { dataJudge, isCode } from "./may_be_data.ts";
import { readDataset } from "./read_dataset.ts";
import type { ReadingRun } from "./reading_run.ts";

/** A local module of a run. */
export interface ImportedModule {
  path: string;
  /** Null when it is not kept. */
  source: string | null;
  encoding: string;
}

/**
 * Adds the data of a run's modules, and reads it: what else waits for that has been read by now.
 *
 * @param known Files that were found otherwise
 */
export async function addImportedData(
  run: ReadingRun,
  modules: readonly ImportedModule[],
  known: readonly string[] = [],
): Promise<void> {
  const { journal, session, run_id } = run;
  const mayBeData = dataJudge({ ...session, home: journal.home });
  const paths = [
    ...modules.map(({ path }) => resolve(session.cwd, path)),
    ...namedIn(run, modules),
    ...known,
  ];
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

/** The files that the texts of modules name, but for those that the session wrote. */
function namedIn(
  { journal, session }: ReadingRun,
  modules: readonly ImportedModule[],
): string[] {
  // Where the kernel logs what is read, it has been seen.
  if (session.audit !== null) return [];
  const executions = journal.executions.list(session.session_id);
  const sources = modules.flatMap(({ path, source, encoding }) =>
    source === null || encoding !== "utf-8" || !isCode(path)
      ? []
      : [{ file: resolve(session.cwd, path), source }]
  );
  const paths = sources.flatMap((module) => {
    const others = [
      ...sources.filter((other) => other !== module),
      ...executions,
    ].map(({ source }) => source ?? "");
    const isUsedElsewhere = (name: string) =>
      others.some((source) => mayUse(source, name));
    return [
      ...constantPaths(
        module.source,
        new Map(),
        session.cwd,
        module.file,
        isUsedElsewhere,
      ),
    ].map((named) => resolve(session.cwd, named));
  });
  if (paths.length === 0) return [];
  return [...new Set(paths)].filter((path) =>
    isFile(path) && isInput(path, executions, session)
  );
}

/** Takes everything that a module exports, whatever it is called. */
const TAKES_ALL = /\*\s*as\b|\bexport\s*\*|\bimport\s*\(/;

/** Whether code may do something with what a module exports by a name. */
function mayUse(source: string, name: string): boolean {
  return TAKES_ALL.test(source) ||
    source.split(/[^\p{ID_Continue}$]+/u).includes(name);
}
