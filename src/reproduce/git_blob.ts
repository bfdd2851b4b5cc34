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
} from "../runs/bundle/manifest.ts";
import { joinPath, normalPath } from "../runs/bundle/paths.ts";

/** How long git may take, milliseconds. */
const TIMEOUT_MS = 60_000;

/**
 * The file from the recorded commit, when a repository on this machine has it and it has the recorded digest.
 * The working copies around the notebook's old place and around the user's folder are looked at; nothing is fetched.
 */
export async function fromGit(
  manifest: Manifest,
  dataset: BundledDataset,
  file: BundledDataFile,
  places: { home: string | null; cwd: string },
): Promise<Uint8Array | null> {
  const commit = manifest.git?.commit;
  const prefix = manifest.git?.["path"];
  if (typeof commit !== "string" || !/^[0-9a-f]{7,64}$/.test(commit)) {
    return null;
  }
  if (dataset.origin.repository_path === null || typeof prefix !== "string") {
    return null;
  }
  const path = normalPath(joinPath(prefix || ".", file.path));
  for (const folder of [places.home, places.cwd]) {
    if (folder === null) continue;
    const bytes = await blob(folder, `${commit}:${path}`);
    if (bytes !== null && sha256(bytes) === file.digest) return bytes;
  }
  return null;
}

async function blob(
  folder: string,
  object: string,
): Promise<Uint8Array | null> {
  try {
    const { success, stdout } = await new Deno.Command("git", {
      args: ["--no-optional-locks", "-C", folder, "cat-file", "blob", object],
      stdin: "null",
      stderr: "null",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }).output();
    return success ? stdout : null;
  } catch {
    return null; // no git here: the next place is looked at
  }
}
