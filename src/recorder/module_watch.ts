/**
 * Watching the local modules that cells have imported: Deno's kernel goes on with what it has loaded, whatever is
 * saved since.
 *
 * @module
 */
import { dirname } from "node:path";
import { sha256 } from "../base/digest.ts";
import { fromFileUrl, toFolderUrl } from "../base/file_urls.ts";
import type { RecorderLog } from "../base/log.ts";
import type { Journal } from "../journal/journal.ts";
import type { Session } from "../journal/sessions.ts";
import type { ModuleChange } from "../record/schema/documents.ts";
import { LocalImports, readModule } from "./local_imports.ts";
import { moduleName, OldModuleUses } from "./old_module_uses.ts";

/** So many modules are watched. */
const MAX_MODULES = 200;

/** A module as it was imported. */
interface WatchedModule {
  /** Its file. */
  path: string;
  /** What cells write to import it, or what imports it. */
  specifiers: Set<string>;
  mtime: number;
  size: number;
  /** Of its content as it was imported; null where that was gone before it could be read. */
  digest: string | null;
  loaded_time: number;
  /** When it was saved with another content first; null while it is as it was. */
  changed_time: number | null;
}

/** Watches the modules of one session. */
export class ModuleWatch {
  readonly #journal: Journal;
  readonly #session: Session;
  readonly #log: RecorderLog;
  /** By their URLs. */
  readonly #modules = new Map<string, WatchedModule>();
  #position = 0;
  readonly #imports: LocalImports;
  #noted = "";
  readonly #uses: OldModuleUses;

  constructor(journal: Journal, session: Session, log: RecorderLog) {
    this.#imports = new LocalImports(session.cwd);
    this.#log = log;
    this.#uses = new OldModuleUses(journal, session, log);
    this.#journal = journal;
    this.#session = session;
  }

  /** Takes in what new executions import, and looks whether a module was saved since; failures are logged. */
  poll(): void {
    try {
      this.#poll();
    } catch (error) {
      this.#log.write("local modules", error);
    }
  }

  #poll(): void {
    const { executions } = this.#journal;
    const { session_id } = this.#session;
    for (const execution of executions.since(session_id, this.#position)) {
      if (execution.status === "running") break;
      this.#position = execution.position;
      const { source, start_time, end_time } = execution;
      if (source === null || start_time === null) continue;
      for (const [specifier, url] of this.#imports.of(source, this.#base)) {
        this.#load(url, specifier, { start: start_time, end: end_time });
      }
    }
    for (const module of this.#modules.values()) this.#compare(module);
    const changed = this.changes();
    this.#uses.poll(changed);
    const changes = JSON.stringify(changed);
    if (changes === this.#noted) return;
    this.#noted = changes;
    for (const { run_id } of this.#journal.runs.open(session_id)) {
      this.note(run_id);
    }
  }

  /** Writes down on a run what has changed so far. */
  note(run_id: string): void {
    const changes = this.changes();
    if (changes.length === 0) return;
    this.#journal.entries.setDocument(
      run_id,
      "module_changes",
      JSON.stringify(changes),
    );
  }

  /** What the notebook of a run is told: which cells use what was changed. */
  sentences(run_id: string): string[] {
    return this.#uses.of(run_id);
  }

  /** The modules that were changed since they were imported. */
  changes(): ModuleChange[] {
    return [...this.#modules].flatMap(([url, module]) => {
      const { specifiers, loaded_time, changed_time } = module;
      return changed_time === null ? [] : [{
        path: moduleName(new URL(url), this.#base),
        specifiers: [...specifiers],
        loaded_time,
        changed_time,
      }];
    });
  }

  get #base(): URL {
    return toFolderUrl(this.#session.cwd);
  }

  #load(
    url: string,
    specifier: string,
    time: { start: number; end: number | null },
  ): void {
    const known = this.#modules.get(url);
    if (known !== undefined) {
      if (known.specifiers.has(specifier)) return;
      known.specifiers.add(specifier);
    }
    const path = fromFileUrl(url);
    const read = known === undefined ? readModule(path) : null;
    if (known === undefined) {
      if (read === null || this.#modules.size >= MAX_MODULES) return;
      const saved = read.mtime > (time.end ?? time.start);
      this.#modules.set(url, {
        path,
        specifiers: new Set([specifier]),
        mtime: read.mtime,
        size: read.size,
        digest: saved ? null : sha256(read.bytes),
        loaded_time: time.start,
        changed_time: saved ? read.mtime : null,
      });
    }
    const bytes = read?.bytes ?? readModule(path)?.bytes;
    if (bytes === undefined) return;
    // What it imports is reached by the same specifier of the cell.
    const source = new TextDecoder().decode(bytes);
    for (
      const [, inner] of this.#imports.of(source, toFolderUrl(dirname(path)))
    ) this.#load(inner, specifier, time);
  }

  #compare(module: WatchedModule): void {
    if (module.changed_time !== null) return;
    let info: Deno.FileInfo;
    try {
      info = Deno.statSync(module.path);
    } catch {
      return; // gone, or being saved: it is not another one yet
    }
    const mtime = info.mtime?.getTime() ?? 0;
    if (mtime === module.mtime && info.size === module.size) return;
    const read = readModule(module.path);
    if (read === null) return;
    module.mtime = read.mtime;
    module.size = read.size;
    if (sha256(read.bytes) !== module.digest) module.changed_time = read.mtime;
  }
}
