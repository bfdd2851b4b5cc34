/**
 * The pixels of JPEG.
 *
 * @module
 */
import { decode } from "npm:jpeg-js@0.4.4";
import { MAX_PIXELS, type Picture } from "./picture.ts";

/** The decoder's memory, MiB. */
const MAX_MEMORY_MB = 1024;

/** Decodes a JPEG. */
export function decodeJpeg(bytes: Uint8Array): Promise<Picture> {
  const { width, height, data } = decode(bytes, {
    useTArray: true,
    tolerantDecoding: false,
    maxResolutionInMP: MAX_PIXELS / 1_000_000,
    maxMemoryUsageInMB: MAX_MEMORY_MB,
  });
  return Promise.resolve({
    width,
    height,
    pixel: "RGBA",
    frames: [{ data, delay: null }],
    count: 1,
  });
}
