/**
 * Which parts of what a cell shows chance decides, and whether any other part changed.
 *
 * @module
 */
import type { AnyOutput } from "../notebook/outputs.ts";

/** What a part of a text is: a word, a number, or one character between them. */
const PARTS = /[\p{L}\p{N}_]+|[^\p{L}\p{N}_]/gu;
/** Longest text that is split into parts, characters. */
const MAX_CHARS = 1 << 20;

/**
 * Whether something that chance does not decide came out different. Null where the texts cannot be laid side by side.
 *
 * @param steady Outputs of runs without a change: where they differ, chance decides.
 * @param changed Outputs of runs with the change; those must agree with each other.
 */
export function partsChanged(
  steady: readonly (readonly AnyOutput[])[],
  changed: readonly (readonly AnyOutput[])[],
): boolean | null {
  const [first = [], ...others] = steady.map(partsOf);
  const [tried = [], ...again] = changed.map(partsOf);
  if (others.some((parts) => parts.length !== first.length)) return null;
  if (again.some((parts) => parts.length !== tried.length)) return null;
  if (tried.length !== first.length) return true;
  return first.some((part, i) =>
    others.every((parts) => parts[i] === part) &&
    again.every((parts) => parts[i] === tried[i]) && tried[i] !== part
  );
}

function partsOf(outputs: readonly AnyOutput[]): string[] {
  const text = outputs.map((output) =>
    output.output_type === "stream"
      ? String(output["text"] ?? "")
      : JSON.stringify([output["data"], output["ename"], output["evalue"]])
  ).join("\n");
  return text.slice(0, MAX_CHARS).match(PARTS) ?? [];
}
