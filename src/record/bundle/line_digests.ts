/**
 * Marks of a text's prefixes: enough to name the first line that differs from a text one no longer has.
 *
 * @module
 */
import { createHash } from "node:crypto";

/** Larger contents get no marks. */
export const MAX_MARKED_BYTES = 64 << 20;
/** Most marks a file gets. */
const MAX_MARKS = 1024;
/** Hex digits of a mark. */
const MARK_CHARS = 8;
const NEWLINE = 10;

/** Marks of a text. */
export interface LineDigests {
  /** Lines between two marks. */
  every: number;
  /** The marks, one after the other. */
  marks: string;
}

/** The marks of a text's bytes. */
export function lineDigests(bytes: Uint8Array): LineDigests {
  let lines = 0;
  for (const byte of bytes) if (byte === NEWLINE) lines++;
  const every = Math.max(1, Math.ceil((lines + 1) / MAX_MARKS));
  return { every, marks: [...marksOf(bytes, every)].join("") };
}

/**
 * Where a text first differs from the marked one.
 *
 * @returns the first and last line, from 1, between which the first difference lies; null when there is none
 */
export function firstDifference(
  bytes: Uint8Array,
  recorded: LineDigests,
): { first: number; last: number } | null {
  const { every } = recorded;
  const before = recorded.marks.match(new RegExp(`.{${MARK_CHARS}}`, "g")) ??
    [];
  const now = [...marksOf(bytes, every)];
  const count = Math.max(before.length, now.length);
  for (let i = 0; i < count; i++) {
    if (before[i] === now[i]) continue;
    return { first: i * every + 1, last: (i + 1) * every };
  }
  return null;
}

function* marksOf(bytes: Uint8Array, every: number): Generator<string> {
  const hash = createHash("sha256");
  let from = 0;
  let lines = 0;
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] !== NEWLINE || ++lines % every !== 0) continue;
    hash.update(bytes.subarray(from, at + 1));
    from = at + 1;
    yield hash.copy().digest("hex").slice(0, MARK_CHARS);
  }
  hash.update(bytes.subarray(from));
  if (from < bytes.length) yield hash.digest("hex").slice(0, MARK_CHARS);
}
