/**
 * The pixels of GIF, frame by frame as they are seen.
 *
 * @module
 */
import { GifReader } from "npm:omggif@1.0.10";
import { type Picture, type PictureFrame, refuseLarge } from "./picture.ts";

/** GIF counts time in hundredths of a second. */
const DELAY_UNIT_MS = 10;
/** What becomes of a frame before the next: its area is cleared, or what was under it comes back. */
const CLEAR = 2;
const RESTORE = 3;

/** Decodes a GIF. */
export function decodeGif(bytes: Uint8Array): Promise<Picture> {
  const gif = new GifReader(bytes);
  const count = gif.numFrames();
  // A picture that stands still shows nothing of it.
  const loops = count > 1 ? gif.loopCount() : null;
  refuseLarge(gif.width, gif.height, count);
  return Promise.resolve({
    width: gif.width,
    height: gif.height,
    pixel: "RGBA",
    frames: { [Symbol.iterator]: () => framesOf(gif) },
    count,
    besides: loops === null ? new Map() : new Map([["loops", String(loops)]]),
  });
}

function* framesOf(gif: GifReader): Generator<PictureFrame> {
  const canvas = new Uint8Array(gif.width * gif.height * 4);
  for (let n = 0; n < gif.numFrames(); n++) {
    const { x, y, width, height, delay, disposal } = gif.frameInfo(n);
    const under = disposal === RESTORE ? canvas.slice() : null;
    gif.decodeAndBlitFrameRGBA(n, canvas);
    yield { data: canvas, delay: delay * DELAY_UNIT_MS };
    if (under !== null) canvas.set(under);
    else if (disposal === CLEAR) {
      for (let row = y; row < Math.min(y + height, gif.height); row++) {
        const start = (row * gif.width + x) * 4;
        canvas.fill(0, start, start + Math.min(width, gif.width - x) * 4);
      }
    }
  }
}
