/**
 * The pixels of GIF, frame by frame as they are seen.
 *
 * @module
 */
import { GifReader } from "npm:omggif@1.0.10";
import { type Picture, type PictureFrame, refuseLarge } from "./picture.ts";
import { putXmp, XMP } from "./xmp.ts";

/** GIF counts time in hundredths of a second. */
const DELAY_UNIT_MS = 10;
/** Bytes before the first block, and of the part that describes a frame. */
const [HEAD_BYTES, FRAME_BYTES] = [13, 10] as const;
/** What a block begins with. */
const [EXTENSION, FRAME, APPLICATION] = [0x21, 0x2c, 0xff] as const;
/** The name of the application whose block is a colour space. */
const COLOUR = "ICCRGBG1012";
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
    besides: besidesOf(bytes, loops),
  });
}

/** How often it repeats, colour space and orientation. */
function besidesOf(
  bytes: Uint8Array,
  loops: number | null,
): Map<string, string> {
  const besides = new Map<string, string>();
  if (loops !== null) besides.set("loops", String(loops));
  for (const { name, data } of applicationsIn(bytes)) {
    if (name === COLOUR) besides.set("ICC", data.toBase64());
    if (name === XMP.gif) putXmp(besides, data);
  }
  return besides;
}

/** The blocks of applications, each with the lengths of its parts left in. */
function* applicationsIn(
  bytes: Uint8Array,
): Generator<{ name: string; data: Uint8Array }> {
  const byte = (at: number) => bytes[at] ?? 0;
  const colours = (at: number) =>
    byte(at) & 0x80 ? 3 << ((byte(at) & 7) + 1) : 0;
  const afterParts = (from: number) => {
    let at = from;
    while (byte(at) > 0) at += byte(at) + 1;
    return at + 1;
  };
  for (let at = HEAD_BYTES + colours(10); at < bytes.length;) {
    if (byte(at) === FRAME) {
      at = afterParts(at + FRAME_BYTES + colours(at + 9) + 1);
    } else if (byte(at) === EXTENSION) {
      const end = afterParts(at + 2);
      const name = at + 3 + byte(at + 2);
      if (byte(at + 1) === APPLICATION) {
        yield {
          name: String.fromCharCode(...bytes.subarray(at + 3, name)),
          data: bytes.subarray(name, end),
        };
      }
      at = end;
    } else return;
  }
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
