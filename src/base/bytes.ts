/**
 * Byte arrays, and writing them whole.
 *
 * @module
 */

/** Byte arrays one behind the other. */
export function concat(
  parts: readonly Uint8Array[],
): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((n, part) => n + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Writes all of some bytes, however many a call takes. */
export function writeAll(
  target: { writeSync(bytes: Uint8Array): number },
  bytes: Uint8Array,
): void {
  for (let at = 0; at < bytes.byteLength;) {
    at += target.writeSync(bytes.subarray(at));
  }
}
