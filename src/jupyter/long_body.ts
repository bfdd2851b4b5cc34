/**
 * Parts of messages that are too long to be held in memory: their head is kept, what follows passes through a digest and
 * through the signature's check.
 *
 * Loaded before the recorder subscribes: it loads no library before the first long part.
 *
 * @module
 */
import type { Hash, Hmac } from "node:crypto";
import { type Digest, newSha256 } from "../base/digest.ts";
import type { LongSink } from "./frames.ts";

/** Of a long part this much is kept, bytes. */
const HEAD_BYTES = 64 * 1024;

/** What is known of a long part besides its head. */
export interface LongPart {
  /** Its length, bytes. */
  length: number;
  digest: Digest;
  /** The HMAC-SHA256 of the three parts before it and of itself, as a message's signature has it. */
  signature: string;
}

const LONG = new WeakMap<Uint8Array, LongPart>();

/** What is known of a long part by its head; undefined for a part that is whole. */
export function longPartOf(part: Uint8Array): LongPart | undefined {
  return LONG.get(part);
}

/** Takes in a long part piece by piece. */
export class LongBody implements LongSink {
  readonly #length: number;
  readonly #head: Uint8Array;
  readonly #hash: Hash = newSha256();
  readonly #hmac: Hmac;
  #taken = 0;

  /** @param before The message's parts before this one. */
  constructor(length: number, key: string, before: readonly Uint8Array[]) {
    this.#length = length;
    this.#head = new Uint8Array(Math.min(length, HEAD_BYTES));
    const { createHmac } = globalThis.process.getBuiltinModule("node:crypto");
    this.#hmac = createHmac("sha256", key);
    for (const part of before.slice(-3)) this.#hmac.update(part);
  }

  /** Takes in the next bytes. */
  update(bytes: Uint8Array): void {
    if (this.#taken < this.#head.length) {
      const room = this.#head.length - this.#taken;
      this.#head.set(bytes.subarray(0, room), this.#taken);
    }
    this.#taken += bytes.length;
    this.#hash.update(bytes);
    this.#hmac.update(bytes);
  }

  /** Its head, by which the whole is known. */
  end(): Uint8Array {
    LONG.set(this.#head, {
      length: this.#length,
      digest: `sha256:${this.#hash.digest("hex")}`,
      signature: this.#hmac.digest("hex"),
    });
    return this.#head;
  }
}
