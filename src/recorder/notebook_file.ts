/**
 * The file of a session's notebook: named by whoever started the kernel, else found by the cells that were executed. A
 * notebook that is saved under another name, moved or renamed is found again the same way.
 *
 * @module
 */
import { ENV, readEnv } from "../base/env.ts";
import { ifThereAsync } from "../base/files.ts";
import { dirname, join } from "node:path";
import {
  codeCellsOf,
  comparable,
  type SavedNotebook,
} from "../notebook/saved_cells.ts";
import { EXCLUDED_SOURCE } from "../notebook/excluded.ts";
import type { SeenExecution } from "../notebook/find_notebook.ts";
import type { Execution } from "../journal/execution_row.ts";
import type { Journal } from "../journal/journal.ts";
import type { Session } from "../journal/sessions.ts";
import { latest } from "./cells/timeline.ts";
import { runSubprocess } from "./subprocess.ts";

const SEARCH = new URL("./search_main.ts", import.meta.url);
/** A file that is not known is searched for after so long, then after twice as long, milliseconds. */
const SEARCH_AFTER_MS = 1000;
const SEARCH_AFTER_MAX_MS = 60_000;
/** When something came or went in the notebook's folder since, it is searched for after so long, milliseconds. */
const SEARCH_AFTER_CHANGE_MS = 3000;
/** Notebooks beside one that is not saved are looked at after so long, milliseconds. */
const LOOK_AFTER_MS = 3000;
/** The latest cells by which a notebook is recognised. */
const SEARCH_CELLS = 200;

/** A file that is there. */
export interface FoundFile {
  path: string;
  info: Deno.FileInfo;
}

