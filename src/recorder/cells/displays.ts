/**
 * Displays of a session that can be updated, from whatever cell.
 *
 * @module
 */
import { asObject } from "../../base/values.ts";
import { RUN_CARD, RUN_VIEW } from "../../base/media_types.ts";
import type { Journal } from "../../journal/journal.ts";
import type { Output } from "../../notebook/outputs.ts";
import { displayIdOf } from "../../jupyter/outputs.ts";
import type { Message } from "../../jupyter/wire.ts";
import type { HeldCell } from "./held_cell.ts";
import type { Shown } from "./output_log.ts";

/** Displays that can be updated later; of more, the oldest are forgotten. */
const MAX_DISPLAYS = 2000;

/** Whether a display is one of nbtrack's own: a run's card, chart or progress. */
export function isOwnDisplay({ content }: Message): boolean {
  const data = asObject(content["data"]);
  return RUN_CARD in data || RUN_VIEW in data;
}

/** Which outputs show each display of a session. */
export class DisplayIndex {
  readonly #journal: Journal;
  readonly #session_id: string;
  readonly #outputs = new Map<string, { position: number; n: number }[]>();

  constructor(journal: Journal, session_id: string) {
    this.#journal = journal;
    this.#session_id = session_id;
  }

  /** Remembers which output a message with a display id became. */
  note(message: Message, position: number, n: number): void {
    const id = displayIdOf(message);
    if (id === null) return;
    // Shown again, both are updated.
    const shown = this.#outputs.get(id) ?? [];
    this.#outputs.delete(id);
    this.#outputs.set(id, [...shown.slice(-9), { position, n }]);
    if (this.#outputs.size > MAX_DISPLAYS) {
      this.#outputs.delete(this.#outputs.keys().next().value ?? "");
    }
  }

  /** Applies an `update_display_data`: in memory where the cell is still held, else in the journal. */
  update(message: Message, held: (position: number) => HeldCell | undefined) {
    const shown: Shown = {
      data: asObject(message.content["data"]),
      metadata: asObject(message.content["metadata"]),
    };
    for (
      const { position, n } of this.#outputs.get(displayIdOf(message) ?? "") ??
        []
    ) {
      if (held(position)?.outputs.replace(n, shown) !== true) {
        this.#updateStored(position, n, shown);
      }
    }
  }

  #updateStored(position: number, n: number, shown: Shown): void {
    const { executions } = this.#journal;
    const stored = executions.outputs(this.#session_id, position)[n];
    if (stored === undefined) return;
    const output = JSON.parse(stored) as Output;
    if (
      output.output_type !== "display_data" &&
      output.output_type !== "execute_result"
    ) return;
    executions.putOutput(
      this.#session_id,
      position,
      n,
      JSON.stringify({ ...output, ...shown }),
    );
  }
}
