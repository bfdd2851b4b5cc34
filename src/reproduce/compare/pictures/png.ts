/**
 * The pixels of PNG.
 *
 * @module
 */
import { convertIndexedToRgb, decode } from "npm:fast-png@8.0.0";
import { type Picture, refuseLarge } from "./picture.ts";

/** Where the header's width and height stand. */
const SIZE_AT = 16;

/** Decodes a PNG. */
export function decodePng(bytes: Uint8Array): Promise<Picture> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  refuseLarge(view.getUint32(SIZE_AT), view.getUint32(SIZE_AT + 4));
  const { width, height, channels, depth, palette, data, ...rest } = decode(
    bytes,
  );
  const pixels = palette === undefined ? data : convertIndexedToRgb({
    ...rest,
    width,
    height,
    channels,
    depth,
    palette,
    data,
  });
  return Promise.resolve({
    width,
    height,
    pixel: `${channels} channels of ${depth} bits`,
    frames: [{ data: pixels, delay: null }],
    count: 1,
  });
}
