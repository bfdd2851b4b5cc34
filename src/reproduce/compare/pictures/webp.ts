/**
 * The pixels of WebP.
 *
 * @module
 */
import decode, { init } from "npm:@jsquash/webp@1.5.0/decode.js";
import { orientationIn } from "./exif.ts";
import { type Picture, refuseLarge } from "./picture.ts";
import { putXmp } from "./xmp.ts";

/** The decoder's code: read as a part of the program, as a process without rights reads no file. */
const CODE: string = "npm:@jsquash/webp@1.5.0/codec/dec/webp_dec.wasm";

/** Bytes before the first part, and before a part's contents. */
const [RIFF_BYTES, PART_BYTES] = [12, 8] as const;
/** Parts that change what is shown and that the pixels here do not have: colour space, moving frames. */
const BESIDES: ReadonlySet<string> = new Set(["ICCP", "ANIM", "ANMF"]);
/** What some writers put before EXIF, as in JPEG. */
const EXIF_HEAD = [0x45, 0x78, 0x69, 0x66, 0, 0];

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
    besides: besidesOf(bytes),
  };
}

function besidesOf(bytes: Uint8Array): Map<string, string> {
  const besides = new Map<string, string>();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = RIFF_BYTES; at + PART_BYTES <= bytes.length;) {
    const name = String.fromCharCode(...bytes.subarray(at, at + 4));
    const length = view.getUint32(at + 4, true);
    const data = bytes.subarray(at + PART_BYTES, at + PART_BYTES + length);
    if (name === "EXIF") {
      const bare = EXIF_HEAD.every((byte, i) => data[i] === byte)
        ? data.subarray(EXIF_HEAD.length)
        : data;
      const said = orientationIn(bare);
      if (said !== null) besides.set("orientation", said);
    }
    if (name === "XMP ") putXmp(besides, data);
    if (BESIDES.has(name)) {
      besides.set(name, `${besides.get(name) ?? ""}${data.toBase64()} `);
    }
    at += PART_BYTES + length + length % 2;
  }
  return besides;
}
