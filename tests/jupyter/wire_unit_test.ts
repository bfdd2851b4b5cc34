import { assert, assertEquals, assertThrows } from "@std/assert";
import { concat } from "../../src/base/bytes.ts";
import {
  decodeMessage,
  encodeMessage,
  isMessageError,
  isSignatureError,
  MessageError,
  newMessage,
  SignatureError,
} from "../../src/jupyter/wire.ts";
import { bytes } from "./support.ts";

const KEY = "one-key";

function example() {
  return newMessage("execute_request", { code: "größe 🐧" }, "a-session");
}

function decodeError(frames: Uint8Array[]): unknown {
  try {
    decodeMessage(KEY, frames);
  } catch (error) {
    return error;
  }
  return null;
}

/** The parts of a message with one of them replaced, signed anew. */
async function resigned(part: number, content: string): Promise<Uint8Array[]> {
  const frames = encodeMessage(KEY, example());
  frames[2 + part] = bytes(content);
  const key = await crypto.subtle.importKey(
    "raw",
    new TextEncoder().encode(KEY),
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["sign"],
  );
  const signed = new Uint8Array(concat(frames.slice(2, 6)));
  const mac = new Uint8Array(await crypto.subtle.sign("HMAC", key, signed));
  frames[1] = bytes(mac.toHex());
  return frames;
}

Deno.test("a message comes out as it went in, its buffers too, whatever stands before the delimiter", () => {
  const message = { ...example(), buffers: [Uint8Array.of(1, 2), bytes("x")] };
  const frames = encodeMessage(KEY, message);
  assertEquals(frames.length, 8);
  assertEquals(decodeMessage(KEY, frames), message);
  assertEquals(decodeMessage(KEY, [bytes("peer"), ...frames]), message);
  assertEquals(decodeMessage("", encodeMessage("", message)), message);
});

Deno.test("a new message says who sent it, when, and by which version of the protocol", () => {
  const { header, parent_header } = example();
  assertEquals(header.version, "5.3");
  assertEquals(header.session, "a-session");
  assertEquals(new Date(header.date).toISOString(), header.date);
  assert(header.msg_id !== example().header.msg_id);
  assertEquals(parent_header, {});
});

Deno.test("a message is signed with HMAC-SHA256 over header, parent header, metadata and content", async () => {
  const frames = encodeMessage(KEY, example());
  const again = await resigned(0, new TextDecoder().decode(frames[2]));
  assertEquals(again[1], frames[1]);
});

Deno.test("a message with another key or a changed part is refused", () => {
  const frames = encodeMessage(KEY, example());
  assertThrows(() => decodeMessage("another-key", frames), SignatureError);
  for (let part = 1; part < 6; part++) {
    const changed = [...frames];
    changed[part] = bytes('{"changed":1}');
    const error = decodeError(changed);
    assert(isSignatureError(error), `part ${part}: ${error}`);
    assert(!isMessageError(error));
  }
  const shorter = [...frames];
  shorter[1] = (frames[1] as Uint8Array).subarray(0, 10);
  assert(isSignatureError(decodeError(shorter)));
});

Deno.test("a message without delimiter or with too few parts is a MessageError", () => {
  const frames = encodeMessage(KEY, example());
  assertThrows(() => decodeMessage(KEY, frames.slice(1)), MessageError, "no <");
  assertThrows(() => decodeMessage(KEY, []), MessageError);
  for (const length of [1, 2, 3, 5]) {
    assertThrows(
      () => decodeMessage(KEY, frames.slice(0, length)),
      MessageError,
      "of its 4 parts",
    );
  }
});

Deno.test("a well signed message of broken JSON, of no objects or without a type is a MessageError", async () => {
  for (
    const [part, content, because] of [
      [3, "{", "content of 1 bytes is no JSON"],
      [0, "", "header of 0 bytes is no JSON"],
      [2, "[]", "metadata is no object"],
      [1, "5", "parent header is no object"],
      [0, '{"msg_id":"x"}', "no msg_type"],
      [0, '{"msg_type":"x"}', "no msg_id"],
    ] as const
  ) {
    const frames = await resigned(part, content);
    assertThrows(() => decodeMessage(KEY, frames), MessageError, because);
  }
  assertEquals(decodeMessage(KEY, await resigned(1, "null")).parent_header, {});
});
