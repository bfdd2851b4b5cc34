import { assert, assertEquals, assertThrows } from "@std/assert";
import { concat } from "../../src/base/bytes.ts";
import { DELIMITER } from "../../src/jupyter/delimiter.ts";
import { encodeFrame, ZmtpError } from "../../src/jupyter/frames.ts";
import { MultipartDecoder } from "../../src/jupyter/multipart.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const texts = (parts: readonly Uint8Array[]) =>
  parts.map((part) => new TextDecoder().decode(part));

/** A message as the kernel publishes it. */
function message(...contents: string[]): Uint8Array {
  const parts = [DELIMITER, ...contents.map(bytes)];
  return concat(
    parts.map((body, i) =>
      encodeFrame({ body, command: false, more: i < parts.length - 1 })
    ),
  );
}

/** Pushes bytes in pieces of a size. */
function inPieces(
  decoder: MultipartDecoder,
  all: Uint8Array,
  size: number,
): string[][] {
  const messages: Uint8Array[][] = [];
  for (let at = 0; at < all.length; at += size) {
    messages.push(...decoder.push(all.slice(at, at + size)));
  }
  return messages.map(texts);
}

const LONG = message("sig", "{}", "{}", "{}", `{"text":"${"x".repeat(600)}"}`);
const SHORT = message("other", "{}", "{}", "{}", `{"state":"idle"}`);

Deno.test("messages one behind the other come out whole, whatever pieces they arrive in", () => {
  const all = concat([LONG, SHORT, SHORT, LONG]);
  for (const size of [1, 2, 3, 7, 64, all.length]) {
    const decoder = new MultipartDecoder({ delimiter: DELIMITER });
    const messages = inPieces(decoder, all, size);
    assertEquals(messages.map((m) => m[1]), ["sig", "other", "other", "sig"]);
    assertEquals(messages[3]?.[5]?.length, 611);
    assertEquals(decoder.partial, false);
  }
});

Deno.test("a message that was written into another comes out of it, at every offset and in all pieces", () => {
  for (let at = 1; at < LONG.length; at++) {
    const all = concat([LONG.subarray(0, at), SHORT, LONG.subarray(at), SHORT]);
    for (const size of [1, 13, all.length]) {
      const decoder = new MultipartDecoder({ delimiter: DELIMITER });
      const messages = inPieces(decoder, all, size);
      assertEquals(
        messages.map((m) => m[1]),
        ["other", "sig", "other"],
        `at ${at} in pieces of ${size}`,
      );
      assertEquals(messages[1]?.[5]?.length, 611);
      assertEquals(decoder.partial, false);
    }
  }
});

Deno.test("messages within messages within messages come out", () => {
  const middle = concat([SHORT.subarray(0, 30), SHORT, SHORT.subarray(30)]);
  const all = concat([
    LONG.subarray(0, 99),
    middle,
    LONG.subarray(99, 200),
    SHORT,
    LONG.subarray(200),
  ]);
  const decoder = new MultipartDecoder({ delimiter: DELIMITER });
  assertEquals(
    inPieces(decoder, all, 11).map((m) => m[1]),
    ["other", "other", "other", "sig"],
  );
});

Deno.test("a part that is too long to be held is passed on without what was written into it", () => {
  for (let at = 1; at < LONG.length; at += 5) {
    const passed: Uint8Array[] = [];
    const before: string[][] = [];
    const decoder = new MultipartDecoder({
      delimiter: DELIMITER,
      long: {
        over_bytes: 500,
        open: (_, frames) => {
          before.push(texts(frames.map((f) => f.body)));
          return {
            update: (part) => void passed.push(part.slice()),
            end: () => bytes("long"),
          };
        },
      },
    });
    const all = concat([LONG.subarray(0, at), SHORT, LONG.subarray(at)]);
    assertEquals(
      inPieces(decoder, all, 50).map((m) => m[5]),
      [`{"state":"idle"}`, "long"],
    );
    assertEquals(texts([concat(passed)]), [`{"text":"${"x".repeat(600)}"}`]);
    assertEquals(before, [["<IDS|MSG>", "sig", "{}", "{}", "{}"]]);
  }
});

Deno.test("without a delimiter nothing is taken out, and a stream that is out of step is refused", () => {
  const all = concat([LONG.subarray(0, 300), SHORT, LONG.subarray(300), SHORT]);
  assertThrows(
    () => new MultipartDecoder().push(all),
    ZmtpError,
    "its flags are",
  );
});

Deno.test("the delimiter behind a topic or a routing id begins no other message", () => {
  const topic = encodeFrame({ body: bytes("t"), command: false, more: true });
  const decoder = new MultipartDecoder({ delimiter: DELIMITER });
  const [first, second] = decoder.push(concat([topic, SHORT, topic, SHORT]));
  assertEquals(first?.length, 7);
  assertEquals(texts(second ?? [])[0], "t");
});

Deno.test("a message whose end has not come is partial, and so is the beginning of a delimiter", () => {
  const decoder = new MultipartDecoder({ delimiter: DELIMITER });
  assertEquals(decoder.push(SHORT.subarray(0, 3)), []);
  assert(decoder.partial);
  assertEquals(decoder.push(SHORT.subarray(3)).length, 1);
  assertEquals(decoder.partial, false);
});
