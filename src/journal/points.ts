/**
 * Metric points as bytes: the form in which they lie in the write-ahead file and in the journal's blocks.
 * 32 bytes a point, little-endian: value, step, timestamp (float64 each), key id, sequence number (uint32 each).
 *
 * @module
 */

/** Bytes of one point. */
export const POINT_BYTES = 32;

/** One point with its place in the run's sequence. */
export interface LoggedPoint {
  /** Place among all points of the run, from 0, in the order of logging. */
  seq: number;
  /** Index of the key in the run's key table. */
  key_id: number;
  /** The value as logged: any float64, NaN and infinities too. */
  value: number;
  /** The step, a whole number. */
  step: number;
  /** Milliseconds since 1970. */
  timestamp: number;
}

/** Writes a point at a byte offset. */
export function writePoint(
  view: DataView,
  offset: number,
  point: LoggedPoint,
): void {
  view.setFloat64(offset, point.value, true);
  view.setFloat64(offset + 8, point.step, true);
  view.setFloat64(offset + 16, point.timestamp, true);
  view.setUint32(offset + 24, point.key_id, true);
  view.setUint32(offset + 28, point.seq, true);
}

/** A point as bytes of its own. */
export function pointBytes(point: LoggedPoint): Uint8Array {
  const bytes = new Uint8Array(POINT_BYTES);
  writePoint(new DataView(bytes.buffer), 0, point);
  return bytes;
}

/** The value of a point, which is its first number. */
export function valueOfPoint(point: Uint8Array): number {
  return new DataView(point.buffer, point.byteOffset).getFloat64(0, true);
}

/** Reads every whole point of a block; a torn last one is left out. */
export function* readPoints(bytes: Uint8Array): Generator<LoggedPoint> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + POINT_BYTES <= bytes.byteLength; at += POINT_BYTES) {
    yield {
      value: view.getFloat64(at, true),
      step: view.getFloat64(at + 8, true),
      timestamp: view.getFloat64(at + 16, true),
      key_id: view.getUint32(at + 24, true),
      seq: view.getUint32(at + 28, true),
    };
  }
}
