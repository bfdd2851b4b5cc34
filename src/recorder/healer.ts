/**
 * Fills in from the notebook's file what the wire did not tell: sources of cells that ran before the recording
 * began, cell ids, order. It looks again whenever the file was saved.
 *
 * @module
 */
import { messageOf } from "../base/errors.ts";
import { mapCellIds, orderFlags, recoverCells } from "../capture/cells.ts";
import {
  EXCLUDED_OUTPUT,
  EXCLUDED_SOURCE,
  isExcluded,
} from "../capture/excluded.ts";
import { findNotebook } from "../capture/find_notebook.ts";
import {
  codeCellsOf,
  readSavedNotebook,
  type SavedNotebook,
} from "../capture/saved_cells.ts";
import type { Execution, ExecutionFlag } from "../journal/executions.ts";
import type { Journal } from "../journal/journal.ts";
import type { Session } from "../journal/sessions.ts";
import type { RecorderLog } from "./log.ts";

/** How often a session without a notebook searches for one, at most. */
const MAX_SEARCHES = 40;

/** Heals one session's executions from its notebook file. */
export class NotebookHealer {
  readonly #journal: Journal;
  readonly #session_id: string;
  readonly #log: RecorderLog;
  #state = "";
  #searches = 0;
  #busy: Promise<void> | null = null;

  constructor(journal: Journal, session_id: string, log: RecorderLog) {
    this.#journal = journal;
    this.#session_id = session_id;
    this.#log = log;
  }

  /** Looks at the file, unless a look is going on; failures are logged. */
  look(): Promise<void> {
    this.#busy ??= this.#look()
      .catch((error) => this.#log.write(`notebook: ${messageOf(error)}`))
      .finally(() => this.#busy = null);
    return this.#busy;
  }

  async #look(): Promise<void> {
    const session = this.#journal.sessions.get(this.#session_id);
    if (session === undefined || session.kind !== "kernel") return;
    const path = session.notebook ?? await this.#search(session);
    if (path === null) return;
    let info: Deno.FileInfo;
    try {
      info = await Deno.stat(path);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return; // not saved yet, or moved
      throw error;
    }
    const last = this.#journal.executions.lastPosition(this.#session_id);
    const state = `${info.mtime?.getTime()} ${info.size} ${last}`;
    if (state === this.#state) return;
    const text = await Deno.readTextFile(path);
    const notebook = readSavedNotebook(text);
    if (notebook === null) return; // being written: the next look sees it whole
    this.#state = state;
    this.#heal(session, notebook, info.mtime?.getTime() ?? 0);
    for (
      const run of this.#journal.runs.list({ session_id: this.#session_id })
    ) {
      if (run.sealed_time === null) {
        this.#journal.entries.setDocument(run.run_id, "notebook_file", text);
      }
    }
  }

  async #search(session: Session): Promise<string | null> {
    const seen = this.#seen().filter((e) => e.source !== null);
    if (seen.length === 0 || this.#searches >= MAX_SEARCHES) return null;
    this.#searches++;
    const found = await findNotebook({
      env: {},
      cwd: session.cwd,
      seen: seen.map(({ execution_count, source }) => ({
        execution_count,
        source: source ?? "",
      })),
    });
    if (found !== null) {
      this.#journal.sessions.setNotebook(session.session_id, found.path);
    }
    return found?.path ?? null;
  }

  #seen(): Execution[] {
    return this.#journal.executions.list(this.#session_id);
  }

  #heal(
    session: Session,
    notebook: SavedNotebook,
    file_mtime_ms: number,
  ): void {
    this.#journal.transaction(() => {
      this.#recover(session, notebook, file_mtime_ms);
      this.#place(notebook);
    });
  }

  #recover(
    session: Session,
    notebook: SavedNotebook,
    file_mtime_ms: number,
  ): void {
    const all = this.#seen();
    const known = all.filter((e) => e.source !== null && e.via !== "file");
    const counts = known.flatMap((e) =>
      e.execution_count === null ? [] : [e.execution_count]
    );
    const highest = Math.max(
      0,
      ...counts,
      ...all.flatMap((e) =>
        e.execution_count === null ? [] : [e.execution_count]
      ),
    );
    const unseen = all.find((e) =>
      e.source === null && e.execution_count === null
    );
    const present = new Set(counts);
    const missingCounts: number[] = [];
    for (let n = 1; n <= highest; n++) {
      if (!present.has(n)) missingCounts.push(n);
    }
    if (unseen !== undefined && counts.length === 0) {
      // Nothing was executed since: the one that is not known is the newest the file has.
      const newest = Math.max(
        0,
        ...codeCellsOf(notebook).map((c) => c.execution_count ?? 0),
      );
      for (let n = highest + 1; n <= newest; n++) missingCounts.push(n);
    }
    if (missingCounts.length === 0) return;
    const { recovered } = recoverCells({
      notebook,
      seen: known.map(({ execution_count, source }) => ({
        execution_count,
        source: source ?? "",
      })),
      missingCounts,
      sessionStart_ms: session.start_time,
      file_mtime_ms,
    });
    const tracking = Math.max(...missingCounts);
    for (const cell of recovered) {
      if (!cell.sure) continue;
      const stored = all.find((e) =>
        e.execution_count === cell.execution_count
      ) ??
        (cell.execution_count === tracking ? unseen : undefined);
      this.#journal.executions.put({
        session_id: session.session_id,
        position: stored?.position ?? cell.execution_count,
        msg_id: stored?.msg_id ?? null,
        execution_count: cell.execution_count,
        source: cell.source,
        cell_id: cell.id,
        status: stored?.status ?? (failedIn(cell.outputs) ? "error" : "ok"),
        start_time: stored?.start_time ?? null,
        end_time: stored?.end_time ?? null,
        via: "file",
        flags: stored?.flags ?? [],
      });
      if (stored === undefined) {
        this.#journal.executions.putOutputs(
          session.session_id,
          cell.execution_count,
          cell.outputs.map((o) => JSON.stringify(o)),
        );
      }
    }
  }

  /** Cell ids, order, and cells that their tag keeps out of the record. */
  #place(notebook: SavedNotebook): void {
    const { executions } = this.#journal;
    const all = this.#seen().filter((e) => e.source !== null);
    const plain = all.map((e) => ({ ...e, source: e.source ?? "" }));
    const ids = mapCellIds({ notebook, executions: plain });
    const placed = plain.map((e, i) => ({
      ...e,
      cell_id: e.cell_id ?? ids.get(i) ?? null,
    }));
    const flags = orderFlags(placed, notebook);
    const tags = new Map(codeCellsOf(notebook).map((c) => [c.id, c.tags]));
    placed.forEach((e, i) => {
      const excluded = e.flags.includes("excluded");
      const now: ExecutionFlag[] = [...(flags[i] ?? [])];
      if (excluded) now.push("excluded");
      else if (
        e.cell_id !== null && isExcluded(e.source, tags.get(e.cell_id) ?? [])
      ) {
        now.push("excluded");
        const outputs = executions.outputs(this.#session_id, e.position);
        executions.put({ ...e, source: EXCLUDED_SOURCE, flags: now });
        executions.putOutputs(
          this.#session_id,
          e.position,
          outputs.length === 0 ? [] : [JSON.stringify(EXCLUDED_OUTPUT)],
        );
        return;
      }
      const before = all[i];
      if (before?.cell_id !== e.cell_id || before.flags.join() !== now.join()) {
        executions.put({ ...e, flags: now });
      }
    });
  }
}

function failedIn(outputs: readonly { output_type: string }[]): boolean {
  return outputs.some((o) => o.output_type === "error");
}
