/**
 * Markers: updates of displays that do not exist. A cell publishes one so that the recorder knows which cell it is, and
 * that everything published before has arrived.
 *
 * @module
 */
import type { HeldCell } from "./held_cell.ts";
import { isMarker } from "./marker_ids.ts";

/** How long a marker is waited for, milliseconds. */
const WAIT_MS = 1500;
/** Markers that arrived before they were asked for. */
const MAX_EARLY = 100;

/** The markers of a session. */
export class Markers {
  readonly #waiting = new Map<string, (held: HeldCell | undefined) => void>();
  readonly #early = new Map<string, HeldCell | undefined>();

  /** Takes in a display update's id. @returns whether it was a marker */
  see(id: string | null, held: () => HeldCell | undefined): boolean {
    if (id === null || !isMarker(id)) return false;
    const resolve = this.#waiting.get(id);
    if (resolve !== undefined) resolve(held());
    else {
      this.#early.set(id, held());
      if (this.#early.size > MAX_EARLY) {
        this.#early.delete(this.#early.keys().next().value ?? "");
      }
    }
    return true;
  }

  /** The execution that published a marker, once it has arrived; undefined when it does not come. */
  async wait(id: string): Promise<HeldCell | undefined> {
    if (this.#early.has(id)) {
      const held = this.#early.get(id);
      this.#early.delete(id);
      return held;
    }
    const { promise, resolve } = Promise.withResolvers<HeldCell | undefined>();
    this.#waiting.set(id, resolve);
    const timer = setTimeout(() => resolve(undefined), WAIT_MS);
    const held = await promise;
    clearTimeout(timer);
    this.#waiting.delete(id);
    return held;
  }
}
