/**
 * Which parts of a text chance decides, and whether any other part changed.
 *
 * @module
 */
import { DATES, DURATIONS } from "./compare/times.ts";

/** What a part of a text is: a UUID, a date, a time with its unit, a number with its sign, a word, or one character between them. */
const PARTS = new RegExp(
  [
    String
      .raw`(?<![\p{L}\p{N}_-])\p{AHex}{8}(?:-\p{AHex}{4}){3}-\p{AHex}{12}(?![\p{L}\p{N}_])`,
    DATES.source,
    DURATIONS.source,
    String
      .raw`(?:(?<![\p{L}\p{N}_.)\]-])|(?<=\x1b\[[\d;]{0,12}m))-\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![\p{L}\p{N}_])`,
    String.raw`\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![\p{L}\p{N}_])`,
    String.raw`[\p{L}\p{N}_]+`,
    String.raw`[^\p{L}\p{N}_]`,
  ].join("|"),
  "gu",
);
/** Larger parts, for texts in which chance decides how many of the small ones there are: between brackets, quotes and commas, then between spaces. */
const LARGER_PARTS = [/[^\s,;:|()[\]{}<>"'`]+|\s|[^\s]/gu, /\S+|\s/gu];
/** Longest text that is split into parts, characters. */
const MAX_CHARS = 1 << 20;

/**
 * Whether something that chance does not decide came out different. Null where the texts cannot be laid side by side.
 *
 * @param steady Texts of runs without a change: where they differ, chance decides.
 * @param changed Texts of runs with the change; those must agree with each other.
 */
export function partsChanged(
  steady: readonly string[],
  changed: readonly string[],
): boolean | null {
  if ([...steady, ...changed].some((text) => text.length > MAX_CHARS)) {
    return null;
  }
  for (const pattern of [PARTS, ...LARGER_PARTS]) {
    const found = changedBy(pattern, { steady, changed });
    // What nothing changed in large parts can be changed inside of one.
    if (found === true || found === false && pattern === PARTS) return found;
  }
  return null;
}

function changedBy(
  pattern: RegExp,
  { steady, changed }: Record<"steady" | "changed", readonly string[]>,
): boolean | null {
  const partsOf = (text: string): string[] => text.match(pattern) ?? [];
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
