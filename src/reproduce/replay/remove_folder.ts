/**
 * Removing a folder whose contents were made by anyone.
 *
 * @module
 */
import { ifThere } from "../../base/files.ts";
import { spawnProcess } from "../../base/process.ts";

/** Up to so many entries are removed here: a process of its own takes care of more, and this one may end meanwhile. */
const MAX_ENTRIES = 5000;

/**
 * Removes a folder with everything in it, also what nobody may read or write. Links are removed, not followed.
 *
 * @returns null when it is gone; a sentence when there is so much in it that a process of its own removes it
 */
export function removeFolder(path: string): string | null {
  const info = ifThere(() => Deno.lstatSync(path));
  if (info === null) return null;
  if (info.isDirectory && isLarge(path)) {
    removeBeside(path);
    return `the folder ${path} holds more than ${MAX_ENTRIES} files and folders: a process of its own is removing it`;
  }
  try {
    Deno.removeSync(path, { recursive: true });
    return null;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    if (Deno.build.os === "windows") throw error;
  }
  openFolders(path);
  Deno.removeSync(path, { recursive: true });
  return null;
}

/** How often a folder is tried in which a process that was ended just now may still finish a write. */
const TRIES = 20;

/** Removes a folder into which a process may have written until now, when this process exits. */
export function removeFolderNow(path: string): void {
  for (let left = TRIES; left > 0; left--) {
    try {
      const going_on = removeFolder(path);
      if (going_on !== null) console.error(`nbtrack: ${going_on}`);
      return;
    } catch (error) {
      if (left === 1) throw error;
    }
  }
}

/** Whether it takes long to remove a folder: there is much in it, or what is in it cannot be read. */
function isLarge(path: string): boolean {
  let entries = 0;
  const folders = [path];
  for (let next; (next = folders.pop()) !== undefined;) {
    try {
      for (const { name, isDirectory } of readOpened(next)) {
        if (++entries > MAX_ENTRIES) return true;
        if (isDirectory) folders.push(`${next}/${name}`);
      }
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) return true;
    }
  }
  return false;
}

/** What a folder holds, also one that its owner may not read. */
function readOpened(path: string): Iterable<Deno.DirEntry> {
  try {
    return Deno.readDirSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.PermissionDenied)) throw error;
    Deno.chmodSync(path, 0o700);
    return Deno.readDirSync(path);
  }
}

/** What is executed by a shell to remove `$1`, whatever the terminal does meanwhile. */
const REMOVE =
  `trap '' HUP INT TERM; rm -rf "$1" 2>/dev/null || { chmod -R u+rwx "$1"; rm -rf "$1"; }`;

/** Removes a folder by a process that outlives this one. Nobody else can enter the folder meanwhile. */
function removeBeside(path: string): void {
  if (Deno.build.os === "windows") {
    const args = ["/d", "/c", "rd", "/s", "/q", path.replaceAll("/", "\\")];
    spawnProcess("cmd", { args, detached: true }).unref();
    return;
  }
  Deno.chmodSync(path, 0o700);
  // It is nowhere inside of what it removes.
  const cwd = "/";
  const args = ["-c", REMOVE, "sh", path];
  spawnProcess("/bin/sh", { args, cwd, detached: true }).unref();
}

/** Gives the owner every right on folders. */
function openFolders(path: string): void {
  if (!Deno.lstatSync(path).isDirectory) return;
  Deno.chmodSync(path, 0o700);
  for (const { name, isDirectory } of Deno.readDirSync(path)) {
    if (isDirectory) openFolders(`${path}/${name}`);
  }
}
