/**
 * What cells read as far as they name it: the only trace of it where the kernel keeps no log.
 *
 * @module
 */
import { resolve } from "node:path";
import type { Execution } from "../../journal/executions.ts";
import type { Journal } from "../../journal/journal.ts";
import type { Session } from "../../journal/sessions.ts";
import {
  constantPaths,
  type Constants,
  constantVariables,
} from "./constant_texts.ts";
import { noteFiles } from "./noted_files.ts";
import { dataJudge, isOfProject } from "./may_be_data.ts";
import { isOfProgram } from "./usual_variables.ts";

/** Calls that list the files of a folder; what is read of it then has no literal. */
const LISTING =
  /\b(?:readDir|readdir|opendir|walk|expandGlob|glob)(?:Sync)?\s*\(/;
/** More files than these in a folder that is listed are not all read. */
const MAX_LISTED = 2000;
/** Cells in which files are read that no log of the kernel sees: by programs that they start. */
const PROGRAMS = /\b(?:Command|spawn|exec|execFile|fork)(?:Sync)?\s*\(/;

/** What a cell that writes files calls. */
const WRITES =
  /writ|append|create|copyFile|rename|truncate|\bopen|save|symlink|\blink/i;

/** Notes the files that a session's cells name. */
export class LiteralReads {
  readonly #journal: Journal;
  readonly #session_id: string;
  readonly #constants: Constants = new Map();
  readonly #done = new Set<number>();

  constructor(journal: Journal, session_id: string) {
    this.#journal = journal;
    this.#session_id = session_id;
  }

  /** Takes in the executions that have ended since. */
  poll(): void {
    const { executions } = this.#journal;
    const last = executions.lastPosition(this.#session_id);
    if (last === undefined) return;
    const ended: Execution[] = [];
    for (let at = last; !this.#done.has(at); at--) {
      const execution = executions.get(this.#session_id, at);
      if (execution === undefined) break;
      if (execution.status !== "running") ended.push(execution);
    }
    for (const execution of ended.toReversed()) this.#take(execution);
  }

  /** Takes in every execution, those too whose source was found later or that go on. */
  all(last: number): void {
    for (
      const execution of this.#journal.executions.list(this.#session_id, last)
    ) {
      if (!this.#done.has(execution.position)) this.#take(execution);
    }
  }

  #take({ position, source, status }: Execution): void {
    if (source === null) return;
    if (status !== "running") this.#done.add(position);
    const journal = this.#journal;
    const session = journal.sessions.get(this.#session_id);
    if (session === undefined) return;
    if (session.audit === null) this.#noteVariables(source, position);
    // Where the kernel logs what is read, only what it does not see is left.
    if (session.audit !== null && !PROGRAMS.test(source)) return;
    const runs = journal.runs.open(session.session_id);
    // Where nothing is written, what changed a file that the cell names is another cell, and this one may have read it.
    const times = WRITES.test(source) ? 1 : 2;
    noteFiles(
      { journal, session, position, runs: runs.map(({ run_id }) => run_id) },
      new Map(this.#named(source, session).map((path) => [path, times])),
      dataJudge({ ...session, home: journal.home }),
    );
  }

  #noteVariables(source: string, position: number): void {
    if (!/\benv\b/.test(source)) return;
    const session_id = this.#session_id;
    // With what is known of constants before: those of this source are added when its files are looked for.
    const names = constantVariables(source, new Map(this.#constants));
    for (const name of [...names].filter(isOfProgram)) {
      const read = { session_id, kind: "env" as const, name, position };
      this.#journal.reads.note({ ...read, written: false });
    }
  }

  /** The files that a source names. */
  #named(source: string, { cwd }: Session): string[] {
    const paths = [...constantPaths(source, this.#constants, cwd)]
      .map((path) => resolve(cwd, path));
    return paths.flatMap((path) =>
      LISTING.test(source) && path !== cwd && isOfProject(path, cwd)
        ? [path, ...filesIn(path)]
        : [path]
    );
  }
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
