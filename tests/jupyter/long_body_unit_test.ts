import { assert, assertEquals, assertThrows } from "@std/assert";
import { concat } from "../../src/base/bytes.ts";
import { sha256 } from "../../src/base/digest.ts";
import { encodeFrame, FrameDecoder } from "../../src/jupyter/frames.ts";
import { LongBody, longPartOf } from "../../src/jupyter/long_body.ts";
import {
  decodeMessage,
  encodeMessage,
  newMessage,
  SignatureError,
} from "../../src/jupyter/wire.ts";

const KEY = "a-key";
const LIMIT = 1000;

/** A decoder that takes long bodies under a key, and the parts it has given so far. */
function decoder(key: string): { push: (bytes: Uint8Array) => Uint8Array[] } {
  const parts: Uint8Array[] = [];
  const frames = new FrameDecoder({
    over_bytes: LIMIT,
    open: (length, now) =>
      new LongBody(length, key, [...parts, ...now.map((f) => f.body)]),
  });
  return {
    push(bytes) {
      parts.push(...frames.push(bytes).map((f) => f.body));
      return parts;
    },
  };
}

const message = newMessage(
  "stream",
  { name: "stdout", text: "é".repeat(200_000) },
  "session",
);
const encoded = encodeMessage(KEY, message);
const wire = concat(
  encoded.map((body, i) =>
    encodeFrame({ body, command: false, more: i < encoded.length - 1 })
  ),
);

Deno.test("a content that is too long is known by head, length and digest, however it is cut", () => {
  for (const size of [1, 7, 255, 4096, 65_536, wire.length]) {
    const from = size === 1 ? 2000 : wire.length;
    const { push } = decoder(KEY);
    let parts = push(wire.subarray(0, wire.length - from));
    for (let at = wire.length - from; at < wire.length; at += size) {
      parts = push(wire.slice(at, at + size));
    }
    const decoded = decodeMessage(KEY, parts);
    const json = JSON.stringify(message.content);
    assertEquals(decoded.header, message.header);
    assertEquals(decoded.content, {});
    assertEquals(decoded.long?.digest, sha256(json));
    assertEquals(decoded.long?.length, new TextEncoder().encode(json).length);
    const head = decoded.long?.head ?? "";
    assert(head.length > 1000 && json.startsWith(head.slice(0, -1)));
  }
});

Deno.test("a long content that was signed with another key is refused", () => {
  const parts = decoder("another-key").push(wire);
  assertThrows(() => decodeMessage(KEY, parts), SignatureError);
  assertThrows(() => decodeMessage("another-key", parts), SignatureError);
  const changed = wire.slice();
  changed[changed.length - 10] = 0x41;
  const other = decoder(KEY).push(changed);
  assertThrows(() => decodeMessage(KEY, other), SignatureError);
});

Deno.test("a content up to the limit is whole", () => {
  const small = encodeMessage(KEY, newMessage("stream", { a: 1 }, "s"));
  const { push } = decoder(KEY);
  const parts = push(concat(
    small.map((body, i) =>
      encodeFrame({ body, command: false, more: i < small.length - 1 })
    ),
  ));
  assert(parts.every((part) => longPartOf(part) === undefined));
  assertEquals(decodeMessage(KEY, parts).content, { a: 1 });
});
