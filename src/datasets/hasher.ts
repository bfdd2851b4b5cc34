/**
 * SHA-256 that is loaded when it is first used: `node:crypto` costs 25 ms, which an import in a cell must not.
 *
 * @module
 */
import type { Hash } from "node:crypto";
import type { Digest } from "../base/digest.ts";

interface Builtins {
  process: {
    getBuiltinModule(name: "node:crypto"): typeof import("node:crypto");
  };
}

/** A SHA-256 that takes bytes and texts as they come. */
export function sha256Hash(): Hash {
  const { process } = globalThis as unknown as Builtins;
  return process.getBuiltinModule("node:crypto").createHash("sha256");
}

/** Ends a hash as a digest. */
export function digestOf(hash: Hash): Digest {
  return `sha256:${hash.digest("hex")}`;
}
