/**
 * Pictures as pixels.
 *
 * @module
 */

/** Most pixels that a picture, all its frames together, may have. */
export const MAX_PIXELS = 100_000_000;

/** One frame, laid out in rows. */
export interface PictureFrame {
  data: ArrayLike<number>;
  /** How long it stays, milliseconds; null in a picture that stands still. */
  delay: number | null;
}

/** A decoded picture. */
export interface Picture {
  width: number;
  height: number;
  /** What a pixel is made of. */
  pixel: string;
  /** Its frames, decoded one after the other: a frame's data is valid until the next is asked for. */
  frames: Iterable<PictureFrame>;
  /** How many there are. */
  count: number;
  /** What else of the file decides how it is shown and is no pixel here, by name, as base64. @default {nothing} */
  besides?: ReadonlyMap<string, string>;
}

/** Decodes the bytes of a file. @throws when it is damaged or too large */
export type Decode = (bytes: Uint8Array) => Promise<Picture>;

/** Refuses what would fill the memory. */
export function refuseLarge(width: number, height: number, frames = 1): void {
  if (width * height * frames > MAX_PIXELS) {
    throw new RangeError(
      `it has more than ${MAX_PIXELS} pixels: ${width}×${height}×${frames}`,
    );
  }
}
