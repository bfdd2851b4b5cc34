/**
 * The submodules of a repository, with the commits that are checked out.
 *
 * @module
 */
import { isPresent } from "../base/files.ts";
import { git, gitText } from "./command.ts";

/** Submodules that are named; more are left out. */
const MAX_SUBMODULES = 100;
/** A list of the repository's files that is longer is not read, bytes. */
const MAX_LIST_BYTES = 64 << 20;
/** The mode of a submodule in git's list of files. */
const SUBMODULE = "160000";

/** A submodule. */
export interface Submodule {
  /** From the repository's root. */
  path: string;
  /** The commit that is checked out; the one that the repository names where none is. */
  commit: string;
  /** Whether that is another one than the repository names. */
  moved: boolean;
}

/** The submodules of a repository, in the order of their paths; none where it says of none. */
export async function submodulesOf(
  root: string,
  signal: AbortSignal,
): Promise<Submodule[]> {
  if (!isPresent(`${root}/.gitmodules`)) return [];
  const answer = await git(root, ["ls-files", "--stage", "-z"], {
    signal,
    limit: MAX_LIST_BYTES,
  });
  if (answer === null || answer.code !== 0) return [];
  const found: Submodule[] = [];
  for (const line of gitText(answer).split("\0")) {
    const [about = "", path = ""] = line.split("\t");
    const [mode, named = ""] = about.split(" ");
    if (mode !== SUBMODULE || found.length >= MAX_SUBMODULES) continue;
    const commit = await checkedOut(`${root}/${path}`, signal) ?? named;
    found.push({ path, commit, moved: commit !== named });
  }
  return found;
}

/** The commit that is checked out in a submodule; null where it was not fetched. */
async function checkedOut(
  folder: string,
  signal: AbortSignal,
): Promise<string | null> {
  // Without a repository of its own git would answer for the one around it.
  if (!isPresent(`${folder}/.git`)) return null;
  const answer = await git(folder, ["rev-parse", "HEAD"], { signal });
  return answer?.code === 0 ? gitText(answer).trim() : null;
}
