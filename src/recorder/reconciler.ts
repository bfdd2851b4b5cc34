/**
 * Follows the notebook's file of a session: whenever it was saved, it may hold what was not seen on the wire.
 *
 * @module
 */
import { messageOf } from "../base/errors.ts";
import { EXCLUDE_TAG } from "../notebook/excluded.ts";
import {
  codeCellsOf,
  comparable,
  readSavedNotebook,
  type SavedNotebook,
} from "../notebook/saved_cells.ts";
import type { Journal } from "../journal/journal.ts";
import type { Session } from "../journal/sessions.ts";
import { runSubprocess } from "./subprocess.ts";
import {
  identifyCells,
  type ReadNotebook,
  reconcileSources,
} from "./reconcile.ts";
import type { RecorderLog } from "../base/log.ts";
import { withoutExcludedCells } from "./saved_file.ts";
import { latest } from "./cells/timeline.ts";

const MODULE = new URL("./notebook_main.ts", import.meta.url);
const SEARCH = new URL("./search_main.ts", import.meta.url);
/** A session whose notebook is not known searches for it after so long, then after twice as long, milliseconds. */
const SEARCH_AFTER_MS = 1000;
const SEARCH_AFTER_MAX_MS = 60_000;
/** The latest cells by which a notebook is recognised. */
const SEARCH_CELLS = 200;
/** A larger file is not kept with the run, bytes. */
export const MAX_KEPT_BYTES = 6 << 20;
/** A larger file is read by a process of its own, bytes. */
const MAX_READ_BYTES = 1 << 20;

/** What a reconciler reports to. */
export interface ReconcilerOptions {
  log: RecorderLog;
  /** Called when the file had sources that were missing. */
  onReconciled: () => void;
}

/** Reconciles one session's executions with its notebook file. */
export class NotebookReconciler {
  readonly #journal: Journal;
  readonly #session_id: string;
  readonly #options: ReconcilerOptions;
  /** Sources of cells that a tag keeps out of the record. */
  #excluded = new Set<string>();
  #state = "";
  #search_at = 0;
  #search_after_ms = SEARCH_AFTER_MS;
  #busy: Promise<void> | null = null;

  constructor(
    journal: Journal,
    session_id: string,
    options: ReconcilerOptions,
  ) {
    this.#journal = journal;
    this.#session_id = session_id;
    this.#options = options;
  }

  /** Reads the file if it changed, unless it is being read; failures are logged. */
  poll(): Promise<void> {
    this.#busy ??= this.#poll()
      .catch((error) =>
        this.#options.log.write(`notebook: ${messageOf(error)}`)
      )
      .finally(() => this.#busy = null);
    return this.#busy;
  }

  /** Reads the file although it did not change: more may be known of what was executed. */
  async pollAgain(): Promise<void> {
    await this.#busy;
    this.#state = "";
    this.#search_at = 0;
    await this.poll();
  }

  /** Whether the file keeps a cell with that source out of the record. */
  excludes(source: string): boolean {
    // What was read of the file is redacted.
    return this.#excluded.has(comparable(source)) ||
      this.#excluded.has(comparable(this.#journal.gate.text(source).text));
  }

  async #poll(): Promise<void> {
    const session = this.#journal.sessions.get(this.#session_id);
    if (session === undefined || session.kind !== "kernel") return;
    const path = session.notebook ?? await this.#search(session);
    if (path === null) return;
    const info = await statOf(path);
    if (info === null) return; // not saved yet, or moved
    const open = this.#unfinalised();
    // An execution may become known after the save that holds its source.
    const wanted = this.#journal.executions.sourceless(this.#session_id);
    const state = JSON.stringify([info.mtime, info.size, open, wanted]);
    if (state === this.#state) return;
    const read = await this.#read(path, info, open);
    if (read === null) return; // being written: the next poll sees it whole
    this.#state = state;
    this.#excluded = new Set(
      codeCellsOf(read.notebook).filter((c) => c.tags.includes(EXCLUDE_TAG))
        .map((c) => comparable(c.source)),
    );
    const reconciled = this.#journal.transaction(() => {
      const found = reconcileSources(this.#journal, session, read);
      identifyCells(this.#journal, this.#session_id, read.notebook);
      return found;
    });
    if (reconciled) this.#options.onReconciled();
  }

  async #read(
    path: string,
    info: Deno.FileInfo,
    open: readonly string[],
  ): Promise<ReadNotebook | null> {
    const mtime_ms = info.mtime?.getTime() ?? 0;
    if (info.size > MAX_READ_BYTES) {
      const notebook = await this.#readInSubprocess(path, info.size, open);
      return notebook && { notebook, mtime_ms };
    }
    const { text } = this.#journal.gate.json(await Deno.readTextFile(path));
    const notebook = readSavedNotebook(text);
    if (notebook === null) return null;
    const kept = withoutExcludedCells(text);
    for (const run_id of open) {
      this.#journal.entries.setDocument(run_id, "notebook_file", kept);
    }
    return { notebook, mtime_ms };
  }

  async #readInSubprocess(
    path: string,
    size: number,
    open: readonly string[],
  ): Promise<SavedNotebook | null> {
    const { home, entries } = this.#journal;
    const keep = size <= MAX_KEPT_BYTES;
    if (!keep) {
      const why = `it has ${(size / 2 ** 20).toFixed(0)} MB; up to ${
        MAX_KEPT_BYTES >> 20
      } MB are kept`;
      for (const run_id of open) {
        entries.setMissing(run_id, "notebook.ipynb", why);
      }
    }
    let notebook: SavedNotebook | null = null;
    await runSubprocess(MODULE, {
      args: [home],
      input: { path, run_ids: keep ? open : [] },
      onLine: (line) => notebook = readSavedNotebook(JSON.stringify(line)),
    });
    return notebook;
  }

  #unfinalised(): string[] {
    return this.#journal.runs.unfinalised(this.#session_id).map((run) =>
      run.run_id
    );
  }

  async #search(session: Session): Promise<string | null> {
    if (Date.now() < this.#search_at) return null;
    const seen = latest(this.#journal, this.#session_id)
      .filter((e) => e.source !== null).take(SEARCH_CELLS)
      .map(({ execution_count, source }) => ({
        execution_count,
        source: source ?? "",
      })).toArray();
    if (seen.length === 0) return null;
    this.#search_at = Infinity;
    let found: string | null = null;
    try {
      await runSubprocess(SEARCH, {
        args: [],
        input: { cwd: session.cwd, seen },
        onLine: (line) => found = String(line),
      });
    } finally {
      this.#search_at = Date.now() + this.#search_after_ms;
      this.#search_after_ms = Math.min(
        this.#search_after_ms * 2,
        SEARCH_AFTER_MAX_MS,
      );
    }
    if (found !== null) {
      this.#journal.sessions.setNotebook(session.session_id, found);
    }
    return found;
  }
}

async function statOf(path: string): Promise<Deno.FileInfo | null> {
  try {
    return await Deno.stat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
