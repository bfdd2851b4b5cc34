/**
 * Files that a cell read or wrote: what it read is data of the runs that are open, what it wrote is their output.
 *
 * @module
 */
import type { Execution } from "../../journal/execution_row.ts";
import { addFiles } from "./detected_data.ts";
import type { Journal } from "../../journal/journal.ts";
import type { Session } from "../../journal/sessions.ts";
import { basename, resolve } from "node:path";
import { SessionReads } from "../../journal/session_reads.ts";

/** Files that are changed where they stand, and read for that. */
const DATABASE = /\.(?:db|sqlite3?|duckdb)$/i;

/** Code that adds to a file that is there, or reads and changes it. */
const APPENDS =
  /\bread\s*:\s*true[^{}]*\bwrite\s*:\s*true|\bwrite\s*:\s*true[^{}]*\bread\s*:\s*true|\bappend\s*:(?!\s*false)|\bappendFile(?:Sync)?\s*\(|\bflags?\s*:\s*["'`](?:a|r\+)|\bopen(?:Sync)?\s*\([^)]*["'`](?:a|r\+)/;

/** The cell whose files are noted, and the runs that are open. */
export interface NotingCell {
  journal: Journal;
  session: Session;
  /** Position of the execution. */
  position: number;
  /** Ids of the runs that were open. */
  runs: readonly string[];
}

/**
 * Notes the files that a cell had to do with.
 *
 * @param files Absolute paths, and how often each was asked for.
 * @param mayBeData Whether a path can be data at all.
 */
export function noteFiles(
  cell: NotingCell,
  files: ReadonlyMap<string, number>,
  mayBeData: (path: string) => boolean,
): void {
  const { journal, session, position, runs } = cell;
  const { session_id } = session;
  const there = [...files].flatMap(([path, times]) => {
    const state = mayBeData(path) ? stateOf(path) : null;
    return state === null ? [] : [{ path, times, state }];
  });
  if (there.length === 0) return;
  const read = new Map<string, number | null>();
  const execution = journal.executions.get(session_id, position);
  journal.transaction(() => {
    for (const { path, times, state } of there) {
      const inCell = state.map((time) =>
        journal.executions.wasExecuting(session_id, time)
      );
      const written = inCell.includes(true);
      const isNew = new SessionReads(journal).note({
        session_id,
        kind: "file",
        name: path,
        position,
        written,
      });
      if (!isNew) continue;
      if (!written) {
        // What was changed after the cell is not what it read, also where the one that changed it is not known yet.
        const changed = state.at(-1) ?? null;
        const end = execution?.end_time ?? changed;
        read.set(
          path,
          changed === null || end === null ? null : Math.min(changed, end),
        );
      } else if (
        inCell[0] === false && // no cell made it
        (times > 1 || APPENDS.test(execution?.source ?? "") ||
          DATABASE.test(path) || wasChangedLater(state, execution))
      ) nameChanged(cell, path);
    }
  });
  for (const run_id of runs) addFiles({ journal, session, run_id }, read);
}

/** When a file came to be and was changed last, milliseconds since 1970; null when there is no such file (any more). */
function stateOf(path: string): number[] | null {
  try {
    const { isFile, mtime, birthtime } = Deno.statSync(path);
    if (!isFile) return null;
    return [birthtime, mtime].flatMap((time) => time?.getTime() ?? []);
  } catch {
    return null; // it was asked for and is not there, went again, or may not be looked at
  }
}

/** Whether a file was changed after the cell, by one that was executed before this one was looked at. */
function wasChangedLater(
  [, changed]: readonly number[],
  execution: Execution | undefined,
): boolean {
  const end = execution?.end_time ?? null;
  return changed !== undefined && end !== null && changed > end;
}

/** What such a file held before nobody knows any more, and whether it was read then. */
function nameChanged({ journal, session }: NotingCell, path: string): void {
  for (const { run_id } of journal.runs.unfinalised(session.session_id)) {
    const isNamed = journal.datasets.list(run_id).some((dataset) =>
      dataset.found === "named" && dataset.input !== null &&
      resolve(dataset.cwd ?? session.cwd, dataset.input) === path
    );
    if (isNamed) continue; // what is known of it stands there
    journal.entries.setMissing(
      run_id,
      `data "${basename(path)}"`,
      "a cell changed this file and may have read it before: what it held then is not known. " +
        "Name it with data: in track()",
    );
  }
}
