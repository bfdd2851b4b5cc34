/**
 * A grid as GitLab's matrix of jobs, and values as words of their shell.
 *
 * @module
 */
import { NbtrackError } from "../base/errors.ts";
import { Scalar } from "./yaml.ts";

/** The values of each key. */
export type Grid = Readonly<Record<string, readonly string[]>>;

/** GitLab makes at most so many jobs of one. */
const MAX_JOBS = 200;

/** GitLab makes one job for each combination. */
export function matrixOf(
  grid: Grid,
): { parallel?: { matrix: Record<string, Scalar<string>[]>[] } } {
  const keys = Object.entries(variablesOf(grid));
  if (keys.length === 0) return {};
  const jobs = keys.reduce((n, [, key]) => n * (grid[key]?.length ?? 1), 1);
  if (jobs > MAX_JOBS) {
    throw new NbtrackError(
      `The grid makes ${jobs} jobs; GitLab takes ${MAX_JOBS} at most.`,
      {
        hint:
          "Take fewer values; nbtrack run --grid runs more of them in one job.",
      },
    );
  }
  const row = Object.fromEntries(
    keys.map(([name, key]) => [
      name,
      // A dollar sign would be taken for a variable.
      (grid[key] ?? []).map((value) => quoted(value.replaceAll("$", "$$$$"))),
    ]),
  );
  return { parallel: { matrix: [row] } };
}

/** A text that is one to every reader of YAML, as `on`, `1:30` and `:k` are not. */
function quoted(text: string): Scalar<string> {
  const scalar = new Scalar(text);
  scalar.type = "QUOTE_DOUBLE";
  return scalar;
}

/** The names of the matrix' variables, each with the key it stands for. */
export function variablesOf(grid: Grid): Record<string, string> {
  const names: Record<string, string> = {};
  for (const key of Object.keys(grid)) {
    const name = `PARAM_${key.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_")}`;
    let free = name;
    for (let n = 2; Object.hasOwn(names, free); n++) free = `${name}_${n}`;
    names[free] = key;
  }
  return names;
}

/** A text as one word of a shell; plain ones stay as they are. */
export function shellWord(text: string): string {
  return /^[\w./:=@%+,-]+$/.test(text)
    ? text
    : `'${text.replaceAll("'", "'\\''")}'`;
}
