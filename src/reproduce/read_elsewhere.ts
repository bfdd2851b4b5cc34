/**
 * What a replay read where the recorded run had it on this machine, and not in the folder of the replay: data, and files
 * that the recorded run had written itself and left behind.
 *
 * @module
 */
import { isFile, statOf } from "../base/files.ts";
import { isAbsolute, joinPath } from "../record/bundle/paths.ts";
import type { ReadableBundle } from "../record/bundle/read.ts";
import {
  type AuditLine,
  AuditLog,
  LoggedPaths,
} from "../recorder/data/audit_log.ts";
import { fileDigest } from "./data_folder.ts";
import type { PutFile } from "./put_data.ts";
import type { Difference } from "./replay/types.ts";
import type { Workspace } from "./replay/workspace.ts";

/** Where a replay and the run that it repeats have their files. */
export interface ReplayFolders {
  workspace: Pick<Workspace, "cwd" | "own">;
  /** The notebook's folder on this machine; null when it is not known here. */
  home: string | null;
}

interface WatchedFile extends PutFile {
  /** Its path from the notebook's folder. */
  path: string;
}

/** Follows whether the cells of a replay read what lies in the notebook's own folder, or was left by its run. */
export class ElsewhereReads {
  /** The file for Deno's log of permission checks. */
  readonly audit: string;
  readonly #log: AuditLog;
  /** By absolute paths. */
  readonly #watched: ReadonlyMap<string, WatchedFile>;
  /** Files that the recorded run left, by absolute paths, and the state in which the replay found them. */
  readonly #left: ReadonlyMap<string, string>;
  readonly #read = new Map<string, WatchedFile>();
  readonly #readLeft = new Set<string>();
  readonly #paths: LoggedPaths;

  private constructor(
    { cwd, own }: ReplayFolders["workspace"],
    watched: ReadonlyMap<string, WatchedFile>,
    left: ReadonlyMap<string, string>,
  ) {
    this.audit = `${own}/reads.jsonl`;
    this.#log = new AuditLog(this.audit);
    this.#watched = watched;
    this.#left = left;
    this.#paths = new LoggedPaths(cwd);
  }

  /**
   * Null where nothing in the notebook's own folder differs from what was put in place, and nothing is left of the run.
   *
   * @param left Absolute paths of what the recorded run wrote and the replay may find there
   */
  static async of(
    put: ReadonlyMap<string, PutFile>,
    left: readonly string[],
    { workspace, home }: ReplayFolders,
  ): Promise<ElsewhereReads | null> {
    const watched = new Map<string, WatchedFile>();
    for (const [path, file] of home === null ? [] : put) {
      const own = joinPath(home ?? "", path);
      if (file.from === own || !isFile(own)) continue;
      // What came from a file may be large: it is compared where it was read.
      if (file.from === null && await fileDigest(own) === file.digest) continue;
      for (const spelling of [own, Deno.realPathSync(own)]) {
        watched.set(spelling, { ...file, path });
      }
    }
    const states = new Map<string, string>();
    for (const path of left) {
      const state = put.has(path) ? null : writtenState(path);
      if (state !== null) states.set(path, state);
    }
    if (watched.size === 0 && states.size === 0) return null;
    const reads = new ElsewhereReads(workspace, watched, states);
    await Deno.writeTextFile(reads.audit, "", { mode: 0o600 });
    return reads;
  }

  /** Takes in what was read since the last call. */
  poll(): void {
    this.#log.take((lines) => {
      for (const line of lines) this.#note(line);
    });
  }

  /** Files that were read and do not hold what was put in place of them. */
  async differences(): Promise<Difference[]> {
    this.poll();
    const found: Difference[] = [];
    for (const [at, { name, path, digest }] of this.#read) {
      const now = await fileDigest(at);
      if (now === null || now === digest) continue;
      found.push({
        dimension: "data",
        what:
          `${name}: the cells read ${at}, which does not hold what was put in place as ${path}: name it there by a path from the notebook's folder`,
        contradiction: true,
      });
    }
    // One that the cells wrote anew is their own again.
    for (const at of this.#readLeft) {
      if (writtenState(at) !== this.#left.get(at)) continue;
      found.push({
        dimension: "data",
        what:
          `the cells read ${at}, which was written during the recorded run, and did not write it again: what makes it was not repeated`,
        contradiction: true,
      });
    }
    return found;
  }

  #note(line: AuditLine): void {
    if (line.permission !== "read") return;
    const path = this.#paths.of(line);
    const file = this.#watched.get(path);
    if (file !== undefined) this.#read.set(path, file);
    if (this.#left.has(path)) this.#readLeft.add(path);
  }
}

/** Code without these words writes nothing: what was written meanwhile, another program wrote. */
const WRITES =
  /write|save|append|copy|rename|create|open|download|store|dump|export|put|command|spawn|exec|worker|database/i;

/** What a run wrote outside of the folder of its replay, and its cells can name there: absolute paths. */
export function leftBehind(
  { manifest: { written = [], modules }, cells }: ReadableBundle,
  home: string | null,
): string[] {
  const writes = modules.length > 0 ||
    cells.some(({ source }) => WRITES.test(source));
  if (!writes) return [];
  const ofHome = home !== null &&
    cells.some(({ source }) => source.includes(home));
  return written.flatMap(({ path }) =>
    isAbsolute(path) || ofHome ? [joinPath(home ?? "", path)] : []
  );
}

/** By what one sees that a file was written: null where there is none. */
function writtenState(path: string): string | null {
  const info = statOf(path);
  return info?.isFile === true
    ? [info.size, info.mtime?.getTime(), info.ino].join()
    : null;
}
