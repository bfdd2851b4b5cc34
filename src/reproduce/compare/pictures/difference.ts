/**
 * What differs between the pixels of two pictures.
 *
 * @module
 */
import type { Decode, Picture } from "./picture.ts";

const jpeg = async () => (await import("./jpeg.ts")).decodeJpeg;

/** What decodes a kind of picture, loaded when one of it is compared. */
const DECODERS: Readonly<Record<string, () => Promise<Decode>>> = {
  "image/png": async () => (await import("./png.ts")).decodePng,
  "image/jpeg": jpeg,
  "image/jpg": jpeg,
  "image/gif": async () => (await import("./gif.ts")).decodeGif,
  "image/webp": async () => (await import("./webp.ts")).decodeWebp,
};

/**
 * Compares two files of one kind of picture. @returns null when every pixel is the same, else what differs
 *
 * @throws when one is damaged or too large
 */
export async function differenceOf(
  type: string,
  recorded: Uint8Array,
  reproduced: Uint8Array,
): Promise<string | null> {
  const decode = await DECODERS[type]?.();
  if (decode === undefined) throw new TypeError(`nothing reads ${type}`);
  return difference(await decode(recorded), await decode(reproduced));
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
    const inFrame = then.count === 1 ? "" : ` in frame ${n}`;
    if (frame.delay !== other?.delay) {
      return `delay ${frame.delay} ms → ${other?.delay} ms${inFrame}`;
    }
    const differ = countOther(frame.data, other?.data ?? [], pixels);
    if (differ > 0) return `${differ} of ${pixels} pixels differ${inFrame}`;
    n++;
  }
  return differenceBesides(then.besides, now.besides);
}

function differenceBesides(
  then: Picture["besides"] = new Map(),
  now: Picture["besides"] = new Map(),
): string | null {
  const names = [...new Set([...then.keys(), ...now.keys()])]
    .filter((name) => then.get(name) !== now.get(name));
  return names.length === 0
    ? null
    : `the pixels are the same, what says how to show them is not: ${
      names.join(", ")
    }`;
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
