/**
 * Pictures compared by their pixels.
 *
 * @module
 */
import { messageOf } from "../../base/errors.ts";
import type { Decode, Picture } from "./pictures/picture.ts";

/** Largest picture that is decoded, bytes of its file. */
const MAX_PICTURE_BYTES = 32 << 20;

const jpeg = async () => (await import("./pictures/jpeg.ts")).decodeJpeg;

/** What decodes a kind of picture, loaded when one of it is compared. */
const DECODERS: Readonly<Record<string, () => Promise<Decode>>> = {
  "image/png": async () => (await import("./pictures/png.ts")).decodePng,
  "image/jpeg": jpeg,
  "image/jpg": jpeg,
  "image/gif": async () => (await import("./pictures/gif.ts")).decodeGif,
  "image/webp": async () => (await import("./pictures/webp.ts")).decodeWebp,
};

/** Whether pictures of a media type are compared by their pixels. */
export function isPicture(type: string): boolean {
  return Object.hasOwn(DECODERS, type);
}

/** Compares two files of one kind of picture. @returns null when every pixel is the same, else what differs */
export async function comparePictures(
  type: string,
  recorded: Uint8Array,
  reproduced: Uint8Array,
): Promise<string | null> {
  if (Math.max(recorded.length, reproduced.length) > MAX_PICTURE_BYTES) {
    return "the bytes differ; too large for a look at the pixels";
  }
  try {
    const decode = await DECODERS[type]?.();
    if (decode === undefined) throw new TypeError(`nothing reads ${type}`);
    return difference(await decode(recorded), await decode(reproduced));
  } catch (error) {
    return `the bytes differ, and the pixels cannot be read: ${
      messageOf(error)
    }`;
  }
}

function difference(then: Picture, now: Picture): string | null {
  if (then.width !== now.width || then.height !== now.height) {
    return `size ${then.width}×${then.height} → ${now.width}×${now.height}`;
  }
  if (then.pixel !== now.pixel) return "the kind of pixel differs";
  if (then.count !== now.count) return `${then.count} → ${now.count} frames`;
  const pixels = then.width * then.height;
  const others = now.frames[Symbol.iterator]();
  let n = 0;
  for (const frame of then.frames) {
    const { value: other } = others.next();
    const where = then.count === 1 ? "" : ` in frame ${n}`;
    if (frame.delay !== other?.delay) {
      return `delay ${frame.delay} ms → ${other?.delay} ms${where}`;
    }
    const differ = countOther(frame.data, other?.data ?? [], pixels);
    if (differ > 0) return `${differ} of ${pixels} pixels differ${where}`;
    n++;
  }
  return null;
}

function countOther(
  then: ArrayLike<number>,
  now: ArrayLike<number>,
  pixels: number,
): number {
  const step = then.length / pixels;
  let differ = 0;
  for (let p = 0; p < pixels; p++) {
    for (let c = 0; c < step; c++) {
      if (then[p * step + c] === now[p * step + c]) continue;
      differ++;
      break;
    }
  }
  return differ;
}
