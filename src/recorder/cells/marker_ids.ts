/**
 * Ids of markers: updates of displays that do not exist, by which the recorder knows which cell published them.
 *
 * Imported inside cells: nothing here may load a library.
 *
 * @module
 */

const PREFIX = "nbtrack-marker-";

/** The id of a new marker. */
export function newMarker(): string {
  return `${PREFIX}${crypto.randomUUID()}`;
}

/** Whether a display's id is a marker's. */
export function isMarker(display_id: string): boolean {
  return display_id.startsWith(PREFIX);
}
