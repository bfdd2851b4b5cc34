/**
 * Learning the secrets of the local modules that cells import: a cell may print or log what its module holds under a
 * name, and nothing says there what it is.
 *
 * @module
 */
import { dirname } from "node:path";
import { fromFileUrl, toFolderUrl } from "../base/file_urls.ts";
import type { RecorderLog } from "../base/log.ts";
import type { Journal } from "../journal/journal.ts";
import type { Session } from "../journal/sessions.ts";
import type { ReadFiles } from "./data/secret_files.ts";
import { LocalImports, readModule } from "./local_imports.ts";

/** So many modules are read. */
const MAX_READ = 200;

/** Tells of the modules of one session. */
export class ModuleSecrets {
  readonly #journal: Journal;
  readonly #session: Session;
  readonly #log: RecorderLog;
  readonly #secrets: ReadFiles;
  /** The folder that cells import from. */
  readonly #folder: URL;
  readonly #imports: LocalImports;
  /** The URLs of those that it has seen. */
  readonly #seen = new Set<string>();
  #readUpTo = 0;

  /** @param secrets Learns the secrets of modules that are imported. */
  constructor(
    journal: Journal,
    session: Session,
    log: RecorderLog,
    secrets: ReadFiles,
  ) {
    this.#journal = journal;
    this.#session = session;
    this.#log = log;
    this.#secrets = secrets;
    this.#imports = new LocalImports(session.cwd);
    this.#folder = toFolderUrl(session.cwd);
  }

  /** Tells of the modules of cells that nobody saw begin. */
  poll(): void {
    const { session_id } = this.#session;
    const { executions } = this.#journal;
    for (const one of executions.since(session_id, this.#readUpTo)) {
      this.#readUpTo = one.position;
      this.begun(one.source ?? "");
    }
  }

  /**
   * Tells of what a cell imports as soon as it begins, as it may log what its module holds; also of one that is kept out
   * of the record.
   */
  begun(source: string): void {
    try {
      const paths: string[] = [];
      this.#collect(source, this.#folder, paths);
      if (paths.length > 0) this.#secrets.read(paths);
    } catch (error) {
      this.#log.write("secrets of modules", error);
    }
  }

  #collect(source: string, base: URL, paths: string[]): void {
    for (const [, url] of this.#imports.of(source, base)) {
      if (this.#seen.has(url) || this.#seen.size >= MAX_READ) continue;
      this.#seen.add(url);
      const path = fromFileUrl(url);
      const bytes = readModule(path)?.bytes;
      if (bytes === undefined) continue;
      paths.push(path);
      const inner = new TextDecoder().decode(bytes);
      this.#collect(inner, toFolderUrl(dirname(path)), paths);
    }
  }
}
