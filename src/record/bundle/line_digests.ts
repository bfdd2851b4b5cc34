/**
 * Digests of a text's prefixes: enough to name the first line that differs from a text one no longer has.
 *
 * @module
 */
import { createHash } from "node:crypto";

/** Larger contents get none. */
export const MAX_DIGESTED_BYTES = 64 << 20;
/** Most prefixes of a file that are digested. */
const MAX_PREFIXES = 1024;
/** Hex digits that are kept of a digest. */
const DIGITS = 8;
const NEWLINE = 10;

/** Digests of a text's prefixes. */
export interface LineDigests {
  /** Lines between the ends of two prefixes. */
  every: number;
  /** The first digits of each prefix's SHA-256, one after the other. */
  digests: string;
}

/** The digests of a text's prefixes, from its bytes. */
export function lineDigests(bytes: Uint8Array): LineDigests {
  let lines = 0;
  for (const byte of bytes) if (byte === NEWLINE) lines++;
  const every = Math.max(1, Math.ceil((lines + 1) / MAX_PREFIXES));
  return { every, digests: [...digestsOf(bytes, every)].join("") };
}

/**
 * Where a text first differs from the recorded one.
 *
 * @returns the first and last line, from 1, between which the first difference lies; null when there is none
 */
export function firstDifference(
  bytes: Uint8Array,
  recorded: LineDigests,
): { first: number; last: number } | null {
  const { every } = recorded;
  const before = recorded.digests.match(new RegExp(`.{${DIGITS}}`, "g")) ?? [];
  const now = [...digestsOf(bytes, every)];
  const count = Math.max(before.length, now.length);
  for (let i = 0; i < count; i++) {
    if (before[i] === now[i]) continue;
    return { first: i * every + 1, last: (i + 1) * every };
  }
  return null;
}

function* digestsOf(bytes: Uint8Array, every: number): Generator<string> {
  const hash = createHash("sha256");
  let from = 0;
  let lines = 0;
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] !== NEWLINE || ++lines % every !== 0) continue;
    hash.update(bytes.subarray(from, at + 1));
    from = at + 1;
    yield hash.copy().digest("hex").slice(0, DIGITS);
  }
  hash.update(bytes.subarray(from));
  if (from < bytes.length) yield hash.digest("hex").slice(0, DIGITS);
}
