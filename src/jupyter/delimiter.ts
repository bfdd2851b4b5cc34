/**
 * What every message of a kernel begins with, behind routing ids and topics. Deno's kernel publishes without topics.
 *
 * @module
 */

/** The delimiter's bytes. */
export const DELIMITER: Uint8Array = new TextEncoder().encode("<IDS|MSG>");

/** Whether a part is the delimiter. */
export function isDelimiter(part: Uint8Array): boolean {
  return part.length === DELIMITER.length &&
    part.every((byte, i) => byte === DELIMITER[i]);
}
