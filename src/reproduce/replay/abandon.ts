/**
 * The end of a replay's folders where the replay itself is cut off.
 *
 * @module
 */
import { removeFolderNow } from "./remove_folder.ts";

/** Folders that a replay made. */
export interface AbandonedFolders {
  /** Made around or beside what cells may write. */
  temporary: readonly string[];
  /** The folder that the user named for a sandbox, and what nbtrack made in it; null for any other replay. */
  closed: { dir: string; mode: number | null; made: readonly string[] } | null;
}

/** Removes what a replay that is cut off would leave: of a sandbox everything, for nothing of it was looked at. */
export function abandonFolders({ temporary, closed }: AbandonedFolders): void {
  for (const path of [...temporary, ...closed?.made ?? []]) {
    removeFolderNow(path);
  }
  if (closed !== null) openAgain(closed);
}

/** Gives the folder that the user named its mode again. */
export function openAgain(
  { dir, mode }: { dir: string; mode: number | null },
): void {
  if (mode !== null && Deno.build.os !== "windows") {
    Deno.chmodSync(dir, mode & 0o777);
  }
}
