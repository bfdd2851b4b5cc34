/**
 * What a sandbox's cells put out, written into the journal by the recorder's own means: cut, redacted and updated as
 * the outputs of any other session are.
 *
 * @module
 */
import type { Message } from "../../jupyter/wire.ts";
import { FIRST_SEEN_POSITION } from "../../journal/executions.ts";
import type { Journal } from "../../journal/journal.ts";
import type { AnyOutput } from "../../notebook/outputs.ts";
import { DisplayIndex } from "../../recorder/cells/displays.ts";
import { HeldCell, newExecution } from "../../recorder/cells/held_cell.ts";

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

  constructor(journal: Journal, session_id: string) {
    this.#journal = journal;
    this.#session_id = session_id;
    this.#displays = new DisplayIndex(journal, session_id);
  }

  /** A cell begins: what comes from now on is its. */
  begin(index: number, source: string): void {
    this.#release();
    this.#cell = HeldCell.begin(this.#journal, {
      ...newExecution(this.#session_id, FIRST_SEEN_POSITION + index),
      execution_count: index + 1,
      source,
      via: "runner",
    }, () => false);
  }

  /** Takes in what was published. */
  take(message: Message): void {
    const cell = this.#cell;
    if (cell === null) return;
    const { msg_type } = message.header;
    if (msg_type === "update_display_data") {
      this.#displays.update(
        message,
        (position) => position === cell.position ? cell : undefined,
      );
    } else {
      const n = cell.take(message);
      if (n !== null) this.#displays.note(message, cell.position, n);
    }
    cell.outputs.flush();
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

  /** Everything has ended. @returns the outputs of each cell by its index, as they are stored */
  outputs(): Map<number, AnyOutput[]> {
    this.#release();
    const { executions } = this.#journal;
    return new Map(
      executions.list(this.#session_id).map(({ position }) => [
        position - FIRST_SEEN_POSITION,
        executions.outputs(this.#session_id, position)
          .map((json) => JSON.parse(json) as AnyOutput),
      ]),
    );
  }

  #release(): void {
    this.#cell?.release();
    this.#cell = null;
  }
}
