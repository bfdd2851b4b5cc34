/**
 * Signatures of messages: HMAC-SHA256, as RFC 2104 makes it of two digests. A kernel signs hundreds of short messages
 * a second, of which `createHmac` takes five times as long.
 *
 * @module
 */
import { createHmac, hash } from "node:crypto";
import { concat } from "../base/bytes.ts";

/** Parts that are shorter together are signed in one piece, bytes: copying them costs less than a call for each. */
const ONE_PIECE_BYTES = 64 * 1024;
/** What SHA-256 takes in at a time, bytes. */
const BLOCK_BYTES = 64;
const INNER = 0x36;
const OUTER = 0x5c;

/** A key as its two digests begin with it. */
interface Pads {
  key: string;
  inner: Uint8Array;
  outer: Uint8Array;
}

/** Those of the key that was used last: a process hears one kernel, or few. */
let last: Pads | null = null;

/** The signature of a message's parts, 64 hex digits; empty where the key is, as nothing is signed then. */
export function sign(key: string, parts: readonly Uint8Array[]): string {
  if (key === "") return "";
  const bytes = parts.reduce((n, part) => n + part.length, 0);
  if (bytes > ONE_PIECE_BYTES) {
    const hmac = createHmac("sha256", key);
    for (const part of parts) hmac.update(part);
    return hmac.digest("hex");
  }
  if (last?.key !== key) last = padsOf(key);
  const { inner, outer } = last;
  const digest = Uint8Array.fromHex(
    hash("sha256", concat([inner, ...parts]), "hex"),
  );
  return hash("sha256", concat([outer, digest]), "hex");
}

function padsOf(key: string): Pads {
  const text = new TextEncoder().encode(key);
  const bytes = text.length > BLOCK_BYTES
    ? Uint8Array.fromHex(hash("sha256", text, "hex"))
    : text;
  const padded = (pad: number) => {
    const block = new Uint8Array(BLOCK_BYTES).fill(pad);
    bytes.forEach((byte, i) => block[i] = byte ^ pad);
    return block;
  };
  return { key, inner: padded(INNER), outer: padded(OUTER) };
}
