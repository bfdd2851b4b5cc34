/**
 * Content digests: SHA-256, written as `sha256:` and 64 hex digits, as `sha256sum` prints them.
 *
 * @module
 */
import { createHash } from "node:crypto";

/** `sha256:` and 64 hex digits. */
export type Digest = `sha256:${string}`;

/** The digest of bytes or of a text's UTF-8 bytes. */
export function sha256(content: Uint8Array | string): Digest {
  return `sha256:${createHash("sha256").update(content).digest("hex")}`;
}
