import { assertEquals } from "@std/assert";
import encodeWebp from "npm:@jsquash/webp@1.5.0/encode.js";
import { encode as encodePng } from "npm:fast-png@8.0.0";
import { encode as encodeJpeg } from "npm:jpeg-js@0.4.4";
import { GifWriter } from "npm:omggif@1.0.10";
import { crc32, deflateSync } from "node:zlib";
import { pictureDifference } from "../../src/reproduce/compare/pictures/isolated.ts";

const SIZE = { width: 16, height: 16 };
const RGBA = new Uint8ClampedArray(16 * 16 * 4).fill(200);
const bytesOf = (text: string) => new TextEncoder().encode(text);
const joined = (...parts: (Uint8Array | readonly number[])[]) =>
  Uint8Array.from(parts.flatMap((part) => [...part]));
const DIFFERS = "the pixels are the same, what says how to show them is not: ";

/** XMP with an orientation, as an attribute or as an element, and the day it was written. */
function xmp(orientation: number, day: number, element = false): string {
  const said = element
    ? `><tiff:Orientation> ${orientation}</tiff:Orientation>`
    : ` tiff:Orientation="${orientation}">`;
  return `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description xmp:CreateDate="2026-11-0${day}"${said}</rdf:Description></x:xmpmeta>`;
}

function gif(name = "", data = new Uint8Array(), inParts = true): Uint8Array {
  const bytes = new Uint8Array(2000);
  const writer = new GifWriter(bytes, 2, 2, { palette: [0, 0xffffff] });
  writer.addFrame(0, 0, 2, 2, [0, 1, 1, 0], { palette: [0, 0xff0000] });
  writer.addFrame(0, 0, 2, 2, [1, 1, 1, 0]);
  const whole = bytes.slice(0, writer.end());
  if (name === "") return whole;
  const block = joined(
    [0x21, 0xff, 11],
    bytesOf(name),
    inParts ? [data.length] : [],
    data,
    [0],
  );
  // Before the end, behind two frames and their tables of colours.
  return joined(whole.subarray(0, -1), block, whole.subarray(-1));
}

/** XMP in GIF is no list of parts: what follows it leads whoever reads it so to its end. */
const TRAILER = [1, ...Array.from({ length: 256 }, (_, i) => 255 - i)];

function png(packed = false, text = ""): Uint8Array {
  const whole = encodePng({ ...SIZE, data: new Uint8Array(RGBA) });
  if (text === "") return whole;
  const data = joined(
    bytesOf("iTXtXML:com.adobe.xmp\0"),
    [packed ? 1 : 0, 0, 0, 0],
    packed ? deflateSync(text) : bytesOf(text),
  );
  const [length, sum] = [new Uint8Array(4), new Uint8Array(4)];
  new DataView(length.buffer).setUint32(0, data.length - 4);
  new DataView(sum.buffer).setUint32(0, crc32(data));
  return joined(whole.subarray(0, 33), length, data, sum, whole.subarray(33));
}

function jpeg(text = ""): Uint8Array {
  const { data } = encodeJpeg({ data: RGBA, ...SIZE }, 90);
  const part = joined(bytesOf("http://ns.adobe.com/xap/1.0/\0"), bytesOf(text));
  const head = [0xff, 0xe1, (part.length + 2) >> 8, (part.length + 2) & 0xff];
  return text === ""
    ? new Uint8Array(data)
    : joined(data.subarray(0, 2), head, part, data.subarray(2));
}

async function webp(text = ""): Promise<Uint8Array> {
  const plain = new Uint8Array(
    await encodeWebp(new ImageData(RGBA, 16, 16), { lossless: 1 }),
  );
  const even = text.length % 2 === 0 ? text : `${text} `;
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, even.length, true);
  const all = text === ""
    ? plain
    : joined(plain, bytesOf("XMP "), length, bytesOf(even));
  new DataView(all.buffer).setUint32(4, all.length - 8, true);
  return all;
}

Deno.test("the colour space of a GIF is part of it", async () => {
  const icc = (n: number) => gif("ICCRGBG1012", new Uint8Array([n, n]));
  const compared = (then: Uint8Array, now: Uint8Array) =>
    pictureDifference("image/gif", then, now);
  assertEquals(await compared(icc(1), icc(2)), `${DIFFERS}ICC`);
  assertEquals(await compared(gif(), icc(2)), `${DIFFERS}ICC`);
  const other = gif("NOTHING 1.0", new Uint8Array([1]));
  assertEquals(await compared(gif(), other), null);
});

Deno.test("by which side a picture is up is part of it where XMP says so; the day in it is not", async () => {
  const files: Record<string, (text?: string) => Promise<Uint8Array>> = {
    "image/jpeg": (text) => Promise.resolve(jpeg(text)),
    "image/png": (text) => Promise.resolve(png(false, text)),
    "image/webp": webp,
    "image/gif": (text = "") =>
      Promise.resolve(
        text === ""
          ? gif()
          : gif("XMP DataXMP", joined(bytesOf(text), TRAILER), false),
      ),
  };
  const up = `${DIFFERS}orientation in XMP`;
  for (const [type, file] of Object.entries(files)) {
    const compared = async (then: string, now: string) =>
      await pictureDifference(type, await file(then), await file(now));
    assertEquals(await compared(xmp(6, 1), xmp(8, 1)), up, type);
    assertEquals(await compared("", xmp(3, 1, true)), up, type);
    assertEquals(await compared("", xmp(1, 1)), null, type);
    assertEquals(await compared(xmp(6, 1), xmp(6, 2, true)), null, type);
  }
});

Deno.test("XMP that is packed stands for itself", async () => {
  const compared = (then: string, now: string) =>
    pictureDifference("image/png", png(true, then), png(true, now));
  assertEquals(await compared(xmp(6, 1), xmp(8, 1)), `${DIFFERS}XMP`);
  assertEquals(await compared(xmp(6, 1), xmp(6, 1)), null);
});
