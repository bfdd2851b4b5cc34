/**
 * Files that lay in a session's folder before its cells ran: one that a run appended to is no data of it and does not
 * come out of its cells alone, so that the run has to say so. Sizes and digests of both ends are kept, as no file system
 * tells what a file held before.
 *
 * @module
 */
import { join } from "node:path";
import { sha256 } from "../base/digest.ts";
import { count } from "../base/numbers.ts";
import type { Journal } from "../journal/journal.ts";
import type { RunRow } from "../journal/run_row.ts";
import type { Session } from "../journal/sessions.ts";
import { datasetPaths, shownPath } from "./data/known_paths.ts";
import { dataJudge } from "./data/may_be_data.ts";

/** So many files are looked at, in folders down to this depth. */
const [MAX_FILES, MAX_DEPTH] = [1000, 3] as const;
/** What is read at each end of a file, bytes. */
const END_BYTES = 4096;
/** Folders in which no data lies. */
const PASSED = /^(?:\.|node_modules$)/;

/** What code calls that can add to a file, or let a program do so. */
const ADDS =
  /append|\bopen(?:Sync)?\s*\(|createWriteStream|\b(?:Command|spawn|exec|execFile|fork)(?:Sync)?\s*\(/;
/** Code that is no cell may do so unseen. */
const LOCAL_MODULE = /\b(?:from|import)\s*\(?\s*["'`](?:\.|file:)/;

/** A file as it was. */
interface FileBefore {
  size: number;
  mtime_ms: number;
  ends: string;
}

/** The files of a session's folder as they were before its cells ran. */
export class FilesBefore {
  readonly #journal: Journal;
  readonly #session: Session;
  readonly #mayBeData: (path: string) => boolean;
  readonly #files = new Map<string, FileBefore>();

  constructor(journal: Journal, session: Session) {
    this.#journal = journal;
    this.#session = session;
    this.#mayBeData = dataJudge({ ...session, home: journal.home });
  }

  /** Takes down what lies there now; cells go on meanwhile. */
  async note(): Promise<void> {
    await this.#noteFolder(this.#session.cwd, MAX_DEPTH);
  }

  /** Names on a run the files that were there before, and that its cells appended to. */
  nameAppended(run: RunRow): void {
    const session = this.#session;
    const { session_id } = session;
    const executions = this.#journal.executions;
    const mayAdd = executions.list(session_id, run.last_execution).some((
      { source },
    ) => source !== null && (ADDS.test(source) || LOCAL_MODULE.test(source)));
    if (!mayAdd) return;
    const data = datasetPaths(this.#journal, session, run);
    for (const [path, before] of this.#files) {
      if (executions.wasExecuting(session_id, before.mtime_ms)) continue; // a cell was faster than the note
      if (data.has(path)) continue;
      const now = statusOf(path);
      if (
        now === null || now.size <= before.size ||
        !executions.wasExecuting(session_id, now.mtime_ms) ||
        executions.wasExcluded(session_id, now.mtime_ms) ||
        endsOf(path, before.size) !== before.ends
      ) continue;
      this.#journal.entries.setMissing(
        run.run_id,
        `data "${shownPath(path, session)}"`,
        `it was there before the run (${
          count(before.size, "byte")
        }) and was appended to: what it held then is no part of the record. Name it with data: in track(), or remove it before a run`,
      );
    }
  }

  async #noteFolder(folder: string, depth: number): Promise<void> {
    const folders: string[] = [];
    try {
      for await (const { name, isFile, isDirectory } of Deno.readDir(folder)) {
        const path = join(folder, name);
        if (isDirectory && !PASSED.test(name)) folders.push(path);
        if (!isFile || !this.#mayBeData(path)) continue;
        if (this.#files.size >= MAX_FILES) return;
        const file = noted(path);
        if (file !== null) this.#files.set(path, file);
      }
    } catch {
      return; // a folder that this user may not list, or that went meanwhile
    }
    if (depth === 0) return;
    for (const path of folders) await this.#noteFolder(path, depth - 1);
  }
}

/** What is noted of a file; null when it changed while it was read. */
function noted(path: string): FileBefore | null {
  const before = statusOf(path);
  if (before === null) return null;
  const ends = endsOf(path, before.size);
  const after = statusOf(path);
  return ends === null || after?.mtime_ms !== before.mtime_ms ||
      after.size !== before.size
    ? null
    : { ...before, ends };
}

function statusOf(path: string): Omit<FileBefore, "ends"> | null {
  try {
    const { size, mtime } = Deno.statSync(path);
    return mtime === null ? null : { size, mtime_ms: mtime.getTime() };
  } catch {
    return null; // gone since
  }
}

/** The digest of what stands at both ends of the first so many bytes of a file. */
function endsOf(path: string, size: number): string | null {
  try {
    using file = Deno.openSync(path);
    const part = (from: number, length: number) => {
      const bytes = new Uint8Array(length);
      file.seekSync(from, Deno.SeekMode.Start);
      return bytes.subarray(0, file.readSync(bytes) ?? 0);
    };
    const length = Math.min(size, END_BYTES);
    return sha256(
      new Uint8Array([...part(0, length), ...part(size - length, length)]),
    );
  } catch {
    return null; // gone since, or not for this user
  }
}
