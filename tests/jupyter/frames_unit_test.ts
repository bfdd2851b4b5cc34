import { assert, assertEquals, assertThrows } from "@std/assert";
import { concat } from "../../src/base/bytes.ts";
import { randomFrom } from "../../src/base/repeatable_random.ts";
import {
  encodeFrame,
  type Frame,
  FrameDecoder,
  isZmtpError,
  ZmtpError,
} from "../../src/jupyter/frames.ts";
import { Queue } from "../../src/jupyter/queue.ts";

function randomFrames(random: () => number, count: number): Frame[] {
  return Array.from({ length: count }, () => {
    const sizes = [0, 1, 254, 255, 256, 257, Math.floor(random() * 9000)];
    const body = new Uint8Array(sizes[Math.floor(random() * sizes.length)] ?? 0)
      .map(() => Math.floor(random() * 256));
    const command = random() < 0.2;
    return { body, command, more: !command && random() < 0.5 };
  });
}

Deno.test("a frame of 255 bytes is short, one of 256 is long, and both come out as they went in", () => {
  for (const [length, header] of [[0, 2], [255, 2], [256, 9], [70_000, 9]]) {
    const body = new Uint8Array(length ?? 0).fill(7);
    const encoded = encodeFrame({ body, command: false, more: true });
    assertEquals(encoded.length, (length ?? 0) + (header ?? 0));
    assertEquals(new FrameDecoder().push(encoded), [
      { body, command: false, more: true },
    ]);
  }
});

Deno.test("frames come out the same in whatever pieces their bytes arrive", () => {
  const random = randomFrom(20261123);
  for (let round = 0; round < 60; round++) {
    const frames = randomFrames(random, 1 + Math.floor(random() * 12));
    const stream = concat(frames.map(encodeFrame));
    const most = 1 + Math.floor(random() * (round % 2 === 0 ? 4 : 5000));
    const decoder = new FrameDecoder();
    const decoded: Frame[] = [];
    for (let at = 0; at < stream.length;) {
      const end = at + 1 + Math.floor(random() * most);
      decoded.push(...decoder.push(stream.subarray(at, end)));
      at = end;
    }
    assertEquals(decoded, frames);
    assert(!decoder.partial);
  }
});

Deno.test("random bytes give frames that encode to those bytes again, or a ZmtpError", () => {
  const random = randomFrom(7);
  let refused = 0;
  for (let round = 0; round < 3000; round++) {
    const noise = new Uint8Array(Math.floor(random() * 60))
      .map(() => Math.floor(random() * 256));
    if (random() < 0.7 && noise.length > 0) noise[0] = (noise[0] ?? 0) & 7;
    const decoder = new FrameDecoder();
    try {
      for (const frame of decoder.push(noise)) {
        const again = new FrameDecoder().push(encodeFrame(frame));
        assertEquals(again, [frame]);
      }
    } catch (error) {
      assert(isZmtpError(error), String(error));
      refused++;
    }
  }
  assert(refused > 500 && refused < 2500, `${refused} refused`);
});

Deno.test("a frame of more than 2^31 bytes is refused by its header alone", () => {
  const header = new Uint8Array(9);
  header[0] = 2;
  const length = new DataView(header.buffer);
  length.setBigUint64(1, 2n ** 31n);
  assertEquals(new FrameDecoder().push(header), []);
  length.setBigUint64(1, 2n ** 31n + 1n);
  assertThrows(() => new FrameDecoder().push(header), ZmtpError, "2147483649");
  length.setBigUint64(1, 2n ** 64n - 1n);
  assertThrows(() => new FrameDecoder().push(header), ZmtpError);
});

Deno.test("flags that no frame has are refused", () => {
  for (const flags of [8, 0x80, 0xff, 5, 7]) {
    assertThrows(
      () => new FrameDecoder().push(Uint8Array.of(flags, 0)),
      ZmtpError,
      "flags",
    );
  }
});

Deno.test("a frame of 64 MB arrives in pieces of 64 KB as one body", () => {
  const size = 64 * 2 ** 20;
  const decoder = new FrameDecoder();
  const header = encodeFrame({
    body: new Uint8Array(256),
    command: false,
    more: false,
  }).slice(0, 9);
  new DataView(header.buffer).setBigUint64(1, BigInt(size));
  assertEquals(decoder.push(header), []);
  const piece = new Uint8Array(2 ** 16).fill(3);
  let frames: Frame[] = [];
  for (let i = 0; i < size / piece.length; i++) frames = decoder.push(piece);
  const [frame] = frames;
  assertEquals(frame?.body.length, size);
  assert(frame?.body.every((b) => b === 3));
});

Deno.test("a queue gives its items in the order they came, also when it is filled and emptied in turns", () => {
  const random = randomFrom(3);
  const queue = new Queue<number>();
  const plain: number[] = [];
  for (let i = 0; i < 20_000; i++) {
    if (random() < 0.52) {
      queue.push(i);
      plain.push(i);
    } else {
      assertEquals(queue.shift(), plain.shift());
    }
    assertEquals(queue.length, plain.length);
  }
});
