/**
 * The pixels of WebP.
 *
 * @module
 */
import decode, { init } from "npm:@jsquash/webp@1.5.0/decode.js";
import { type Picture, refuseLarge } from "./picture.ts";

/** The decoder's code: read as a part of the program, as a process without rights reads no file. */
const CODE: string = "npm:@jsquash/webp@1.5.0/codec/dec/webp_dec.wasm";

/** Decodes a WebP that stands still. */
export async function decodeWebp(bytes: Uint8Array): Promise<Picture> {
  const { default: code } = await import(CODE, { with: { type: "bytes" } });
  await init(new WebAssembly.Module(code));
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
