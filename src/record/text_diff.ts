/**
 * Differences between texts and between lists of texts.
 *
 * @module
 */
import { diffArrays, structuredPatch } from "npm:diff@9.0.0";

/** Longest time one difference may take, milliseconds. */
const TIMEOUT_MS = 1000;
/** Of texts in which more lines differ no difference is made: it takes memory with the square of it. */
const MOST_LINES = 1000;

/** A stretch of two lists: the same on both sides, or what is on one side only. */
export interface Stretch {
  type: "same" | "removed" | "added";
  count: number;
}

/** The longest common order of two lists; when it takes too long, all is removed and added. */
export function diffLists(
  before: readonly string[],
  after: readonly string[],
): Stretch[] {
  const parts = diffArrays([...before], [...after], { timeout: TIMEOUT_MS });
  if (parts === undefined) {
    return [{ type: "removed", count: before.length }, {
      type: "added",
      count: after.length,
    }];
  }
  return parts.map((part) => ({
    type: part.added ? "added" : part.removed ? "removed" : "same",
    count: part.value.length,
  }));
}

/** The lines that differ between two texts, with three lines around, as a unified diff without file names. */
export function diffText(before: string, after: string): string {
  const patch = structuredPatch("", "", before, after, "", "", {
    context: 3,
    timeout: TIMEOUT_MS,
    maxEditLength: MOST_LINES,
  });
  if (patch === undefined) {
    return `@@ ${before.split("\n").length} lines became ${
      after.split("\n").length
    } @@`;
  }
  return patch.hunks.flatMap((hunk) => [
    `@@ -${hunk.oldStart},${hunk.oldLines} +${hunk.newStart},${hunk.newLines} @@`,
    ...hunk.lines.filter((line) => !line.startsWith("\\")),
  ]).join("\n");
}

/** How alike two texts are by their lines: 0 nothing, 1 all. */
export function likeness(a: string, b: string): number {
  const left = lines(a);
  const right = lines(b);
  if (left.length + right.length === 0) return 1;
  const counts = new Map<string, number>();
  for (const line of left) counts.set(line, (counts.get(line) ?? 0) + 1);
  let shared = 0;
  for (const line of right) {
    const n = counts.get(line) ?? 0;
    if (n === 0) continue;
    counts.set(line, n - 1);
    shared++;
  }
  return 2 * shared / (left.length + right.length);
}

function lines(text: string): string[] {
  return text.split("\n").map((line) => line.trim()).filter((line) =>
    line !== ""
  );
}
