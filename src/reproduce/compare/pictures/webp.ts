/**
 * The pixels of WebP.
 *
 * @module
 */
import decode from "npm:@jsquash/webp@1.5.0/decode.js";
import { type Picture, refuseLarge } from "./picture.ts";

/** Decodes a WebP that stands still. */
export async function decodeWebp(bytes: Uint8Array): Promise<Picture> {
  const { width, height, data } = await decode(
    new Uint8Array(bytes).buffer,
  );
  refuseLarge(width, height);
  return {
    width,
    height,
    pixel: "RGBA",
    frames: [{ data, delay: null }],
    count: 1,
  };
}
