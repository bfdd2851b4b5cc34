/**
 * How a session's code reaches a file: a replay lays files out as they are named here.
 *
 * @module
 */
import { dirname, isAbsolute, relative, resolve } from "node:path";

/** What lies further up is named by its whole path. */
const MAX_STEPS_UP = 8;
/** Goes up from the folder that the notebook lies in, or imports a module that may. */
const UP =
  /(?<!\.)\.\.(?!\.)|\bdirname\b|\brelative\b|["'`]\.\/[^"'`\n]*\.[cm]?[jt]sx?["'`]/;

/**
 * A path from the notebook's folder, also of what lies above that, as `../data/x.csv`. The whole path where a text of a
 * cell names it or a folder above it so, where no cell goes up, and where the two have only the root in common.
 *
 * @param path An absolute path
 * @param sources Gives the sources of the cells; asked for what lies above the folder alone
 */
export function reachedPath(
  path: string,
  cwd: string,
  sources: () => readonly string[],
): string {
  const inside = relative(cwd, path).replaceAll("\\", "/");
  if (inside === "") return ".";
  if (isAbsolute(inside)) return path;
  const steps = inside.split("/").filter((part) => part === "..").length;
  if (steps === 0) return inside;
  const common = resolve(cwd, "../".repeat(steps));
  return steps > MAX_STEPS_UP || common === dirname(common) ||
      isNamedWhole(path, sources()) || !sources().some((s) => UP.test(s))
    ? path
    : inside;
}

/** Whether a text is a path or a folder above it, or begins with that and goes on with what is computed. */
function isNamedWhole(path: string, sources: readonly string[]): boolean {
  const parts = [path];
  for (let part = dirname(path); part !== dirname(part); part = dirname(part)) {
    // A folder of the root says little, but where the file lies in it.
    if (parts.length === 1 || dirname(part) !== dirname(dirname(part))) {
      parts.push(part);
    }
  }
  const any = parts.map(RegExp.escape).join("|");
  // A text that goes on with another name is that of another file.
  const named = new RegExp(
    `(?:["'\`]|file://)(?:${any})[/\\\\]*(?:["'\`*]|\\$\\{)`,
  );
  return sources.some((source) => named.test(source));
}
