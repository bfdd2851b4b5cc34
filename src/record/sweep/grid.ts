/**
 * Params and grids as they are written on the command line.
 *
 * @module
 */
import { NbtrackError } from "../../base/errors.ts";

/** A grid may not make more runs. */
export const MAX_COMBINATIONS = 10_000;

/** `k=5` as a record of texts. */
export function parseAssignments(
  texts: readonly string[],
): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => splitAssignment(text, "-p k=5")),
  );
}

/** `k=1,3,5` as the values of each key. */
export function parseGrid(texts: readonly string[]): Record<string, string[]> {
  const grid: Record<string, string[]> = {};
  for (const text of texts) {
    const [key, value] = splitAssignment(text, "--grid k=1,3,5");
    const values = value.split(",").map((v) => v.trim()).filter((v) =>
      v !== ""
    );
    if (values.length === 0) throw wrong(text, "--grid k=1,3,5");
    grid[key] = [...grid[key] ?? [], ...values];
  }
  return grid;
}

/**
 * Makes sure that no param has one value for all runs, and others in the space.
 *
 * @throws {NbtrackError} when one has
 */
export function refuseBoth(
  space: Iterable<string>,
  params: Readonly<Record<string, string>>,
): void {
  for (const key of space) {
    if (!Object.hasOwn(params, key)) continue;
    throw new NbtrackError(
      `The param ${key} has one value for all runs, and others in the sweep.`,
      { hint: "Leave one of the two out." },
    );
  }
}

/**
 * Every combination of a grid's values, the last key changing fastest.
 *
 * @throws {NbtrackError} when there are more than {@linkcode MAX_COMBINATIONS}
 */
export function combinations(
  grid: Readonly<Record<string, readonly string[]>>,
): Record<string, string>[] {
  const count = Object.values(grid).reduce((n, values) => n * values.length, 1);
  if (count > MAX_COMBINATIONS) {
    throw new NbtrackError(
      `The grid makes ${count} runs; the most is ${MAX_COMBINATIONS}.`,
      { hint: "Take fewer values, or several grids." },
    );
  }
  return Object.entries(grid).reduce<Record<string, string>[]>(
    (all, [key, values]) =>
      all.flatMap((one) => values.map((value) => ({ ...one, [key]: value }))),
    [{}],
  );
}

/** `k=5` as its two sides. @throws {NbtrackError} when it is not written so */
export function splitAssignment(
  text: string,
  example: string,
): [string, string] {
  const at = text.indexOf("=");
  const key = text.slice(0, at).trim();
  if (at < 1 || key === "") throw wrong(text, example);
  return [key, text.slice(at + 1)];
}

function wrong(text: string, example: string): NbtrackError {
  return new NbtrackError(
    `Cannot use ${JSON.stringify(text)}: it is no key=value.`,
    {
      hint: `Write it like ${example}.`,
    },
  );
}