/** Finds the file of one session. */
export class NotebookFile {
  readonly #journal: Journal;
  #search_at = 0;
  #searched_ms = 0;
  #search_after_ms = SEARCH_AFTER_MS;
  /** The file when it was looked up last; null when it was not there. */
  #seenLast: FoundFile | null = null;
  /** When something in the notebook's folder was made, renamed or removed last, as it was at the last search. */
  #folder_mtime_ms: number | null = null;
  /** When the newest notebook beside it was saved that was looked at, milliseconds since 1970. */
  #beside_ms = 0;
  #look_at = 0;

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  /**
   * The file as it is now; null when there is none, or none is recognised.
   *
   * @param now Searches for a file that is not there, or was saved as another, without waiting for the next time.
   */
  async find(session: Session, now: boolean): Promise<FoundFile | null> {
    if (now) {
      this.#look_at = 0;
      this.#hurry();
    }
    const { notebook } = session;
    const info = notebook === null
      ? null
      : await ifThereAsync(() => Deno.stat(notebook));
    // A save in that moment may have put another file in the place of one that was renamed.
    if (info === null || info.ino !== this.#seenLast?.info.ino) {
      const renamed = await renamedFile(this.#seenLast);
      if (renamed !== null) return this.#take(session, renamed);
    }
    if (notebook !== null && info !== null) {
      return this.#seenLast = { path: notebook, info };
    }
    const dir = notebook === null ? session.cwd : dirname(notebook);
    const folder = await ifThereAsync(() => Deno.stat(dir));
    const mtime_ms = folder?.mtime?.getTime() ?? null;
    const changed = mtime_ms !== this.#folder_mtime_ms;
    this.#folder_mtime_ms = mtime_ms;
    if (this.#seenLast !== null) this.#hurry();
    else if (changed) {
      const soon = this.#searched_ms + SEARCH_AFTER_CHANGE_MS;
      if (this.#search_at !== Infinity) {
        this.#search_at = Math.min(this.#search_at, soon);
      }
    }
    this.#seenLast = null;
    return await this.#search(session);
  }

  /**
   * Another file than the one that was read, when that one was saved after cells were executed and holds none of them.
   */
  async findOther(
    session: Session,
    notebook: SavedNotebook,
    mtime_ms: number,
  ): Promise<FoundFile | null> {
    const [newest] = latest(this.#journal, session.session_id);
    const seen = this.#seen(session);
    if (seen.length === 0 || (newest?.start_time ?? 0) > mtime_ms) return null;
    const sources = new Set(
      codeCellsOf(notebook).map((cell) => comparable(cell.source)),
    );
    if (seen.some(({ source }) => sources.has(comparable(source)))) return null;
    const found = await this.#search(session);
    return found?.path === session.notebook ? null : found;
  }

  /**
   * The notebook under another name, when its file was not saved since the newest cell was executed and one beside it
   * was, which has that cell and shows a run of the session: what "Save Notebook As…" leaves, or a save in the moment of
   * a rename.
   */
  async findCopy(session: Session, file: FoundFile): Promise<FoundFile | null> {
    const [newest] = latest(this.#journal, session.session_id);
    const start_ms = newest?.start_time ?? 0;
    if (
      newest === undefined || !isSourceKnown(newest) || !isEditedHere() ||
      mtimeOf(file.info) >= start_ms || Date.now() < this.#look_at
    ) return null;
    this.#look_at = Date.now() + LOOK_AFTER_MS;
    const beside = await newestBeside(file.path);
    if (beside <= Math.max(start_ms, this.#beside_ms)) return null;
    if (Date.now() < this.#search_at) return null;
    this.#beside_ms = beside;
    const cwd = dirname(file.path);
    return await this.#search({ ...session, cwd }, start_ms);
  }

  /** The latest executions whose source is known, the newest first. */
  #seen({ session_id }: Session): SeenExecution[] {
    return latest(this.#journal, session_id)
      .filter(isSourceKnown)
      .take(SEARCH_CELLS)
      .map(({ execution_count, source }) => ({
        execution_count,
        source: source ?? "",
      })).toArray();
  }

  #hurry(): void {
    if (this.#search_at === Infinity) return;
    this.#search_at = 0;
    this.#search_after_ms = SEARCH_AFTER_MS;
  }

  async #search(
    session: Session,
    savedAfter_ms: number | null = null,
  ): Promise<FoundFile | null> {
    if (Date.now() < this.#search_at) return null;
    const { session_id, cwd } = session;
    const seen = this.#seen(session);
    const shown = this.#journal.runs.list({ session_id })
      .map(({ run_id }) => run_id);
    if (seen.length === 0 && shown.length === 0) return null;
    this.#search_at = Infinity;
    let found: string | null = null;
    try {
      await runSubprocess(SEARCH, {
        args: [],
        input: { cwd, seen, shown, savedAfter_ms },
        onLine: (line) => found = String(line),
      });
    } finally {
      this.#searched_ms = Date.now();
      this.#search_at = this.#searched_ms + this.#search_after_ms;
      this.#search_after_ms = Math.min(
        this.#search_after_ms * 2,
        SEARCH_AFTER_MAX_MS,
      );
    }
    if (found === null) return null;
    const path = found;
    const info = await ifThereAsync(() => Deno.stat(path));
    if (info === null) return null;
    return this.#take(session, { path, info });
  }

  #take({ session_id }: Session, file: FoundFile): FoundFile {
    this.#journal.sessions.setNotebook(session_id, file.path);
    return this.#seenLast = file;
  }
}

/** Whether the source of an execution is known, and may be looked for in files. */
function isSourceKnown({ source }: Execution): boolean {
  return source !== null && source !== EXCLUDED_SOURCE;
}

/** Whether somebody edits the notebook where its cells are executed: who runs one from its file writes another beside it. */
function isEditedHere(): boolean {
  return readEnv(ENV.jupyterSession) !== undefined &&
    readEnv(ENV.notebook) === undefined;
}

/** A file under its new name in the same folder: a rename leaves it what it is, whatever it holds. */
async function renamedFile(file: FoundFile | null): Promise<FoundFile | null> {
  if (file === null) return null;
  try {
    for await (const beside of notebooksIn(dirname(file.path))) {
      if (isSameFile(file.info, beside.info)) return beside;
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return null;
}

/** When the newest notebook in a file's folder was saved, milliseconds since 1970; 0 when there is none. */
async function newestBeside(path: string): Promise<number> {
  let newest_ms = 0;
  for await (const { info } of notebooksIn(dirname(path))) {
    newest_ms = Math.max(newest_ms, mtimeOf(info));
  }
  return newest_ms;
}

async function* notebooksIn(folder: string): AsyncGenerator<FoundFile> {
  for await (const { name, isFile } of Deno.readDir(folder)) {
    if (!isFile || !name.endsWith(".ipynb")) continue;
    const path = join(folder, name);
    const info = await ifThereAsync(() => Deno.stat(path));
    if (info !== null) yield { path, info };
  }
}

function mtimeOf({ mtime }: Deno.FileInfo): number {
  return mtime?.getTime() ?? 0;
}

/** Whether two states are of one file. Its number may be another's by now: the time at which it came to be is not. */
function isSameFile(a: Deno.FileInfo, b: Deno.FileInfo): boolean {
  return a.ino !== null && a.ino === b.ino && a.dev === b.dev &&
    a.birthtime !== null && a.birthtime.getTime() === b.birthtime?.getTime();
}
