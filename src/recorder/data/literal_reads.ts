/**
 * What cells read as far as they name it: the only trace of it where the kernel keeps no log.
 *
 * @module
 */
import { resolve } from "node:path";
import { isPresent } from "../../base/files.ts";
import type { Execution } from "../../journal/execution_row.ts";
import type { Journal } from "../../journal/journal.ts";
import type { Session } from "../../journal/sessions.ts";
import type { Constants } from "./constant_reader.ts";
import { constantPaths, constantVariables } from "./constant_texts.ts";
import { noteFiles, type NotingCell } from "./noted_files.ts";
import { dataJudge, isOfProject } from "./may_be_data.ts";
import type { ReadFiles } from "./secret_files.ts";
import { isOfProgram } from "./usual_variables.ts";
import { SessionReads } from "../../journal/session_reads.ts";

/** Calls that list the files of a folder; what is read of it then has no literal. */
const LISTING =
  /\b(?:readDir|readdir|opendir|walk|expandGlob|glob)(?:Sync)?\s*\(/;
/** More files than these in a folder that is listed are not all read. */
const MAX_LISTED = 2000;
/** Cells in which files are read that no log of the kernel sees: by programs that they start, and by `require`. */
const PROGRAMS =
  /\b(?:Command|spawn|exec|execFile|fork|createRequire|require)(?:Sync)?\s*\(/;

/** So many folders that cells go to are followed. */
const MAX_FOLDERS = 20;
/** Goes to another folder, from which paths are meant then. */
const GOES = /\bchdir\s*\(\s*["'`]([^"'`$\n]+)["'`]/g;

/** What a cell that writes files calls. */
const WRITES =
  /writ|append|create|copyFile|rename|truncate|\bopen|save|symlink|\blink/i;

/** Notes the files that a session's cells name. */
export class LiteralReads {
  readonly #journal: Journal;
  readonly #session_id: string;
  readonly #secrets: ReadFiles;
  readonly #constants: Constants = new Map();
  readonly #done = new Set<number>();
  /** Behind that position some may not have ended. */
  #upTo = -1;
  /** Folders that cells went to. */
  readonly #folders = new Set<string>();

  /** @param secrets Learns the secrets of files that are named. */
  constructor(journal: Journal, session_id: string, secrets: ReadFiles) {
    this.#journal = journal;
    this.#secrets = secrets;
    this.#session_id = session_id;
  }

  /** Takes in the executions that have ended since. @param rest Called after each. @default {nothing is done} */
  poll(rest?: () => void): void {
    const since = this.#journal.executions
      .since(this.#session_id, this.#upTo)
      .filter(({ position }) => !this.#done.has(position));
    const running = since.find(({ status }) => status === "running");
    this.#takeAll(since.filter(({ status }) => status !== "running"), rest);
    this.#upTo = running === undefined
      ? since.at(-1)?.position ?? this.#upTo
      : running.position - 1;
  }

  /** Learns the secrets of files that a source names which is kept out of the record; nothing else of it is noted. */
  learn(source: string): void {
    const session = this.#journal.sessions.get(this.#session_id);
    if (session === undefined) return;
    const texts = constantPaths(source, new Map(this.#constants), session.cwd);
    this.#secrets.read([...texts].map((path) => resolve(session.cwd, path)));
  }

  /** Takes in every execution, those too whose source was found later or that go on. */
  all(last: number): void {
    this.#takeAll(
      this.#journal.executions.list(this.#session_id, last)
        .filter(({ position }) => !this.#done.has(position)),
    );
  }

  #takeAll(
    executions: readonly Execution[],
    rest: () => void = () => {},
  ): void {
    if (executions.length === 0) return;
    const journal = this.#journal;
    const session = journal.sessions.get(this.#session_id);
    if (session === undefined) return;
    const open = {
      journal,
      session,
      runs: journal.runs.open(session.session_id).map(({ run_id }) => run_id),
    };
    const mayBeData = dataJudge({ ...session, home: journal.home });
    for (const execution of executions) {
      this.#take(execution, open, mayBeData);
      rest();
    }
  }

  #take(
    { position, source, status }: Execution,
    open: Omit<NotingCell, "position">,
    mayBeData: (path: string) => boolean,
  ): void {
    if (source === null) return;
    if (status !== "running") this.#done.add(position);
    const { session } = open;
    if (session.audit === null) this.#noteVariables(source, position);
    const named = this.#named(source, session);
    const listed = LISTING.test(source) ? listedIn(named, session.cwd) : [];
    // Where the kernel logs what is read, only what it does not see is left: which files a folder has, and programs.
    const logged = session.audit !== null && !PROGRAMS.test(source);
    if (logged && listed.length === 0) return;
    const paths = logged ? listed : [...named.filter(isPresent), ...listed];
    if (paths.length === 0) return;
    this.#secrets.read(paths);
    // Where nothing is written, what changed a file that the cell names is another cell, and this one may have read it.
    const times = WRITES.test(source) ? 1 : 2;
    noteFiles(
      { ...open, position },
      new Map(paths.map((path) => [path, times])),
      mayBeData,
    );
  }

  #noteVariables(source: string, position: number): void {
    if (!/\benv\b/.test(source)) return;
    const session_id = this.#session_id;
    // With what is known of constants before: those of this source are added when its files are looked for.
    const names = constantVariables(source, new Map(this.#constants));
    for (const name of [...names].filter(isOfProgram)) {
      const read = { session_id, kind: "env" as const, name, position };
      new SessionReads(this.#journal).note({ ...read, written: false });
    }
  }

  /** The files and folders that a source names, also within the command of a program. */
  #named(source: string, { cwd }: Session): string[] {
    const texts = [...constantPaths(source, this.#constants, cwd)];
    const words = PROGRAMS.test(source)
      ? texts.flatMap((text) => text.split(/[\s"'`;|&<>()=]+/)).filter(Boolean)
      : [];
    for (const [, folder = ""] of source.matchAll(GOES)) {
      for (const from of [cwd, ...this.#folders]) {
        if (this.#folders.size < MAX_FOLDERS) {
          this.#folders.add(resolve(from, folder));
        }
      }
    }
    const paths = [...new Set([...texts, ...words])];
    return [cwd, ...this.#folders].flatMap((folder) =>
      paths.map((path) => resolve(folder, path))
    );
  }
}

/** The files of those folders that belong to the project. */
function listedIn(paths: readonly string[], cwd: string): string[] {
  return paths.filter((path) => path !== cwd && isOfProject(path, cwd))
    .flatMap(filesIn);
}

/** The files of a folder but for hidden ones; none when it is no folder, or has very many. */
function filesIn(folder: string): string[] {
  try {
    const entries = [...Deno.readDirSync(folder)];
    return entries.length > MAX_LISTED
      ? []
      : entries.filter((e) => e.isFile && !e.name.startsWith("."))
        .map((e) => resolve(folder, e.name));
  } catch {
    return []; // a file, nothing at all, or not for this user
  }
}
