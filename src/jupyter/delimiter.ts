/**
 * What every message of a kernel begins with, behind routing ids and topics. Deno's kernel publishes without topics.
 *
 * @module
 */
import { sameBytes } from "./frames.ts";

/** The delimiter's bytes. */
export const DELIMITER: Uint8Array = new TextEncoder().encode("<IDS|MSG>");

/** Whether a part is the delimiter. */
export function isDelimiter(part: Uint8Array): boolean {
  return sameBytes(part, DELIMITER);
}
