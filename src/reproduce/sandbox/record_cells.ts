/**
 * What a sandbox's cells put out, written into the journal by the recorder's own means: cut, redacted and updated as
 * the outputs of any other session are.
 *
 * @module
 */
import type { Message } from "../../jupyter/wire.ts";
import { FIRST_SEEN_POSITION } from "../../journal/execution_row.ts";
import type { Journal } from "../../journal/journal.ts";
import type { AnyOutput } from "../../notebook/outputs.ts";
import { DisplayIndex } from "../../recorder/cells/displays.ts";
import { HeldCell, newExecution } from "../../recorder/cells/held_cell.ts";

/** How often what grows is written, milliseconds: each time is a transaction. */
const FLUSH_EVERY_MS = 50;

/** How a cell ended. */
export interface SandboxedCellEnd {
  status: "ok" | "error" | "aborted";
  ename: string | null;
  evalue: string | null;
}

/** The cells of one session. */
export class CellRecord {
  readonly #journal: Journal;
  readonly #session_id: string;
  readonly #displays: DisplayIndex;
  #cell: HeldCell | null = null;
  /** How many outputs the cells before this one have, and this one. */
  #before = 0;
  #own = 0;
  #flushed = 0;
  #updated = false;

  constructor(journal: Journal, session_id: string) {
    this.#journal = journal;
    this.#session_id = session_id;
    this.#displays = new DisplayIndex(journal, session_id);
  }

  /** A cell begins: what comes from now on is its. */
  begin(index: number, source: string): void {
    this.#release();
    this.#before += this.#own;
    this.#own = 0;
    this.#cell = HeldCell.begin(this.#journal, {
      ...newExecution(this.#session_id, FIRST_SEEN_POSITION + index),
      execution_count: index + 1,
      source,
      via: "runner",
    }, () => false);
  }

  /** Takes in what was published. @returns how many outputs the session has */
  take(message: Message): number {
    const cell = this.#cell;
    if (cell === null) return this.#before;
    const { msg_type } = message.header;
    if (msg_type === "update_display_data" && message.long === undefined) {
      this.#updated = true;
      this.#displays.update(
        message,
        (position) => position === cell.position ? cell : undefined,
      );
    } else {
      const n = cell.take(message);
      if (n !== null) {
        this.#displays.note(message, cell.position, n);
        this.#own = n + 1;
      }
    }
    const now = performance.now();
    if (now - this.#flushed >= FLUSH_EVERY_MS) {
      cell.outputs.flush();
      this.#flushed = now;
    }
    return this.#before + this.#own;
  }

  /** What the outputs take, characters of their JSON: of all cells, and of the largest. */
  size(): { chars: number; largest: number } {
    // What an update made long may wait to be written.
    if (this.#updated) this.#cell?.outputs.flush(true);
    this.#updated = false;
    return this.#journal.executions.sizeOfOutputs(this.#session_id);
  }

  /** The cell has ended; what comes before the next one is still its. */
  end(end: SandboxedCellEnd): void {
    const now = Date.now();
    this.#cell?.finish(now);
    this.#cell?.reply({
      type: "reply",
      msg_id: "",
      end_time: now,
      cell_id: null,
      interrupted: false,
      ...end,
    });
  }

  /** Everything has ended. */
  close(): void {
    this.#release();
  }

  /** The outputs of a cell as they are stored. They are read each time: of all cells together they may be many. */
  outputsOf(index: number): AnyOutput[] {
    return this.#journal.executions.outputs(
      this.#session_id,
      FIRST_SEEN_POSITION + index,
    ).map((json) => JSON.parse(json) as AnyOutput);
  }

  #release(): void {
    this.#cell?.release();
    this.#cell = null;
  }
}
