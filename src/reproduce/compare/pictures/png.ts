/**
 * The pixels of PNG.
 *
 * @module
 */
import { convertIndexedToRgb, decode } from "npm:fast-png@8.0.0";
import { orientationIn } from "./exif.ts";
import { type Picture, refuseLarge } from "./picture.ts";
import { putXmp, startsWith, XMP } from "./xmp.ts";

/** Bytes of the signature. */
const SIGNATURE_BYTES = 8;
/** Bytes of a chunk besides its data: length, name, checksum. */
const CHUNK_BYTES = 12;
/** So much is unpacked at once, bytes. */
const PIECE_BYTES = 4096;
/** The parts that pixels depend on: others may unpack to any length. */
const NEEDED: ReadonlySet<string> = new Set([
  "IHDR",
  "PLTE",
  "tRNS",
  "IDAT",
  "IEND",
]);
/** The parts that change what is shown and that pixels here do not have: colour spaces, moving frames. */
const BESIDES: ReadonlySet<string> = new Set([
  "acTL",
  "fcTL",
  "fdAT",
  "gAMA",
  "cHRM",
  "iCCP",
  "cICP",
  "sRGB",
  "mDCV",
  "cLLI",
]);
/** The kind of colour whose transparency is decoded from its part. */
const INDEXED = 3;
/** Samples of a pixel by the header's kind of colour. */
const SAMPLES: Readonly<Record<number, number>> = {
  0: 1,
  2: 3,
  3: 1,
  4: 2,
  6: 4,
};

/** Decodes a PNG. */
export async function decodePng(bytes: Uint8Array): Promise<Picture> {
  const { needed, besides } = await partsOf(bytes);
  const { width, height, channels, depth, palette, data, ...others } = decode(
    needed,
  );
  const pixels = palette === undefined ? data : convertIndexedToRgb({
    ...others,
    width,
    height,
    channels,
    depth,
    palette,
    data,
  });
  return {
    width,
    height,
    pixel: `${channels} channels of ${depth} bits`,
    frames: [{ data: pixels, delay: null }],
    count: 1,
    besides,
  };
}

/** The parts that pixels depend on, and what else decides how they are shown. */
interface PngParts {
  needed: Uint8Array;
  besides: Map<string, string>;
}

/** The parts of a file. @throws when its pixels would unpack to more than the header says */
async function partsOf(bytes: Uint8Array): Promise<PngParts> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kept = [bytes.subarray(0, SIGNATURE_BYTES)];
  const packed: Uint8Array<ArrayBuffer>[] = [];
  const besides = new Map<string, string>();
  let [unpacked, colour] = [0, 0];
  for (let at = SIGNATURE_BYTES; at + CHUNK_BYTES <= bytes.length;) {
    const length = view.getUint32(at);
    const name = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const chunk = bytes.subarray(at, at + CHUNK_BYTES + length);
    if (name === "IHDR") {
      unpacked = unpackedBytes(view, at + 8);
      colour = view.getUint8(at + 17);
    }
    if (BESIDES.has(name) || (name === "tRNS" && colour !== INDEXED)) {
      const contents = chunk.subarray(8, 8 + length).toBase64();
      besides.set(name, `${besides.get(name) ?? ""}${contents} `);
    }
    if (name === "eXIf") {
      const said = orientationIn(chunk.subarray(8, 8 + length));
      if (said !== null) besides.set("orientation", said);
    }
    const text = chunk.subarray(8, 8 + length);
    if (name === "iTXt" && startsWith(text, XMP.png)) {
      // Packed or not: a packed one stands for itself.
      if (text[XMP.png.length] === 0) putXmp(besides, text);
      else besides.set("XMP", text.toBase64());
    }
    if (name === "IDAT") packed.push(chunk.slice(8, 8 + length));
    if (NEEDED.has(name)) kept.push(chunk);
    at += CHUNK_BYTES + length;
  }
  await refuseLonger(packed, unpacked);
  const needed = new Uint8Array(
    await new Blob(kept.map((part) => part.slice())).arrayBuffer(),
  );
  return { needed, besides };
}

/** What the pixels of a header unpack to at most, bytes. */
function unpackedBytes(view: DataView, at: number): number {
  const [width, height] = [view.getUint32(at), view.getUint32(at + 4)];
  const bits = view.getUint8(at + 8) * (SAMPLES[view.getUint8(at + 9)] ?? 4);
  refuseLarge(width, height * Math.max(1, bits / 32));
  // A byte before each row, and rows of seven passes where it is interlaced.
  return Math.ceil(width * bits / 8) * height + 16 * (height + width + 8);
}

async function refuseLonger(
  packed: readonly Uint8Array<ArrayBuffer>[],
  limit: number,
): Promise<void> {
  let size = 0;
  // In small pieces: each may unpack to a thousand times its length.
  const pieces = ReadableStream.from(pieceByPiece(packed));
  const stream = pieces.pipeThrough(new DecompressionStream("deflate"));
  for await (const part of stream) {
    size += part.length;
    if (size > limit) {
      throw new RangeError("its data unpacks to more than its size says");
    }
  }
}

function* pieceByPiece(
  parts: readonly Uint8Array<ArrayBuffer>[],
): Generator<Uint8Array<ArrayBuffer>> {
  for (const part of parts) {
    for (let at = 0; at < part.length; at += PIECE_BYTES) {
      yield part.subarray(at, at + PIECE_BYTES);
    }
  }
}
