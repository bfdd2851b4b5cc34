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
import type { AnyOutput } from "../notebook/outputs.ts";
import type { Journal } from "../journal/journal.ts";
import { withSafeIds } from "../redaction/safe_ids.ts";
import type { Session } from "../journal/sessions.ts";
import { runSubprocess } from "./subprocess.ts";
import { contradiction } from "./contradiction.ts";
import { parseSlim, type SlimNotebook } from "./slim_notebook.ts";
import { putRecovered, putShown } from "./put_recovered.ts";
import { identifyCells } from "./reconcile.ts";
import {
  type Candidate,
  findCandidates,
  type ReadNotebook,
  runsOpenedIn,
} from "./recover_sources.ts";
import type { RecorderLog } from "../base/log.ts";
import { withoutExcludedCells } from "../notebook/without_excluded.ts";
import { missedExecution } from "./cells/missed.ts";
import { type FoundFile, NotebookFile } from "./notebook_file.ts";

const MODULE = new URL("./notebook_main.ts", import.meta.url);
/** A larger file is not kept with the run, bytes. */
export const MAX_KEPT_BYTES = 6 << 20;
/** A larger file is read by a process of its own, bytes. */
const MAX_READ_BYTES = 1 << 20;

type RedactedNotebook = ReadNotebook & SlimNotebook;

/** What a reconciler reports to. */
export interface ReconcilerOptions {
  log: RecorderLog;
  /** Whether a recorder before this one has ended while the session went on. */
  replaces: boolean;
  /** Called for an execution of which the file says late that it is kept out of the record. */
  onKeptOut: (position: number) => void;
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
  /** The sources of the file's cells by their ids, as they were when the recording began. */
  #before: ReadonlyMap<string, string> | null = null;
  #state = "";
  readonly #file: NotebookFile;
  #now = false;
  #busy: Promise<void> | null = null;

  constructor(
    journal: Journal,
    session_id: string,
    options: ReconcilerOptions,
  ) {
    this.#journal = journal;
    this.#session_id = session_id;
    this.#file = new NotebookFile(journal);
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
    this.#now = true;
    await this.poll();
  }

  /** Whether the file keeps a cell with that source out of the record. */
  excludes(source: string): boolean {
    if (this.#excluded.size === 0) return false;
    // What was read of the file is redacted.
    return this.#excluded.has(comparable(source)) ||
      this.#excluded.has(comparable(this.#journal.redactor.text(source).text));
  }

  async #poll(): Promise<void> {
    const session = this.#journal.sessions.get(this.#session_id);
    if (session === undefined || session.kind !== "kernel") return;
    const file = await this.#file.find(session, this.#now);
    this.#now = false;
    if (file === null) return; // not saved yet, or not recognised
    const copy = await this.#file.findCopy(session, file);
    const read = await this.#readChanged(copy ?? file);
    if (read === null) return;
    const { notebook, mtime_ms } = read;
    const other = await this.#file.findOther(session, notebook, mtime_ms);
    const taken = other === null ? read : await this.#readChanged(other);
    if (taken !== null) await this.#take(session, taken);
  }

