/**
 * Folders that the cells of a run list: of what lies there and is no dataset only the names are kept, in `missing`.
 *
 * @module
 */
import { resolve, sep } from "node:path";
import type { Execution } from "../journal/execution_row.ts";
import type { Journal } from "../journal/journal.ts";
import type { RunRow } from "../journal/run_row.ts";
import type { Session } from "../journal/sessions.ts";
import { PROJECT_FILES } from "../record/bundle/manifest.ts";
import type { Constants } from "./data/constant_reader.ts";
import { constantPaths } from "./data/constant_texts.ts";
import { isOfProject } from "./data/may_be_data.ts";
import { statOf } from "../base/files.ts";
import { isInput, knownPaths, shownPath } from "./data/known_paths.ts";

/** What a cell calls to list a folder. */
const LISTS =
  /\breadDir(?:Sync)?\s*\(|\breaddir(?:Sync)?\s*\(|\bexpandGlob|\bwalk(?:Sync)?\s*\(/;
/** A literal for the work folder itself. */
const WORK_FOLDER = /["'`]\.\/?["'`]|\bcwd\s*\(\s*\)/;
/** Names that are said. */
const MAX_NAMED = 20;

/** Names on a run what lies in folders that its cells list, and is no data of it. */
export function nameListedFolders(
  journal: Journal,
  session: Session,
  run: RunRow,
): void {
  const executions = journal.executions.list(
    session.session_id,
    run.last_execution,
  );
  const constants: Constants = new Map();
  const folders = new Set(
    executions.flatMap(({ source }) =>
      foldersOf(source ?? "", session.cwd, constants)
    ),
  );
  if (folders.size === 0) return;
  const known = [...knownPaths(journal, session, run)];
  for (const folder of folders) {
    const names = unknownIn(folder, known, { executions, session });
    if (names.length === 0) continue;
    const path = shownPath(folder, session);
    journal.entries.setMissing(
      run.run_id,
      path === "" ? "files of the work folder" : `files of folder "${path}"`,
      isOfProject(folder, session.cwd)
        ? `a cell lists this folder, and what lies there besides the run's data does not travel: ${
          shownNames(names)
        }; name it with data: in track()`
        : `a cell lists this folder, which is not in the project: of what lies there (${names.length}) only what a cell names is data of the run; name it with data: in track()`,
    );
  }
}

function shownNames(names: readonly string[]): string {
  const more = names.length - MAX_NAMED;
  return names.slice(0, MAX_NAMED).join(", ") +
    (more > 0 ? ` and ${more} more` : "");
}

/** Folders that a source lists by a literal, or by a constant of its own or of a cell before. */
function foldersOf(
  source: string,
  cwd: string,
  constants: Constants,
): string[] {
  const paths = [...constantPaths(source, constants, cwd)].map((text) =>
    resolve(cwd, text)
  );
  if (!LISTS.test(source)) return [];
  if (WORK_FOLDER.test(source)) paths.push(cwd);
  return paths.filter((path) => statOf(path)?.isDirectory ?? false);
}

/** What lies in a folder and is neither the run's data nor made by it, nor part of every replay. */
function unknownIn(
  folder: string,
  known: readonly string[],
  { executions, session }: {
    executions: readonly Execution[];
    session: Session;
  },
): string[] {
  const isProject = (name: string) =>
    folder === session.cwd && PROJECT_FILES.some((file) => file === name);
  const names = Array.from(Deno.readDirSync(folder), ({ name }) => name);
  return names.filter((name) => {
    const path = resolve(folder, name);
    return !isProject(name) &&
      !known.some((one) => one === path || one.startsWith(path + sep)) &&
      isInput(path, executions, session);
  }).sort();
}
