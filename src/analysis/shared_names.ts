/**
 * Whether two names of what cells share, besides variables, may mean the same.
 *
 * @module
 */
import { SHARED } from "./operations.ts";

/** Whether two names may mean the same: equal ones, a file and any file, a file and a folder above it. */
export function sharedMatches(a: string, b: string): boolean {
  if (a === b) return true;
  for (const prefix of [SHARED.file, SHARED.env]) {
    if (!a.startsWith(prefix) || !b.startsWith(prefix)) continue;
    const [one, other] = [a.slice(prefix.length), b.slice(prefix.length)];
    if (one === "" || other === "") return true;
    return prefix === SHARED.file &&
      (inFolder(one, other) || inFolder(other, one));
  }
  return false;
}

function inFolder(path: string, folder: string): boolean {
  return folder === "." && !path.startsWith("/") ||
    path.startsWith(`${folder.replace(/\/$/, "")}/`) ||
    path.endsWith(`/${folder}`);
}
