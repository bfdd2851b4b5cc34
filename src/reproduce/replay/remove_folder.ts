/**
 * Removing a folder whose contents were made by anyone.
 *
 * @module
 */

/** Removes a folder with everything in it, also what nobody may read or write. Links are removed, not followed. */
export function removeFolder(path: string): void {
  try {
    Deno.removeSync(path, { recursive: true });
    return;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    if (Deno.build.os === "windows") throw error;
  }
  openFolders(path);
  Deno.removeSync(path, { recursive: true });
}

/** Gives the owner every right on folders. */
function openFolders(path: string): void {
  if (!Deno.lstatSync(path).isDirectory) return;
  Deno.chmodSync(path, 0o700);
  for (const { name, isDirectory } of Deno.readDirSync(path)) {
    if (isDirectory) openFolders(`${path}/${name}`);
  }
}
