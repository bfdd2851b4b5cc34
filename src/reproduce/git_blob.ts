/**
 * A file as a commit of a repository has it.
 *
 * @module
 */
import { sha256 } from "../base/digest.ts";
import type {
  BundledDataFile,
  BundledDataset,
  Manifest,
} from "../record/bundle/manifest.ts";
import { joinPath, normalPath } from "../record/bundle/paths.ts";
import { git } from "../git/command.ts";
import type { RemoteCommit } from "./git_remote.ts";

/** How long git may take, milliseconds. */
const TIMEOUT_MS = 60_000;

/** Where the commit may be. */
export interface GitLocations {
  /** The notebook's folder when it was recorded; null when this machine does not know it. */
  home: string | null;
  /** The user's working directory. */
  cwd: string;
  /** The commit at the recorded remote. */
  remote: RemoteCommit;
}

/**
 * The file from the recorded commit, when it has the recorded digest there. The working copies around the notebook's
 * recorded folder and around the user's are asked, then the recorded remote.
 */
export async function fromGit(
  manifest: Manifest,
  dataset: BundledDataset,
  file: BundledDataFile,
  locations: GitLocations,
): Promise<{ location: string; bytes: Uint8Array } | null> {
  const commit = manifest.git?.commit;
  const prefix = manifest.git?.["path"];
  if (typeof commit !== "string" || !/^[0-9a-f]{7,64}$/.test(commit)) {
    return null;
  }
  if (dataset.origin.repository_path === null || typeof prefix !== "string") {
    return null;
  }
  const path = normalPath(joinPath(prefix || ".", file.path));
  for (const folder of [locations.home, locations.cwd]) {
    if (folder === null) continue;
    const bytes = await blob(folder, `${commit}:${path}`);
    if (bytes !== null && sha256(bytes) === file.digest) {
      return { location: "the repository's commit", bytes };
    }
  }
  const bytes = await locations.remote.blob(path);
  return bytes !== null && sha256(bytes) === file.digest
    ? { location: "the remote's commit", bytes }
    : null;
}

async function blob(
  folder: string,
  object: string,
): Promise<Uint8Array | null> {
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const answer = await git(folder, ["cat-file", "blob", object], { signal });
    return answer?.code === 0 ? answer.bytes : null;
  } catch {
    return null; // it took too long: the next repository is asked
  }
}
