/**
 * The space of a sweep as it is written on the command line, and the trials it makes.
 *
 * @module
 */
import { sha256 } from "../../base/digest.ts";
import { NbtrackError } from "../../base/errors.ts";
import { combinations, MAX_COMBINATIONS, splitAssignment } from "./grid.ts";

/** A range of numbers that values are drawn from. */
export interface SweepRange {
  low: number;
  high: number;
  /** Whole numbers only. */
  int: boolean;
  /** Drawn evenly by magnitude. */
  log: boolean;
}

/** What a sweep goes through. */
export interface SweepSpace {
  /** The values of each param, as texts. */
  grid: Record<string, string[]>;
  /** How many combinations are drawn; null when every combination of the grid is tried. */
  random: number | null;
  ranges: Record<string, SweepRange>;
  /** How often each combination is run, each time with another seed. */
  repeat: number;
  /** The first seed, which is also what combinations are drawn by; null when none was given. */
  seed: number | null;
}

/** One run of a sweep. */
export interface SweepTrial {
  /** Position among the trials, from 0. */
  n: number;
  /** Position of its combination among the combinations, from 0. */
  combination: number;
  params: Record<string, string>;
  /** Null when the notebook keeps its own. */
  seed: number | null;
}

const RANGE = "--range lr=0.0001..0.1,log";
const NUMBER = String.raw`[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?`;
const RANGE_FORM = new RegExp(
  `^(${NUMBER})\\.\\.(${NUMBER})((?:,(?:int|log))*)$`,
  "i",
);

/**
 * `lr=0.0001..0.1,log` as ranges by key.
 *
 * @throws {NbtrackError} when one is not written so
 */
export function parseRanges(
  texts: readonly string[],
): Record<string, SweepRange> {
  return Object.fromEntries(texts.map((text) => {
    const [key, value] = splitAssignment(text, RANGE);
    const form = RANGE_FORM.exec(value.replaceAll(/\s/g, ""));
    if (form === null) {
      throw new NbtrackError(
        `Cannot use --range ${JSON.stringify(text)}: it is no LOW..HIGH.`,
        { hint: `Write it like ${RANGE}, or k=1..25,int.` },
      );
    }
    const flags = (form[3] ?? "").toLowerCase();
    const range = {
      low: Number(form[1]),
      high: Number(form[2]),
      int: flags.includes("int"),
      log: flags.includes("log"),
    };
    const wrong = rangeProblem(range);
    if (wrong !== null) {
      throw new NbtrackError(
        `Cannot use --range ${JSON.stringify(text)}: ${wrong}.`,
        { hint: `Write it like ${RANGE}, or k=1..25,int.` },
      );
    }
    return [key, range];
  }));
}

/** Why nothing can be drawn from a range; null when something can. */
export function rangeProblem(
  { low, high, int, log }: SweepRange,
): string | null {
  if (!Number.isFinite(low) || !Number.isFinite(high)) {
    return "its ends are too large";
  }
  if (low > high) return "its low end is above its high end";
  if (log && low <= 0) return "with log its low end must be more than 0";
  if (int && Math.ceil(low) > Math.floor(high)) {
    return "there is no whole number in it";
  }
  return null;
}

/**
 * The trials of a space: each combination with each of its seeds, combination after combination.
 *
 * @throws {NbtrackError} when the space is empty, too large, or says things that exclude each other
 */
export function trialsOf(space: SweepSpace): SweepTrial[] {
  const all = space.random === null ? tried(space) : drawn(space);
  if (all.length * space.repeat > MAX_COMBINATIONS) {
    throw new NbtrackError(
      `The sweep makes ${
        all.length * space.repeat
      } runs; the most is ${MAX_COMBINATIONS}.`,
      { hint: "Take fewer values, draws or repeats." },
    );
  }
  const first = space.seed ?? (space.repeat > 1 ? 1 : null);
  return all.flatMap((params, combination) =>
    Array.from({ length: space.repeat }, (_, i) => ({
      n: combination * space.repeat + i,
      combination,
      params,
      seed: first === null ? null : (first + i) % 2 ** 32,
    }))
  );
}

function tried({ grid, ranges }: SweepSpace): Record<string, string>[] {
  if (Object.keys(ranges).length > 0) {
    throw new NbtrackError(
      "A --range has no end of values: it needs --random N, which draws N combinations.",
      { hint: "Add --random 20, or give the values by --grid." },
    );
  }
  return combinations(grid);
}

/** Different combinations, as many as wanted, or as there are. */
function drawn(space: SweepSpace): Record<string, string>[] {
  const { grid, ranges, random } = space;
  const wanted = random ?? 0;
  if (Object.keys(grid).length + Object.keys(ranges).length === 0) {
    throw new NbtrackError("--random has nothing to draw from.", {
      hint: `Give a range, such as ${RANGE}.`,
    });
  }
  if (wanted > MAX_COMBINATIONS) {
    throw new NbtrackError(
      `--random makes ${wanted} runs; the most is ${MAX_COMBINATIONS}.`,
      { hint: "Draw fewer." },
    );
  }
  const found = new Map<string, Record<string, string>>();
  // A small space has fewer combinations than are wanted: it is not searched for ever.
  for (let i = 0; found.size < wanted && i < 100 * wanted; i++) {
    const draw = (key: string) => uniform(`${space.seed ?? 0}\0${i}\0${key}`);
    const params = {
      ...Object.fromEntries(
        Object.entries(grid).map(([key, values]) => [
          key,
          values[Math.floor(draw(key) * values.length)] ?? "",
        ]),
      ),
      ...Object.fromEntries(
        Object.entries(ranges).map(([key, range]) => [
          key,
          String(valueIn(range, draw(key))),
        ]),
      ),
    };
    found.set(JSON.stringify(params), params);
  }
  return [...found.values()];
}

/** The value of a range at a position from 0 to 1. */
function valueIn({ low, high, int, log }: SweepRange, at: number): number {
  const [from, to] = int ? [Math.ceil(low), Math.floor(high) + 1] : [low, high];
  const value = log ? from * (to / from) ** at : from + (to - from) * at;
  return int
    ? Math.min(Math.floor(high), Math.max(from, Math.floor(value)))
    : Math.min(high, Math.max(low, value));
}

/** A number from 0 to 1 that depends on a text alone. */
function uniform(text: string): number {
  const hex = sha256(text).slice("sha256:".length, "sha256:".length + 13);
  return Number.parseInt(hex, 16) / 2 ** 52;
}
