/**
 * Datasets of runs that nobody named: the files that a session was seen to read.
 *
 * @module
 */
import { dirname, resolve } from "node:path";
import type { DatasetRow } from "../../journal/datasets.ts";
import type { Session } from "../../journal/sessions.ts";
import { addAnswers } from "./answered_data.ts";
import { isWithin } from "./may_be_data.ts";
import { reachedPath } from "./reached_path.ts";
import type { ReadingRun } from "./reading_run.ts";
import { SessionReads } from "../../journal/session_reads.ts";

/** More files read in one folder are one dataset, the folder; so are more folders with data in one folder. */
const MAX_FILES = 50;

/**
 * Adds the data that a session has read to one of its runs.
 *
 * @param last The last execution that belongs to the run; what was read so far when it is null.
 */
export function addReads(run: ReadingRun, last: number | null = null): void {
  const { journal, session } = run;
  const files = new SessionReads(journal).list(session.session_id, last)
    .filter(({ kind, written }) => kind === "file" && !written)
    .map(({ name }): [string, null] => [name, null]);
  addFiles(run, new Map(files));
  addAnswers(run, last);
}

/**
 * Adds files to a run, unless a dataset of it is or holds them; many of one folder as that folder.
 *
 * @param paths Absolute paths, and when each was changed last as it was seen to be read: one that is changed before its
 * digest is known is told by that. Null where that is not known.
 */
export function addFiles(
  run: ReadingRun,
  paths: ReadonlyMap<string, number | null>,
): void {
  const { journal, session, run_id } = run;
  const rows = journal.datasets.list(run_id);
  const detected = rows.flatMap((row) => {
    const path = row.found === "detected" ? pathOf(row, session) : null;
    return path === null ? [] : [{ name: row.name, path }];
  });
  if (paths.size === 0 && detected.length === 0) return;
  const named = new NamedData(session, rows);
  const folders = detected.map(({ path }) => path).filter(isFolder);
  const files = new Set(
    [...detected.map(({ path }) => path), ...paths.keys()].filter((path) =>
      // A run may name what it has read before.
      !named.has(path) &&
      !folders.some((folder) => folder !== path && isWithin(folder, path))
    ),
  );
  const wanted = spreadFolded(folded(files), session.cwd);
  const before = new Set(detected.map(({ path }) => path));
  journal.transaction(() => {
    for (const { name, path } of detected) {
      if (!wanted.has(path)) journal.datasets.remove(run_id, name);
    }
    for (const path of wanted) {
      if (!before.has(path)) put(run, path, paths.get(path) ?? null);
    }
  });
}

/** Puts a folder in the place of more than so many paths that lie in it. */
function folded(paths: ReadonlySet<string>): Set<string> {
  const found = new Set<string>();
  for (const [folder, inside] of Map.groupBy(paths, (p) => dirname(p))) {
    if (inside.length > MAX_FILES) found.add(folder);
    else for (const path of inside) found.add(path);
  }
  return found;
}

/** Puts a folder in the place of paths that lie in more than so many folders of it; not one that holds the notebook. */
function spreadFolded(paths: ReadonlySet<string>, cwd: string): Set<string> {
  const above = Map.groupBy(paths, (path) => dirname(dirname(path)));
  const found = new Set<string>();
  for (const [folder, inside] of above) {
    const folders = new Set(inside.map((path) => dirname(path)));
    if (folders.size > MAX_FILES && !isWithin(folder, cwd)) found.add(folder);
    else for (const path of inside) found.add(path);
  }
  return found;
}

function put(
  { journal, session, run_id }: ReadingRun,
  path: string,
  seen_ms: number | null,
): void {
  const name = reachedPath(
    path,
    session.cwd,
    () =>
      journal.executions.list(session.session_id)
        .map(({ source }) => source ?? ""),
  );
  journal.datasets.put(run_id, name, {
    found: "detected",
    input: name,
    cwd: session.cwd,
    named_mtime_ms: seen_ms,
  });
}

/** Where a dataset of this machine lies; null for one in memory or of an address. */
function pathOf({ input }: DatasetRow, { cwd }: Session): string | null {
  return input === null || /^[a-z]{2,}:/i.test(input)
    ? null
    : resolve(cwd, input);
}

/** The files and folders that a run's datasets name. */
class NamedData {
  readonly #files = new Set<string>();
  readonly #paths: string[] = [];

  constructor(session: Session, rows: readonly DatasetRow[]) {
    for (const row of rows) {
      const path = row.found === "named" ? pathOf(row, session) : null;
      if (path === null) continue;
      this.#paths.push(path);
      for (const file of listedIn(row.fingerprint)) {
        this.#files.add(resolve(session.cwd, file));
      }
    }
  }

  has(path: string): boolean {
    return this.#files.has(path) ||
      this.#paths.some((named) => isWithin(named, path));
  }
}

function isFolder(path: string): boolean {
  try {
    return Deno.statSync(path).isDirectory;
  } catch {
    return false; // gone since: nothing more of it is read
  }
}

/** The files of a dataset whose fingerprint is known. */
function listedIn(fingerprint: string | null): string[] {
  if (fingerprint === null) return [];
  const { listing }: { listing?: { path: string }[] } = JSON.parse(fingerprint);
  return (listing ?? []).map((file) => file.path);
}
