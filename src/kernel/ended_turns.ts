/**
 * Cells that have ended, as far as something of them may still come: the messages of the marker's own request.
 *
 * @module
 */
import type { Peeked } from "./peek.ts";
import { shownDisplay, type Turn } from "./turn.ts";

/** Ended turns of which a late message is still recognised. */
const REMEMBERED = 64;

/** Turns that have ended. */
export class EndedTurns {
  /** Their markers by the ids of their requests, the oldest first. */
  readonly #markers = new Map<string, string>();

  /** Remembers a turn. */
  add({ request, marker }: Turn): void {
    this.#markers.set(request.msg_id, marker);
    if (this.#markers.size > REMEMBERED) {
      this.#markers.delete(this.#markers.keys().next().value ?? "");
    }
  }

  /** Whether a message belongs to the marker's request of a cell that has ended. */
  isLeftover(message: Peeked, parent_id: string): boolean {
    const marker = this.#markers.get(parent_id);
    if (marker === undefined) return false;
    switch (message.msg_type) {
      case "status":
      case "execute_input":
        return true;
      case "update_display_data":
        return shownDisplay(message) === marker;
      default:
        return false;
    }
  }
}
