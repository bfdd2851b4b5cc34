/**
 * Saying in the notebook that a cell still uses a local module that was changed on disk since it was imported.
 *
 * @module
 */
import { relativePath, toFolderUrl } from "../base/file_urls.ts";
import type { RecorderLog } from "../base/log.ts";
import type { Journal } from "../journal/journal.ts";
import type { Session } from "../journal/sessions.ts";
import type { ModuleChange } from "../record/schema/documents.ts";
import { runSubprocess } from "./subprocess.ts";

const MODULE = new URL("./old_module_uses_main.ts", import.meta.url);
/** Between two searches through the cells passes so many times the time that one takes. */
const PAUSE_SHARE = 10;

/** A cell that used an old module. */
export interface OldModuleUse {
  /** The module. */
  path: string;
  /** The sentence that the record has, too. */
  what: string;
  start_time: number | null;
  /** Null while it is being executed. */
  end_time: number | null;
}

/** What is said of each run. */
export class OldModuleUses {
  readonly #journal: Journal;
  readonly #session: Session;
  readonly #log: RecorderLog;
  /** Of each run, by the module's path. */
  readonly #said = new Map<string, Map<string, string>>();
  /** Up to which execution cells were looked through, and for which runs and changes. */
  #seen = "";
  #next = 0;
  #searching: Promise<void> | null = null;

  constructor(journal: Journal, session: Session, log: RecorderLog) {
    this.#journal = journal;
    this.#session = session;
    this.#log = log;
  }

  /** What a run's notebook is told. */
  of(run_id: string): string[] {
    return [...this.#said.get(run_id)?.values() ?? []];
  }

  /** Searches for cells that used what was changed, where something is left to be said. */
  poll(changes: readonly ModuleChange[]): void {
    if (
      changes.length === 0 || this.#searching !== null ||
      Date.now() < this.#next
    ) return;
    const { session_id } = this.#session;
    const runs = this.#journal.runs.open(session_id);
    const open = changes.filter(({ path }) =>
      runs.some(({ run_id }) => !this.#said.get(run_id)?.has(path))
    );
    const last = this.#journal.executions.lastPosition(session_id);
    const seen = JSON.stringify([last, open, runs.map((run) => run.run_id)]);
    if (open.length === 0 || seen === this.#seen) return;
    this.#seen = seen;
    this.#searching = this.#search(open).finally(() => this.#searching = null);
  }

  async #search(changes: readonly ModuleChange[]): Promise<void> {
    const began = Date.now();
    const uses: OldModuleUse[] = [];
    const { session_id } = this.#session;
    try {
      await runSubprocess(MODULE, {
        args: [this.#journal.home],
        input: { session_id, changes },
        onLine: (line) => uses.push(line as OldModuleUse),
      });
      for (const run of this.#journal.runs.open(session_id)) {
        const said = this.#said.get(run.run_id) ?? new Map<string, string>();
        for (const use of uses) {
          if (said.has(use.path)) continue;
          if ((use.end_time ?? Infinity) < run.start_time) continue;
          const change = changes.find(({ path }) => path === use.path);
          if (change !== undefined) {
            said.set(use.path, `${use.what}. ${this.#remedy(change)}`);
          }
        }
        this.#said.set(run.run_id, said);
      }
    } catch (error) {
      this.#log.write("changed modules", error);
    }
    this.#next = Date.now() + (Date.now() - began) * PAUSE_SHARE;
  }

  /** How to get what was saved: a module that is imported under another address is loaded anew, what it imports is not. */
  #remedy({ path, specifiers }: ModuleChange): string {
    const base = toFolderUrl(this.#session.cwd);
    const own = specifiers.find((text) => {
      const url = URL.parse(text, base);
      return /^(?:\.{0,2}\/|file:)/.test(text) && url !== null &&
        moduleName(url, base) === path;
    });
    if (own === undefined) return "Restart the kernel to use the saved one.";
    const [, name = own, n = "1"] = /^(.*?)(?:\?(\d+))?$/.exec(own) ?? [];
    return `Restart the kernel, or import "${name}?${
      Number(n) + 1
    }" to use the saved one.`;
  }
}

/** A module as people call it: its path relative to the notebook's folder, and what its address has behind that. */
export function moduleName(url: URL, base: URL): string {
  const bare = new URL(url);
  bare.search = "";
  bare.hash = "";
  return relativePath(bare, base) + url.search;
}
