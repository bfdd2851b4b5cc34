/**
 * Content digests: SHA-256, written as `sha256:` and 64 hex digits, as `sha256sum` prints them.
 *
 * @module
 */
import type { Hash } from "node:crypto";

/** `sha256:` and 64 hex digits. */
export type Digest = `sha256:${string}`;

/** A SHA-256 that is fed piece by piece. `node:crypto` is loaded at the first one: it costs a kernel some 20 ms. */
export function newSha256(): Hash {
  return globalThis.process.getBuiltinModule("node:crypto").createHash(
    "sha256",
  );
}

/** The digest of bytes or of a text's UTF-8 bytes. */
export function sha256(content: Uint8Array | string): Digest {
  const { hash } = globalThis.process.getBuiltinModule("node:crypto");
  return `sha256:${hash("sha256", content, "hex")}`;
}
