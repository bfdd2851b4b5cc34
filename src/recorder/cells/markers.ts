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

/** A marker that has arrived. */
export interface ArrivedMarker {
  /** The execution that published it; undefined where it is not known. */
  held: HeldCell | undefined;
}

/** The markers of a session. */
export class Markers {
  readonly #waiting = new Map<string, (arrived: ArrivedMarker) => void>();
  readonly #early = new Map<string, ArrivedMarker>();

  /** Takes in a display update's id. @returns whether it was a marker */
  see(id: string | null, held: () => HeldCell | undefined): boolean {
    if (id === null || !isMarker(id)) return false;
    const resolve = this.#waiting.get(id);
    if (resolve !== undefined) resolve({ held: held() });
    else {
      this.#early.set(id, { held: held() });
      if (this.#early.size > MAX_EARLY) {
        this.#early.delete(this.#early.keys().next().value ?? "");
      }
    }
    return true;
  }

  /** A marker, once it has arrived; null when it does not come. */
  async wait(id: string): Promise<ArrivedMarker | null> {
    const early = this.#early.get(id);
    if (early !== undefined) {
      this.#early.delete(id);
      return early;
    }
    const { promise, resolve } = Promise.withResolvers<ArrivedMarker | null>();
    this.#waiting.set(id, resolve);
    const timer = setTimeout(() => resolve(null), WAIT_MS);
    const arrived = await promise;
    clearTimeout(timer);
    this.#waiting.delete(id);
    return arrived;
  }
}
