/**
 * Notebooks whose changes are no part of the record: those with a cell that its author keeps out of it, now or in the
 * commit.
 *
 * @module
 */
import { isPresent } from "../base/files.ts";
import { hasExcludedCells } from "../notebook/without_excluded.ts";
import { git, type GitAnswer, gitText } from "./command.ts";

/** Of more changed files nobody looks which have such a cell. */
const MOST_FILES = 500;
/** And of longer ones that have the words for it, bytes. */
const MOST_BYTES = 16 << 20;

/** Which of a repository's changed files are left out. */
export interface ExcludedNotebooks {
  /** Paths from the repository's root. */
  paths: string[];
  /** Whether all notebooks are, as nobody could look into them. */
  all: boolean;
}

/** Finds them among the files that differ from the commit: by what they hold, whatever their names. */
export async function excludedNotebooks(
  root: string,
  signal: AbortSignal,
): Promise<ExcludedNotebooks> {
  const changed = await git(root, [
    "diff",
    "--name-only",
    "--no-renames",
    "--no-ext-diff",
    "--ignore-submodules=all",
    "-z",
    "HEAD",
  ], { signal });
  const names = namesIn(changed);
  if (names === null || names.length > MOST_FILES) {
    return { paths: [], all: true };
  }
  if (names.length === 0) return { paths: [], all: false };
  const now = await withTheWords(root, [], names, signal);
  const then = await withTheWords(root, ["HEAD"], names, signal);
  if (now === null || then === null) return { paths: [], all: true };
  const paths = new Set<string>();
  for (const path of now) {
    if (mayExclude(path, fileText(`${root}/${path}`))) paths.add(path);
  }
  for (const name of then) {
    const path = name.replace(/^HEAD:/, "");
    if (paths.has(path)) continue;
    const blob = await git(root, ["cat-file", "blob", `HEAD:${path}`], {
      signal,
      limit: MOST_BYTES,
    });
    if (mayExclude(path, blob?.code === 0 ? gitText(blob) : null)) {
      paths.add(path);
    }
  }
  return { paths: [...paths].toSorted(), all: false };
}

/** Which files have both words that say it, in the working tree or in a commit; null when git cannot say. */
async function withTheWords(
  root: string,
  where: readonly string[],
  names: readonly string[],
  signal: AbortSignal,
): Promise<string[] | null> {
  const found = await git(root, [
    "grep",
    "--files-with-matches",
    "--all-match",
    "--ignore-case",
    "--fixed-strings",
    "--text",
    "--no-recurse-submodules",
    "--full-name",
    "-z",
    "-e",
    "nbtrack",
    "-e",
    "exclude",
    ...where,
    "--",
    ...names.map((name) => `:(top,literal)${name}`),
  ], { signal });
  return found?.code === 1 && found.error === "" ? [] : namesIn(found);
}

function namesIn(answer: GitAnswer | null): string[] | null {
  return answer?.code === 0
    ? gitText(answer).split("\0").filter((name) => name !== "")
    : null;
}

/** Whether a file is a notebook with an excluded cell, or one that nobody can look into. */
function mayExclude(path: string, text: string | null): boolean {
  const isNotebook = /\.ipynb/i.test(path);
  if (text === null) return isNotebook;
  try {
    return hasExcludedCells(text);
  } catch {
    return isNotebook;
  }
}

function fileText(path: string): string | null {
  try {
    if (Deno.statSync(path).size > MOST_BYTES) return null;
    return Deno.readTextFileSync(path);
  } catch {
    return isPresent(path) ? null : "{}";
  }
}