  /** Reads a file that has changed, or of which more can be taken now; null when there is nothing new. */
  async #readChanged(
    { path, info }: FoundFile,
  ): Promise<RedactedNotebook | null> {
    const open = this.#unfinalised();
    // An execution may become known after the save that holds its source.
    const wanted = this.#journal.executions.sourceless(this.#session_id);
    const state = JSON.stringify([path, info.mtime, info.size, open, wanted]);
    if (state === this.#state) return null;
    const read = await this.#read(path, info, open);
    if (read !== null) this.#state = state; // else being written: the next poll sees it whole
    return read;
  }

  async #take(session: Session, read: RedactedNotebook): Promise<void> {
    this.#excluded = new Set(
      codeCellsOf(read.notebook).filter((c) => c.tags.includes(EXCLUDE_TAG))
        .map((c) => comparable(c.source)),
    );
    const candidates = await this.#judged(findCandidates(
      this.#journal,
      session,
      read,
    ));
    const keptOut = this.#journal.transaction(() => {
      for (const { candidate, why } of candidates) {
        if (why === null) {
          putRecovered(
            this.#journal,
            this.#session_id,
            candidate,
            read.taken,
          );
        } else this.#refuse(candidate, why);
      }
      putShown(this.#journal, this.#session_id, read);
      return identifyCells(this.#journal, this.#session_id, read.notebook);
    });
    keptOut.forEach((position) => this.#options.onKeptOut(position));
    if (keptOut.length > 0) this.#journal.checkpoint(); // nothing of it stays in the files
    this.#before ??= sourcesOf(read.notebook);
    if (candidates.length > 0) this.#options.onReconciled();
  }

  /** Says of each candidate what speaks against it. */
  async #judged(
    candidates: readonly Candidate[],
  ): Promise<{ candidate: Candidate; why: string | null }[]> {
    return await Promise.all(candidates.map(async (candidate) => {
      const execution = this.#journal.executions.get(
        this.#session_id,
        candidate.position,
      );
      const why = await contradiction(this.#journal, candidate.source, {
        // Where a recorder was replaced, times say too little of what an execution opened.
        runs: execution === undefined || this.#options.replaces
          ? []
          : runsOpenedIn(this.#journal, execution),
        traceback: tracebackOf([
          ...this.#journal.executions.outputs(
            this.#session_id,
            candidate.position,
          ).map((json) => JSON.parse(json)),
          ...candidate.outputs ?? [],
        ]),
        before: this.#before?.get(candidate.id ?? "") ?? null,
      });
      return { candidate, why };
    }));
  }

  /** Keeps why the file's source is not taken for an execution. */
  #refuse({ position, execution_count }: Candidate, why: string): void {
    const { executions } = this.#journal;
    const known = executions.get(this.#session_id, position) ??
      { ...missedExecution(this.#session_id, position), execution_count };
    if (known.source === null && known.source_gap !== why) {
      executions.put({ ...known, source_gap: why });
    }
  }

  async #read(
    path: string,
    info: Deno.FileInfo,
    open: readonly string[],
  ): Promise<RedactedNotebook | null> {
    const mtime_ms = info.mtime?.getTime() ?? 0;
    if (info.size > MAX_READ_BYTES) {
      const read = await this.#readInSubprocess(path, info.size, open);
      return read && { ...read, mtime_ms };
    }
    const saved = await Deno.readTextFile(path);
    const { text: redacted, taken } = this.#journal.redactor.json(saved);
    const text = withSafeIds(redacted);
    const notebook = readSavedNotebook(text);
    if (notebook === null) return null;
    const kept = withoutExcludedCells(text);
    for (const run_id of open) {
      this.#journal.entries.setDocument(run_id, "notebook_file", kept);
    }
    return { notebook, taken, mtime_ms };
  }

  async #readInSubprocess(
    path: string,
    size: number,
    open: readonly string[],
  ): Promise<SlimNotebook | null> {
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
    let read: SlimNotebook | null = null;
    await runSubprocess(MODULE, {
      secrets: this.#journal.redactor.known?.(),
      args: [home],
      input: { path, run_ids: keep ? open : [] },
      onLine: (line) => read = parseSlim(line),
    });
    return read;
  }

  #unfinalised(): string[] {
    return this.#journal.runs.unfinalised(this.#session_id).map((run) =>
      run.run_id
    );
  }
}

/** The stack of the first error among outputs. */
function tracebackOf(outputs: readonly AnyOutput[]): string[] {
  const error = outputs.find((output) => output.output_type === "error");
  const traceback = error?.["traceback"];
  return Array.isArray(traceback) ? traceback.map(String) : [];
}

/** The sources of cells by their ids; cells that share one are left out, and empty ones: what stood there ran nowhere. */
function sourcesOf(notebook: SavedNotebook): Map<string, string> {
  const byId = Map.groupBy(codeCellsOf(notebook), (cell) => cell.id);
  return new Map(
    [...byId].flatMap(([id, [cell, ...others]]) =>
      id === null || cell === undefined || others.length > 0 ||
        cell.source.trim() === ""
        ? []
        : [[id, comparable(cell.source)]]
    ),
  );
}
