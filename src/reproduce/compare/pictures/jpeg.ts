/**
 * The pixels of JPEG.
 *
 * @module
 */
import { decode } from "npm:jpeg-js@0.4.4";
import { orientationIn } from "./exif.ts";
import { MAX_PIXELS, type Picture } from "./picture.ts";
import { putXmp, startsWith, XMP } from "./xmp.ts";

/** The decoder's memory, MiB. */
const MAX_MEMORY_MB = 1024;
/** Markers of parts: the scan that ends the parts, EXIF or XMP, and a colour space. */
const [SCAN, APP1, APP2] = [0xda, 0xe1, 0xe2] as const;
const EXIF = "Exif\0\0";
const COLOUR = "ICC_PROFILE\0";

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
    besides: besidesOf(bytes),
  });
}

/** Orientation and colour space. */
function besidesOf(bytes: Uint8Array): Map<string, string> {
  const besides = new Map<string, string>();
  for (const { marker, data } of partsOf(bytes)) {
    if (marker === APP1 && startsWith(data, EXIF)) {
      const said = orientationIn(data.subarray(EXIF.length));
      if (said !== null) besides.set("orientation", said);
    }
    if (marker === APP1 && startsWith(data, XMP.jpeg)) {
      putXmp(besides, data.subarray(XMP.jpeg.length));
    }
    if (marker === APP2 && startsWith(data, COLOUR)) {
      const contents = data.subarray(COLOUR.length).toBase64();
      besides.set("ICC", `${besides.get("ICC") ?? ""}${contents} `);
    }
  }
  return besides;
}

function* partsOf(
  bytes: Uint8Array,
): Generator<{ marker: number; data: Uint8Array }> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 2; at + 4 <= bytes.length && view.getUint8(at) === 0xff;) {
    const marker = view.getUint8(at + 1);
    if (marker === SCAN) return;
    if (marker === 0xff) { // one that fills up
      at++;
      continue;
    }
    const length = view.getUint16(at + 2);
    yield { marker, data: bytes.subarray(at + 4, at + 2 + length) };
    at += 2 + length;
  }
}
